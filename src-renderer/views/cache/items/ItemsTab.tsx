import { useEffect, useRef, useState } from 'react';
import type { CacheOverview, CacheSummary, JobSummary } from '../../../../src-main/contract/commands.ts';
import type { EntryState, EntrySummary } from '../../../../src-main/contract/entries.ts';
import { ENTRY_STATES } from '../../../../src-main/contract/entries.ts';
import { CHOSEN_MAX } from '../../../../src-main/contract/methods.ts';
import { picturesFor, prepareInspector, rowFormFor } from '../../../kinds/registry.ts';
import { formatCount } from '../../../lib/format.ts';
import { parseRoute } from '../../navigation/route.ts';
import { navigate } from '../../navigation/use-route.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { ErrorNote } from '../ErrorNote.tsx';
import { showFailure } from '../toasts.ts';
import { EntryPanel } from './EntryPanel.tsx';
import styles from './ItemsTab.module.css';
import { ItemsTable } from './ItemsTable.tsx';
import { SizeAndAge } from './SizeAndAge.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { StateChips } from './StateChips.tsx';
import { ViewSwitch, lastView } from './ViewSwitch.tsx';
import type { Order } from './columns.ts';
import { LIST_ORDER, clicked } from './columns.ts';
import { listCommand, matchFlags } from './list-command.ts';
import type { ItemsListProps } from './list-props.ts';
import { ItemsGallery, QuickLook, SortChoice } from './parts.ts';
import type { RowPages } from './row-pages.ts';
import type { Selection } from './selection.ts';
import { NOTHING, choose, chooseRange, rangeTo, toggle } from './selection.ts';
import { NO_BOUNDS, boundsQuery, countBounds } from './size-and-age.ts';
import { useFollow, useReveal } from './use-choice.ts';
import type { ItemsQuery } from './use-row-pages.ts';
import { useRowPages } from './use-row-pages.ts';

