import { createContext, useContext, useEffect, useRef, useState } from 'react';
import type { MouseEvent } from 'react';
import type { CacheOverview, CacheSummary, FindingSummary, JobSummary, ListedFinding } from '../../../src-main/contract/commands.ts';
import type { Finding, FoundGroup } from '../../../src-main/contract/findings.ts';
import { FINDINGS } from '../../../src-main/contract/findings.ts';
import { formatAgo, formatBytes, formatCount } from '../../lib/format.ts';
import { useLongList } from '../../lib/rows/use-long-list.ts';
import { call } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { LongListRoom } from '../../ui/LongListRoom.tsx';
import { cacheHash } from '../navigation/route.ts';
import { useWide } from '../../lib/use-wide.ts';
import { EntryPanel } from './items/EntryPanel.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import styles from './FindingsTab.module.css';
import { commandFor } from './commands.ts';
import { countOf, useLiveFindings } from './live-findings.ts';
import { SEVERITY_MARKS } from './state-words.ts';
import { useQuery } from './use-query.ts';

const LISTED_AT_ONCE = 100;
/** Of a finding whose words fit into one line, and between two. */
const LINE_HEIGHT = 20;
const LINE_GAP = 6;
/** So few errors are told by name at once. */
const OPEN_AT_ONCE = 12;

interface FindingsTabProps {
  readonly cache: CacheSummary;
  readonly overview: CacheOverview | undefined;
  readonly job: JobSummary | undefined;
  readonly revision: string;
  readonly nowMs: number;
}

function nothingWords({ lastVerifiedAtMs, unverified }: CacheSummary, nowMs: number): string {
  if (lastVerifiedAtMs === null) return 'Never verified as a whole: nobody has looked yet.';
  const verified = `Nothing was found. Verified ${formatAgo(lastVerifiedAtMs, nowMs)}`;
  if (unverified === 0) return `● ${verified}.`;
  return `○ ${verified}; ${formatCount(unverified)} ${unverified === 1 ? 'entry was' : 'entries were'} added, changed or put back since.`;
}

/** What is wrong, what it means for training, and what the fix does about it. */
export function FindingsTab({ cache, overview, job, revision, nowMs }: FindingsTabProps) {
  const isVerifying = job !== undefined && (job.command === 'verify' || job.command === 'fix');
  const beside = useEntryBeside(cache, revision);
  if (overview === undefined) return <p className={styles.quiet}>Reading the findings …</p>;
  const tab = (
    <div className={styles.findings}>
      {isVerifying && <LiveFindings key={job.id} job={job} cache={cache} />}
      {overview.findings.length === 0 && !isVerifying && (
        <p className={styles.quiet}>
          {nothingWords(cache, nowMs)}
        </p>
      )}
      {isVerifying && overview.findings.length > 0 && <p className={styles.quiet}>Known from before:</p>}
      {overview.findings.map((group) => (
        <FindingGroup key={`${group.code} ${group.severity}`} cache={cache} group={group} revision={revision} />
      ))}
      {overview.repairs.entries > 0 ? <CommandLine place="findings: fix" command={commandFor('fix', cache)} purpose="fix what was found" /> : <CommandLine place="findings: verify" command={commandFor('verify', cache)} purpose="look again" />}
    </div>
  );
  if (beside === null) return tab;
  return (
    <Beside value={beside}>
      <div className={beside.key === null ? undefined : styles.pair}>
        {tab}
        {beside.key !== null && <EntryPanel cache={cache} entryKey={beside.key} neighbours={[]} nowMs={nowMs} onClose={() => beside.choose(null)} />}
      </div>
    </Beside>
  );
}

interface EntryBeside {
  readonly key: string | null;
  readonly choose: (key: string | null) => void;
}

/** Where there is room beside the findings for the entry one of them is about. */
const Beside = createContext<EntryBeside | null>(null);

/** The first entry with an error, until another is chosen; null where there is no room. */
function useEntryBeside(cache: CacheSummary, revision: string): EntryBeside | null {
  const isWide = useWide();
  const [chosen, choose] = useState<string | null | undefined>(undefined);
  const { value } = useQuery(`${cache.id} ${isWide}`, revision, async () => (isWide ? await call('cache.findings', { cacheId: cache.id, severities: ['error'], limit: 10 }) : []));
  if (!isWide) return null;
  return { key: chosen === undefined ? (value?.find(({ key, file }) => key !== undefined && file !== undefined)?.key ?? null) : chosen, choose };
}

function FindingGroup({ cache, group, revision }: { readonly cache: CacheSummary; readonly group: FindingSummary; readonly revision: string }) {
  const [isOpen, setIsOpen] = useState(group.severity === 'error' && group.count <= OPEN_AT_ONCE);
  const { shape, tone } = SEVERITY_MARKS[group.severity];
  const kind = FINDINGS[group.code];
  return (
    <details className={styles.group} open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <span data-tone={tone} className={styles.severity}>
          <span aria-hidden="true">{shape}</span> {group.severity}
        </span>
        <span className={styles.title}>
          <strong>{kind.title}</strong> <code>{group.code}</code>
        </span>
        <span className={styles.count}>
          {formatCount(group.count)}
          {group.bytes > 0 && <small> · {formatBytes(group.bytes)}</small>}
        </span>
        <span className={styles.meaning}>
          <span>{group.code === 'missing' && group.severity === 'information' ? 'Not made yet; Generate makes it.' : kind.meaning}</span>
          {group.severity === 'error' && <span className={styles.fix}>Fix: {kind.fix}</span>}
        </span>
      </summary>
      {isOpen && <GroupList cache={cache} group={group} revision={revision} />}
    </details>
  );
}

