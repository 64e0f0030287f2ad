import { useId, useState } from 'react';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { formatAgo, formatRemaining } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { cacheHash } from '../navigation/route.ts';
import { useKeptFocus } from '../../ui/use-kept-focus.ts';
import { JobDetails } from './JobDetails.tsx';
import { JobShortage } from './JobShortage.tsx';
import { JobStages } from './JobStages.tsx';
import styles from './JobsView.module.css';
import type { JobAction } from './job-actions.ts';
import { actionsOf } from './job-actions.ts';
import { isRunning, resultWords, tookWords, verdictOf } from './job-verdict.ts';

interface JobCardProps {
  readonly job: JobSummary;
  /** Absent on the page of the cache itself, which need not be named. */
  readonly cacheOf?: (job: JobSummary) => CacheSummary | undefined;
  readonly nowMs: number;
  /** Where its details have a place of their own: whether they are there now, and how they get there. */
  readonly beside?: { readonly isShown: boolean; readonly show: () => void };
}

/** A job in two lines; while it runs with its stages, on request with its failures and its log. */
export function JobCard({ job, cacheOf, nowMs, beside }: JobCardProps) {
  const [isOpened, setOpen] = useState(false);
  const isOpen = isOpened && beside === undefined;
  const detailsId = useId();
  const { mark, word, tone } = verdictOf(job);
  const cache = cacheOf?.(job);
  const name = cacheOf === undefined ? '' : (cache?.label ?? job.directory ?? 'no cache');
  const ago = formatAgo(job.createdAtMs, nowMs);
  const took = tookWords(job, nowMs);
  const result = resultWords(job);
  const remaining = isRunning(job) ? job.progress?.remainingSeconds : undefined;
  return (
    <article className={styles.job} aria-label={`${`${job.command} ${name}`.trim()}, ${word}`} data-running={isRunning(job)} data-shown={beside?.isShown}>
      <div className={styles.line} data-alone={cacheOf === undefined}>
        <button type="button" className={styles.opener} {...(beside === undefined ? { 'aria-expanded': isOpen, 'aria-controls': detailsId } : { 'aria-pressed': beside.isShown })} onClick={() => (beside === undefined ? setOpen(!isOpen) : beside.show())}>
          <span aria-hidden="true">{isOpen ? '▾' : beside?.isShown === false ? '\u2007' : '▸'}</span> <span className={styles.command}>{job.command}</span>
          <span className="visually-hidden">
            {name === '' ? '' : ` ${name}`}, {ago}: details
          </span>
        </button>
        {cacheOf !== undefined && <span className={styles.cache}>{cache === undefined ? name : <a href={cacheHash(cache.id)}>{name}</a>}</span>}
        <span className="state" data-tone={tone}>
          <span aria-hidden="true">{mark} </span>
          {word}
        </span>
        <span className={styles.result}>{result}</span>
        <span className={styles.when} title={new Date(job.createdAtMs).toLocaleString()}>
          {ago}
          {took !== null && ` · ${isRunning(job) ? 'for' : 'took'} ${took}`}
          {remaining !== undefined && ` · ${formatRemaining(remaining)}`}
        </span>
        <JobActions job={job} name={name} />
      </div>
      {isRunning(job) && job.progress?.shortage !== undefined && <JobShortage shortage={job.progress.shortage} />}
      {isRunning(job) && <JobStages progress={job.progress} isPaused={job.state === 'paused'} />}
      <div id={detailsId} hidden={!isOpen}>
        {isOpen && <JobDetails job={job} />}
      </div>
    </article>
  );
}

/** Whichever there are; their commands are in the details. */
function JobActions({ job, name }: { readonly job: JobSummary; readonly name: string }) {
  const [asked, setAsked] = useState<JobAction | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const kept = useKeptFocus();
  const act = async (action: JobAction): Promise<void> => {
    setAsked(action);
    setProblem(null);
    try {
      await call(action.method, { jobId: job.id });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setAsked(null);
    }
  };
  return (
    <>
      <div className={styles.actions} role="group" aria-label={`Actions: ${job.command} ${name}`.trim()} {...kept}>
        {actionsOf(job).map((action) => (
          <button key={action.verb} type="button" className="button" data-size="small" disabled={asked !== null} aria-label={`${action.title}: ${job.command} ${name}`.trim()} onClick={() => void act(action)}>
            {asked === action ? action.underWay : action.title}
          </button>
        ))}
      </div>
      {problem !== null && (
        <p role="alert" className={styles.refused}>
          ▲ {problem}
        </p>
      )}
    </>
  );
}