/** Making the viewer ready keeps the page busy for some hundredths of a second: not while somebody scrolls, sorts, searches or filters. */
const PREPARE_AFTER_MS = 700;
const SOMEBODY_ACTS = ['scroll', 'wheel', 'keydown', 'pointerdown'] as const;
/** On a page that is never at rest. */
const PREPARE_WITHIN_MS = 3_000;

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
  const [bounds, setBounds] = useState(NO_BOUNDS);
  const [hasBounds, setHasBounds] = useState(false);
  const typed = text.trim();
  const bounded = countBounds(bounds);
  const query: ItemsQuery = { ...order, ...(state === null ? {} : { states: [state] }), ...(typed === '' ? {} : { text: typed }), ...boundsQuery(bounds) };
  const { pages, about, isCurrent, asked } = useRowPages(cache.id, query, revision);
  const [view, setView] = useState(lastView);
  const [isLooking, setIsLooking] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const pictures = picturesFor(cache.kind);
  const [reveal, setReveal] = useReveal(cache.id, entryKey, query, setSelection);
  const open = (key: string | null, replace: boolean): void => navigate({ screen: 'cache', cacheId: cache.id, tab: 'items', entryKey: key }, { replace });
  useFollow(selection, entryKey, isLooking, (key) => open(key, true));

  const hasRows = (pages.total ?? 0) > 0;
  useEffect(() => {
    if (!hasRows) return undefined;
    let idle: number | undefined;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => {
      clearTimeout(rest);
      if (idle !== undefined) cancelIdleCallback(idle);
    };
    const begin = (): void => {
      stop();
      rest = setTimeout(() => (idle = requestIdleCallback(() => prepareInspector(cache.kind), { timeout: PREPARE_WITHIN_MS })), PREPARE_AFTER_MS);
    };
    begin();
    for (const type of SOMEBODY_ACTS) addEventListener(type, begin, { capture: true, passive: true });
    return () => {
      stop();
      for (const type of SOMEBODY_ACTS) removeEventListener(type, begin, { capture: true });
    };
  }, [cache.kind, hasRows, about]);

  const change = (apply: () => void): void => {
    apply();
    setSelection(NOTHING);
  };
  const chooseRows = async (first: number, last: number, index: number): Promise<void> => {
    try {
      const rows = await asked().stretch(first, last);
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
  const total = pages.total ?? 0;
  const onAll = (): void => void chooseRows(0, Math.min(asked().total ?? 0, CHOSEN_MAX) - 1, selection.active ?? 0);
  const lookAt = async (index: number): Promise<void> => {
    try {
      const row = asked().row(index) ?? (await asked().stretch(index, index))[0];
      if (row === undefined) return;
      setSelection(choose(index, row));
      setReveal(index);
      setIsLooking(true);
    } catch (error) {
      showFailure(error);
    }
  };
  const list: ItemsListProps = {
    label: `Items of ${cache.label}`,
    cacheId: cache.id,
    pictures,
    pages,
    isCurrent,
    asked,
    about,
    selection,
    openKey: entryKey,
    reveal,
    onChoose: (index, row, how) => setSelection((before) => (how === 'one' ? choose(index, row) : toggle(before, index, row))),
    onRange,
    onAll,
    onOpen: () => {
      const row = selection.active === null ? undefined : asked().row(selection.active);
      if (row !== undefined) open(row.key, false);
    },
    onLook: () => void lookAt(selection.active ?? 0),
    onEscape: () => (isEntryOpen() ? open(null, false) : setSelection(NOTHING)),
  };
  const { sort: _sort, descending: _descending, ...matching } = query;
  const matched = selection.isAll === true ? { matching, count: total, flags: matchFlags(query, bounds) } : null;
  const onFocusLost = (): void => place.current?.querySelector<HTMLElement>('[role=grid], [role=listbox]')?.focus();
  const hasBar = selection.isPicked && selection.rows.size > 0;
  return (
    <div className={entryKey === null ? styles.items : styles.withPanel}>
      <div ref={place} className={styles.list}>
        <div className={styles.filters}>
          <input type="search" value={text} placeholder={form?.searchHint ?? 'Name, or the start of a hash'} aria-label={`Search by ${form === undefined ? 'name' : 'text'} or the start of a hash`} onChange={(event) => change(() => setText(event.target.value))} />
          <StateChips overview={overview} all={all} state={state} onChange={(next) => change(() => setState(next))} />
          <button type="button" className="button" data-size="small" aria-expanded={hasBounds} onClick={() => setHasBounds(!hasBounds)}>
            Size and age{bounded > 0 && ` · ${bounded}`}
          </button>
          <div className={styles.views}>
            {view === 'gallery' && <SortChoice order={order} onChange={(next) => change(() => setOrder(next))} />}
            <button type="button" className="button" data-size="small" disabled={total === 0} title="Space in the list" onClick={list.onLook}>
              Quick look
            </button>
            <ViewSwitch view={view} onChange={setView} />
          </div>
        </div>
        {hasBounds && <SizeAndAge texts={bounds} onChange={(next) => change(() => setBounds(next))} />}
        {pages.error !== null && <ErrorNote error={pages.error} onRetry={() => pages.refresh()} />}
        {hasBar && <SelectionBar cache={cache} job={job} rows={Array.from(selection.rows.values())} total={total} matched={matched} onAll={onAll} onMatching={() => setSelection((before) => ({ ...before, isAll: true }))} onNone={() => setSelection(NOTHING)} onFocusLost={onFocusLost} />}
        {pages.total === 0 ? (
          <p className={styles.nothing} role="status">
            {all === 0 ? 'There is nothing in this cache yet.' : 'Nothing fits. '}
            {all > 0 && (
              <button type="button" className="button" data-size="small" onClick={() => change(() => (setText(''), setState(null), setBounds(NO_BOUNDS)))}>
                Show all {formatCount(all)}
              </button>
            )}
          </p>
        ) : view === 'gallery' ? (
          <ItemsGallery {...list} />
        ) : (
          <ItemsTable {...list} form={form} order={order} nowMs={nowMs} onSort={(sort) => change(() => setOrder(clicked(order, sort)))} />
        )}
        <div className={styles.command}>
          <CommandLine place="items: list" command={listCommand(cache, query, bounds, total)} purpose="list these items" />
        </div>
        <p className="visually-hidden" role="status">
          {pages.total === null ? '' : `${formatCount(pages.total)} ${pages.total === 1 ? 'item' : 'items'}`}
        </p>
      </div>
      {entryKey !== null && <EntryPanel cache={cache} entryKey={entryKey} neighbours={neighboursOf(pages, selection.active).map(({ key }) => key)} nowMs={nowMs} onClose={() => open(null, false)} />}
      {isLooking && selection.active !== null && (
        <QuickLook
          cacheId={cache.id}
          pictures={pictures}
          row={pages.row(selection.active) ?? selection.rows.values().next().value}
          index={selection.active}
          total={total}
          neighbours={neighboursOf(pages, selection.active)}
          onMove={(index) => void lookAt(index)}
          onClose={() => setIsLooking(false)}
        />
      )}
    </div>
  );
}

/** By the address itself: a second key may come before the page has followed the first. */
function isEntryOpen(): boolean {
  const route = parseRoute(location.hash);
  return route.screen === 'cache' && route.entryKey !== null;
}

function neighboursOf(pages: RowPages, active: number | null): readonly EntrySummary[] {
  if (active === null) return [];
  return [active + 1, active - 1].flatMap((index) => pages.row(index) ?? []);
}
