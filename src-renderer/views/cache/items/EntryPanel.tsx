import type { ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import type { CacheSummary, EntryDetail } from '../../../../src-main/contract/commands.ts';
import { FINDINGS } from '../../../../src-main/contract/findings.ts';
import { formatAgo, formatBytes } from '../../../lib/format.ts';
import { inspectorFor } from '../../../kinds/registry.ts';
import { call } from '../../../state/index.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { ErrorNote } from '../ErrorNote.tsx';
import { Facts } from '../Facts.tsx';
import { RevealButton } from '../RevealButton.tsx';
import { commandFor } from '../commands.ts';
import { STATE_MARKS } from '../state-words.ts';
import { useQuery } from '../use-query.ts';
import styles from './EntryPanel.module.css';

interface EntryPanelProps {
  readonly cache: CacheSummary;
  readonly entryKey: string;
  /** Entries before and behind it in the list. */
  readonly neighbours: readonly string[];
  readonly nowMs: number;
  readonly onClose: () => void;
}

/** Where it stands under the list, as in its styles, and what was just opened would be out of sight. */
const UNDER_THE_LIST = '(max-width: 620px)';

/** One entry, as its kind shows it; its bare facts where this page cannot draw the kind. */
export function EntryPanel(props: EntryPanelProps) {
  const { cache, entryKey, neighbours, onClose } = props;
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (matchMedia(UNDER_THE_LIST).matches) panel.current?.scrollIntoView({ block: 'start' });
  }, []);
  const Inspector = inspectorFor(cache.kind);
  const command = (
    <>
      <RevealButton cache={cache} entryKey={entryKey} />
      <CommandLine place="items: entry" command={commandFor(`show ${entryKey}`, cache)} purpose="show this entry" />
    </>
  );
  if (Inspector === undefined) return <PlainEntry {...props} command={command} />;
  return (
    <aside ref={panel} className={styles.panel} aria-label="Entry">
      <Inspector cacheId={cache.id} entryKey={entryKey} neighbours={neighbours} onClose={onClose}>
        {command}
      </Inspector>
    </aside>
  );
}

function PlainEntry({ cache, entryKey, nowMs, onClose, command }: EntryPanelProps & { readonly command: ReactNode }) {
  const { value, error } = useQuery(`${cache.id} ${entryKey}`, 0, () => call('cache.entry', { cacheId: cache.id, key: entryKey }));
  return (
    <aside className={styles.panel} aria-label="Entry">
      <header>
        <h2>{value?.name ?? entryKey.slice(0, 8)}</h2>
        <button type="button" className="button" data-size="small" aria-label="Close the entry" onClick={onClose}>
          ✕
        </button>
      </header>
      <code className={styles.key}>{value?.file ?? entryKey}</code>
      {error !== undefined && <ErrorNote error={error} />}
      {value === undefined && error === undefined && (
        <p className={styles.quiet} role="status">
          Reading the entry …
        </p>
      )}
      {value !== undefined && <EntryFacts entry={value} nowMs={nowMs} />}
      {command}
    </aside>
  );
}

/** Four digits tell one value from another; a true minus keeps the columns. */
function significant(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4))).replace('-', '−');
}

function EntryFacts({ entry, nowMs }: { readonly entry: EntryDetail; readonly nowMs: number }) {
  const { shape, tone } = STATE_MARKS[entry.state];
  const { statistics, source } = entry;
  return (
    <>
      <p data-tone={tone} className="state">
        <span aria-hidden="true">{shape} </span>
        {entry.state}
      </p>
      {entry.findings.length > 0 && (
        <ul className={styles.findings}>
          {entry.findings.map((finding) => (
            <li key={`${finding.code} ${finding.message}`}>
              <strong>{FINDINGS[finding.code].title}</strong>
              <p>{finding.message}</p>
              <p className={styles.quiet}>{FINDINGS[finding.code].meaning}</p>
            </li>
          ))}
        </ul>
      )}
      <Facts
        facts={[
          ['Shape', entry.shape?.join(' × ') ?? '–'],
          ['Type', entry.dtype ?? '–'],
          ['Size', entry.sizeBytes === null ? '–' : formatBytes(entry.sizeBytes)],
          ...(statistics === null ? [] : ([['Values', `${significant(statistics.min)} … ${significant(statistics.max)}, mean ${significant(statistics.mean)}`], ['Not finite', String(statistics.nonFiniteCount)]] as const)),
          ['Split', entry.split ?? '–'],
          ['Made', entry.madeAtMs === null ? 'not by Larder, or not known' : `${formatAgo(entry.madeAtMs, nowMs)}${entry.madeByVersion === null ? '' : ` by Larder ${entry.madeByVersion}`}${entry.madeSeconds === null ? '' : `, in ${entry.madeSeconds.toFixed(1)} s`}`],
          ['Verified', entry.verifiedAtMs === null ? 'not as it is now' : formatAgo(entry.verifiedAtMs, nowMs)],
          ...(source?.repository === undefined ? [] : ([['Source', `${source.repository}${source.revision === undefined ? '' : ` @ ${source.revision.slice(0, 7)}`}`]] as const)),
          ...(entry.lastError === null ? [] : ([['Last error', entry.lastError]] as const)),
        ]}
      />
    </>
  );
}
