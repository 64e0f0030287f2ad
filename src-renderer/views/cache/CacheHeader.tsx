import { useState } from 'react';
import type { CacheOverview, CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { CoverageRing } from '../../ui/CoverageRing.tsx';
import { useKeptFocus } from '../../ui/use-kept-focus.ts';
import { cacheHash, hashOf } from '../navigation/route.ts';
import { forget } from './forget.ts';
import styles from './CacheHeader.module.css';
import { ExportDialog, FixDialog, GenerateDialog, VerifyDialog } from './dialogs.ts';
import { healthOf, verifiedWords } from './health-words.ts';
import { RevealButton } from './RevealButton.tsx';
import { RunningJob } from './RunningJob.tsx';
import { isAllRefused, missingOf } from './unmakable.ts';

interface CacheHeaderProps {
  readonly cache: CacheSummary;
  readonly overview: CacheOverview | undefined;
  /** What runs on it now. */
  readonly job: JobSummary | undefined;
  readonly jobs: readonly JobSummary[];
  readonly nowMs: number;
}

/** A cache in one look, and what can be done with it. */
export function CacheHeader({ cache, overview, job, jobs, nowMs }: CacheHeaderProps) {
  const { required, present, damaged } = cache;
  return (
    <header className={styles.header}>
      <div className={styles.name}>
        <h1>{cache.label}</h1>
        <p>
          {cache.parameters.length === 0 ? 'Parameters not known' : cache.parameters.map(({ value }) => value).join(' · ')} <code title={cache.directory}>{shortFolder(cache.directory)}</code> <RevealButton cache={cache} />
        </p>
        {cache.isGone && <GoneNotice cache={cache} />}
        {cache.unreadableConfig !== null && <UnreadableNotice cacheId={cache.id} message={cache.unreadableConfig.message} />}
        {cache.formerConfigPath !== null && (
          <p className={styles.stale}>
            <span aria-hidden="true">◆ </span>Its config was edited since and makes another folder now. <a href={cacheHash(cache.id, 'parameters')}>What differs</a>
          </p>
        )}
      </div>
      <div className={styles.row}>
        <CoverageRing present={present} damaged={damaged} required={required} />
        <dl className={styles.figures}>
          <div>
            <dt>cached</dt>
            <dd>
              {formatCount(present)}
              {required !== null && <small> of {formatCount(required)}</small>}
            </dd>
          </div>
          <div>
            <dt>on disk{overview?.freeBytes != null && ` · ${formatBytes(overview.freeBytes)} free`}</dt>
            <dd>{formatBytes(cache.bytes)}</dd>
          </div>
          <div>
            <dt>{verifiedWords(cache, nowMs) ?? 'never verified as a whole'}</dt>
            <HealthWord cache={cache} />
          </div>
        </dl>
        <Actions cache={cache} overview={overview} job={job} jobs={jobs} />
      </div>
    </header>
  );
}

/** Of many problems the first ones; the tab has them all. */
const PROBLEMS_SHOWN = 2;

function UnreadableNotice({ cacheId, message }: { readonly cacheId: number; readonly message: string }) {
  const [title, ...problems] = message.split('\n');
  const more = problems.length - PROBLEMS_SHOWN;
  return (
    <p className={styles.unreadable}>
      <span aria-hidden="true">▲ </span>
      {[title, ...problems.slice(0, PROBLEMS_SHOWN)].join('\n')}
      {more > 0 && (
        <>
          {'\n'}and {more} more, under <a href={cacheHash(cacheId, 'parameters')}>Parameters</a>
        </>
      )}
      <span className={styles.hint}>Until it can be read nothing is made here; what is there can be looked at, verified and cleared.</span>
    </p>
  );
}

function GoneNotice({ cache }: { readonly cache: CacheSummary }) {
  return (
    <p className={styles.stale}>
      <span aria-hidden="true">◆ </span>Its folder is not there: moved, deleted, or on a disk that is not mounted. <a href={hashOf({ screen: 'new' })}>Open it where it is now</a>{' '}
      <button type="button" className="button" data-size="small" onClick={() => forget(cache)}>
        Remove from library
      </button>
    </p>
  );
}

function HealthWord({ cache }: { readonly cache: CacheSummary }) {
  const { mark, word, tone } = healthOf(cache);
  return (
    <dd className={styles[tone]}>
      {mark} {word}
    </dd>
  );
}

type OpenDialog = 'generate' | 'verify' | 'fix' | 'export' | null;

/** What can be begun, or what runs. A dialog stays open when a job begins meanwhile, here or elsewhere. */
function Actions({ cache, overview, job, jobs }: Pick<CacheHeaderProps, 'cache' | 'overview' | 'job' | 'jobs'>) {
  const [open, setOpen] = useState<OpenDialog>(null);
  const kept = useKeptFocus();
  const close = (): void => setOpen(null);
  return (
    <div className={styles.actions} role="group" aria-label="Actions" {...kept}>
      {job !== undefined ? <RunningJob job={job} /> : cache.isGone ? null : <Beginnings cache={cache} overview={overview} jobs={jobs} onOpen={setOpen} />}
      {open === 'fix' && <FixDialog cache={cache} onClose={close} />}
      {open === 'verify' && <VerifyDialog cache={cache} onClose={close} />}
      {open === 'export' && <ExportDialog cache={cache} onClose={close} />}
      {open === 'generate' && <GenerateDialog cache={cache} onClose={close} />}
    </div>
  );
}

function Beginnings({ cache, overview, jobs, onOpen }: Pick<CacheHeaderProps, 'cache' | 'overview' | 'jobs'> & { readonly onOpen: (dialog: OpenDialog) => void }) {
  const repairs = overview?.repairs.entries ?? 0;
  const missing = missingOf(cache);
  const isRefused = isAllRefused(cache, jobs);
  return (
    <>
      <button type="button" className="button" data-tone={repairs > 0 ? 'bad' : undefined} onClick={() => onOpen('fix')}>
        {repairs > 0 ? `Fix ${formatCount(repairs)}` : 'Fix …'}
      </button>
      <button type="button" className="button" onClick={() => onOpen('verify')}>
        Verify
      </button>
      {missing > 0 && (
        <button type="button" className="button" data-tone={isRefused ? undefined : 'main'} onClick={() => onOpen('generate')}>
          {isRefused ? `Why ${formatCount(missing)} cannot be made …` : `Generate ${formatCount(missing)}`}
        </button>
      )}
      <button type="button" className="button" onClick={() => onOpen('export')}>
        Export …
      </button>
    </>
  );
}

/** A folder that is named by a hash is known by its start; any other by its whole name. */
function shortFolder(directory: string): string {
  const name = directory.slice(Math.max(directory.lastIndexOf('/'), directory.lastIndexOf('\\')) + 1);
  return /^[0-9a-f]{32}$/.test(name) ? name.slice(0, 8) : name;
}
