import { useDeferredValue, useEffect, useRef, useState } from 'react';
import type { CacheOverview, CacheSummary, JobSummary } from '../../../../src-main/contract/commands.ts';
import type { EntryState, EntrySummary } from '../../../../src-main/contract/entries.ts';
import { ENTRY_STATES } from '../../../../src-main/contract/entries.ts';
import { CHOSEN_MAX } from '../../../../src-main/contract/methods.ts';
import { rowFormFor } from '../../../kinds/registry.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { call } from '../../../state/index.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { navigate } from '../../navigation/use-route.ts';
import { ErrorNote } from '../ErrorNote.tsx';
import { commandFor } from '../commands.ts';
import { STATE_MARKS } from '../state-words.ts';
import { showFailure } from '../toasts.ts';
import { useStart } from '../use-start.ts';
import { EntryPanel } from './EntryPanel.tsx';
import styles from './ItemsTab.module.css';
import { ItemsTable } from './ItemsTable.tsx';
import type { Order } from './columns.ts';
import { LIST_ORDER, clicked } from './columns.ts';
import type { RowPages } from './row-pages.ts';
import type { Selection } from './selection.ts';
import { NOTHING, choose, chooseRange, rangeTo, toggle } from './selection.ts';
import type { ItemsQuery } from './use-row-pages.ts';
import { useRowPages } from './use-row-pages.ts';

/** The panel follows the keyboard once it rests. */
const FOLLOW_AFTER_MS = 120;

interface ItemsTabProps {
  readonly cache: CacheSummary;
  readonly overview: CacheOverview | undefined;
  readonly job: JobSummary | undefined;
  readonly entryKey: string | null;
  readonly revision: string;
  readonly nowMs: number;
}

export function ItemsTab({ cache, overview, job, entryKey, revision, nowMs }: ItemsTabProps) {
  const form = rowFormFor(cache.kind);
  const [text, setText] = useState('');
  const [state, setState] = useState<EntryState | null>(null);
  const [order, setOrder] = useState<Order>(LIST_ORDER);
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const typed = useDeferredValue(text.trim());
  const query: ItemsQuery = { ...order, ...(state === null ? {} : { states: [state] }), ...(typed === '' ? {} : { text: typed }) };
  const { pages, about } = useRowPages(cache.id, query, revision);
  const reveal = useReveal(cache.id, entryKey, query, setSelection);
  const open = (key: string | null, replace: boolean): void => navigate({ screen: 'cache', cacheId: cache.id, tab: 'items', entryKey: key }, { replace });
  useFollow(selection, entryKey, (key) => open(key, true));

  const change = (apply: () => void): void => {
    apply();
    setSelection(NOTHING);
  };
  const chooseRows = async (first: number, last: number, index: number): Promise<void> => {
    try {
      const rows = await pages.stretch(first, last);
      setSelection((before) => chooseRange(before, index, rows));
    } catch (error) {
      showFailure(error);
    }
  };
  const onRange = (index: number): void => {
    const { first, last } = rangeTo(selection, index, CHOSEN_MAX);
    void chooseRows(first, last, Math.min(Math.max(index, first), last));
  };
  const all = overview === undefined ? (pages.total ?? 0) : ENTRY_STATES.reduce((sum, each) => sum + overview.states[each].count, 0);
  return (
    <div className={entryKey === null ? styles.items : styles.withPanel}>
      <div className={styles.list}>
        <div className={styles.filters}>
          <input type="search" value={text} placeholder={form?.searchHint ?? 'Name, or the start of a hash'} aria-label={`Search by ${form === undefined ? 'name' : 'text'} or the start of a hash`} onChange={(event) => change(() => setText(event.target.value))} />
          <StateChips overview={overview} all={all} state={state} onChange={(next) => change(() => setState(next))} />
        </div>
        {pages.error !== null && <ErrorNote error={pages.error} onRetry={() => pages.refresh()} />}
        {selection.rows.size > 1 || (selection.rows.size === 1 && entryKey === null) ? <Chosen cache={cache} job={job} rows={Array.from(selection.rows.values())} onDone={() => setSelection(NOTHING)} /> : null}
        {pages.total === 0 ? (
          <p className={styles.nothing} role="status">
            {all === 0 ? 'There is nothing in this cache yet.' : 'Nothing fits. '}
            {all > 0 && (
              <button type="button" className="button" data-size="small" onClick={() => change(() => (setText(''), setState(null)))}>
                Show all {formatCount(all)}
              </button>
            )}
          </p>
        ) : (
          <ItemsTable
            label={`Items of ${cache.label}`}
            cacheId={cache.id}
            form={form}
            pages={pages}
            about={about}
            order={order}
            selection={selection}
            openKey={entryKey}
            nowMs={nowMs}
            reveal={reveal}
            onSort={(sort) => change(() => setOrder(clicked(order, sort)))}
            onChoose={(index, row, how) => {
              setSelection((before) => (how === 'one' ? choose(index, row) : toggle(before, index, row)));
            }}
            onRange={onRange}
            onAll={() => void chooseRows(0, Math.min(pages.total ?? 0, CHOSEN_MAX) - 1, selection.active ?? 0)}
            onOpen={() => {
              const row = selection.active === null ? undefined : pages.row(selection.active);
              if (row !== undefined) open(row.key, false);
            }}
            onEscape={() => (entryKey === null ? setSelection(NOTHING) : open(null, false))}
          />
        )}
        <p className="visually-hidden" role="status">
          {pages.total === null ? '' : `${formatCount(pages.total)} items`}
        </p>
      </div>
      {entryKey !== null && <EntryPanel cache={cache} entryKey={entryKey} neighbours={neighboursOf(pages, selection.active)} nowMs={nowMs} onClose={() => open(null, false)} />}
    </div>
  );
}