function GroupList({ cache, group, revision }: { readonly cache: CacheSummary; readonly group: FindingSummary; readonly revision: string }) {
  const [more, setMore] = useState<readonly ListedFinding[]>([]);
  const request = { cacheId: cache.id, codes: [group.code], severities: [group.severity], limit: LISTED_AT_ONCE };
  const { value, error } = useQuery(`${cache.id} ${group.code} ${group.severity}`, revision, () => call('cache.findings', request));
  useEffect(() => setMore([]), [value]);
  if (error !== undefined) return <ErrorNote error={error} />;
  if (value === undefined) return <p className={styles.quiet}>Reading …</p>;
  const rows = [...value, ...more];
  const loadMore = async (): Promise<void> => setMore([...more, ...(await call('cache.findings', { ...request, after: rows.at(-1)!.id }))]);
  return (
    <>
      <FindingLines cacheId={cache.id} findings={rows} />
      {rows.length < group.count && rows.length > 0 && (
        <button type="button" className="button" data-size="small" onClick={() => void loadMore()}>
          Show more · {formatCount(group.count - rows.length)} left
        </button>
      )}
    </>
  );
}

/** Asked for more often enough, there may be any number. */
function FindingLines({ cacheId, findings }: { readonly cacheId: number; readonly findings: readonly ListedFinding[] }) {
  const box = useRef<HTMLUListElement>(null);
  const { drawn, above, below, measure } = useLongList(box, findings.length, { rowHeight: LINE_HEIGHT, gap: LINE_GAP });
  return (
    <ul ref={box} className={styles.list}>
      <LongListRoom height={above} />
      {drawn.map((index) => (
        <FindingLine key={findings[index]!.id} cacheId={cacheId} finding={findings[index]!} place={{ index, count: findings.length, measure }} />
      ))}
      <LongListRoom height={below} />
    </ul>
  );
}

interface FindingLineProps {
  readonly cacheId: number;
  readonly finding: Finding;
  /** In a list of which only a part is drawn. */
  readonly place?: { readonly index: number; readonly count: number; readonly measure: (row: HTMLElement | null) => void };
}

function FindingLine({ cacheId, finding, place }: FindingLineProps) {
  const name = finding.name ?? finding.file ?? finding.key ?? 'the cache as a whole';
  const beside = useContext(Beside);
  const onClick = (event: MouseEvent): void => {
    if (beside === null || finding.key === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    beside.choose(finding.key);
  };
  return (
    <li ref={place?.measure} data-index={place?.index} aria-posinset={place === undefined ? undefined : place.index + 1} aria-setsize={place?.count}>
      {finding.key === undefined ? <span>{name}</span> : <a href={cacheHash(cacheId, 'items', finding.key)} aria-current={finding.key === beside?.key || undefined} onClick={onClick}>{name}</a>}
      <span className={styles.quiet}>{finding.message}</span>
    </li>
  );
}

/** Findings as they come, whichever process verifies. */
function LiveFindings({ job, cache }: { readonly job: JobSummary; readonly cache: CacheSummary }) {
  const groups = useLiveFindings(job.id);
  const count = countOf(groups);
  const stage = job.progress?.stages.find(({ stage: name }) => name === 'verifying');
  return (
    <section className={styles.live} aria-label="Found by the running job">
      <p role="status">
        <span aria-hidden="true">◔ </span>
        {job.command} is running{stage === undefined ? '' : `: ${formatCount(stage.done)} of ${formatCount(stage.total)} read`}. {count === 0 ? 'Nothing found so far.' : `${formatCount(count)} found so far:`}
      </p>
      {groups.map((group) => (
        <LiveGroupLine key={`${group.severity} ${group.code}`} cache={cache} group={group} />
      ))}
    </section>
  );
}

function LiveGroupLine({ cache, group }: { readonly cache: CacheSummary; readonly group: FoundGroup }) {
  const { shape, tone } = SEVERITY_MARKS[group.severity];
  return (
    <details className={styles.group}>
      <summary>
        <span data-tone={tone} className={styles.severity}>
          <span aria-hidden="true">{shape}</span> {group.severity}
        </span>
        <span className={styles.title}>
          <strong>{FINDINGS[group.code].title}</strong> <code>{group.code}</code>
        </span>
        <span className={styles.count}>{formatCount(group.count)}</span>
      </summary>
      <ul className={styles.list}>
        {group.newest.map((finding) => (
          <FindingLine key={`${finding.key ?? ''} ${finding.file ?? ''} ${finding.message}`} cacheId={cache.id} finding={finding} />
        ))}
        {group.count > group.newest.length && <li className={styles.quiet}>the newest {formatCount(group.newest.length)} of {formatCount(group.count)}; all of them when it ends</li>}
      </ul>
    </details>
  );
}