function neighboursOf(pages: RowPages, active: number | null): readonly string[] {
  if (active === null) return [];
  return [active + 1, active - 1].flatMap((index) => pages.row(index)?.key ?? []);
}

/** Where the entry of the address stands, once: a link or a reload brings it into view. */
function useReveal(cacheId: number, entryKey: string | null, query: ItemsQuery, setSelection: (change: (before: Selection) => Selection) => void): number | null {
  const [reveal, setReveal] = useState<number | null>(null);
  const asked = useRef<string | null>(null);
  useEffect(() => {
    if (entryKey === null || asked.current === `${cacheId}`) return;
    asked.current = `${cacheId}`;
    void (async () => {
      try {
        const index = await call('cache.position', { cacheId, key: entryKey, ...query });
        if (index === null) return;
        const { rows } = await call('cache.items', { cacheId, ...query, offset: index, limit: 1 });
        setReveal(index);
        setSelection((before) => (before.active === null && rows[0] !== undefined ? choose(index, rows[0]) : before));
      } catch {
        // The panel says what is wrong with the entry; here it is only not brought into view.
      }
    })();
    // Only the place the page was opened at is looked for.
  }, [cacheId, entryKey]);
  return reveal;
}

/** An open panel shows the row that is chosen; closed, a first click opens it. */
function useFollow(selection: Selection, entryKey: string | null, open: (key: string) => void): void {
  const [only] = selection.rows.size === 1 ? selection.rows.keys() : [];
  const seen = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (only === seen.current) return undefined;
    seen.current = only;
    if (only === undefined || only === entryKey) return undefined;
    const timer = setTimeout(() => open(only), FOLLOW_AFTER_MS);
    return () => clearTimeout(timer);
    // Closing the panel must not open it again; only another choice does.
  }, [only]);
}

interface StateChipsProps {
  readonly overview: CacheOverview | undefined;
  readonly all: number;
  readonly state: EntryState | null;
  readonly onChange: (state: EntryState | null) => void;
}

function StateChips({ overview, all, state, onChange }: StateChipsProps) {
  const shown = ENTRY_STATES.filter((each) => each === state || (overview?.states[each].count ?? 0) > 0);
  return (
    <div className={styles.chips} role="group" aria-label="Filter by state">
      <button type="button" aria-pressed={state === null} onClick={() => onChange(null)}>
        All {formatCount(all)}
      </button>
      {shown.map((each) => (
        <button key={each} type="button" aria-pressed={state === each} onClick={() => onChange(state === each ? null : each)}>
          <span data-tone={STATE_MARKS[each].tone} aria-hidden="true">
            {STATE_MARKS[each].shape}{' '}
          </span>
          {each} {formatCount(overview?.states[each].count ?? 0)}
        </button>
      ))}
    </div>
  );
}

interface ChosenProps {
  readonly cache: CacheSummary;
  readonly job: JobSummary | undefined;
  readonly rows: readonly EntrySummary[];
  readonly onDone: () => void;
}

/** What can be done with the chosen rows. */
function Chosen({ cache, job, rows, onDone }: ChosenProps) {
  const { start, isStarting, error } = useStart(cache, onDone);
  const files = rows.filter((row) => row.file !== null);
  const keys = files.map((row) => row.key);
  const isBusy = isStarting || job !== undefined || keys.length === 0;
  const bytes = files.reduce((sum, row) => sum + (row.sizeBytes ?? 0), 0);
  return (
    <div className={styles.chosen} role="region" aria-label="Chosen items">
      <p>
        <strong>{formatCount(rows.length)} chosen</strong>
        <span className={styles.quiet}>
          {' '}
          · {formatCount(files.length)} with a file, {formatBytes(bytes)}
          {rows.length === CHOSEN_MAX && ` · ${formatCount(CHOSEN_MAX)} is the most at once`}
          {job !== undefined && ` · ${job.command} is running`}
        </span>
      </p>
      <button type="button" className="button" data-size="small" disabled={isBusy} onClick={() => void start(() => call('cache.verify', { cacheId: cache.id, only: keys }))}>
        Verify {formatCount(files.length)}
      </button>
      <button type="button" className="button" data-size="small" disabled={isBusy} onClick={() => void start(() => call('cache.clear', { cacheId: cache.id, only: keys }))}>
        Set aside {formatCount(files.length)}
      </button>
      <details className={styles.commands}>
        <summary>Commands</summary>
        <CommandLine command={commandFor('verify', cache, keys)} purpose="verify the chosen entries" />
        <CommandLine command={commandFor('clear', cache, keys)} purpose="set the chosen entries aside" />
      </details>
      {error !== undefined && <ErrorNote error={error} />}
    </div>
  );
}
