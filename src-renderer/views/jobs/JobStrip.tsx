import { useRef } from 'react';
import type { JobSummary } from '../../../src-main/contract/commands.ts';
import { formatAgo, formatCount, formatRemaining, percentOf } from '../../lib/format.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { useNow } from '../../lib/use-now.ts';
import type { Mirror } from '../../state/index.ts';
import { runningJobs } from '../../state/index.ts';
import { useOwnChanges } from '../cache/toasts.ts';
import styles from './JobStrip.module.css';
import { decidingStage, endWords, stageWords } from './job-words.ts';

/** Lines of the strip at most; the number of the rest is told. */
const JOBS_SHOWN = 3;

/** What runs now, always in sight, whichever process runs it. */
export function JobStrip({ mirror }: { readonly mirror: Mirror }) {
  const nowMs = useNow();
  const running = runningJobs(mirror);
  const labels = new Map(mirror.library.map((cache) => [cache.directory, cache.label]));
  const labelOf = (job: JobSummary): string => (job.directory === null ? '' : (labels.get(job.directory) ?? job.directory));
  const last = mirror.jobs[0];
  const isUntold = useUntold(running);
  // The time goes on and is no news.
  const lastWords = running.length > 0 || last === undefined ? '' : ` ${labelOf(last)}: ${endWords(last)}`;
  const isLastNews = last !== undefined && isUntold(last);
  return (
    <footer className={styles.strip} aria-label="Jobs">
      <p className={running.length > 0 ? styles.hidden : styles.quiet}>
        <span role="status">
          {running.length > 0 ? running.slice(0, JOBS_SHOWN).map((job) => runningWords(job, labelOf(job))).join(' ') : 'No job is running.'}
          {isLastNews && lastWords}
        </span>
        {running.length === 0 && last !== undefined && (
          <>
            {!isLastNews && lastWords} {formatAgo(last.endedAtMs ?? last.createdAtMs, nowMs)}.
          </>
        )}
      </p>
      <ul>
        {running.slice(0, JOBS_SHOWN).map((job) => (
          <JobLine key={job.id} job={job} label={labelOf(job)} />
        ))}
      </ul>
      {running.length > JOBS_SHOWN && <p className={styles.quiet}>and {running.length - JOBS_SHOWN} more</p>}
    </footer>
  );
}

/** `generate of sample-chest is running.` */
function runningWords({ command, state }: JobSummary, label: string): string {
  return `${command} of ${label} is ${state}.`;
}

/** Whether a job that ran in sight of this page was begun elsewhere: of its own ones a notice tells the end. */
function useUntold(running: readonly JobSummary[]): (job: JobSummary) => boolean {
  const watched = useOwnChanges((state) => state.watched);
  const [seen, own] = [useRef(new Set<string>()), useRef(new Set<string>())];
  for (const { id } of running) seen.current.add(id);
  for (const id of watched.keys()) own.current.add(id);
  return ({ id }) => seen.current.has(id) && !own.current.has(id);
}

function JobLine({ job, label }: { readonly job: JobSummary; readonly label: string }) {
  const stage = decidingStage(job);
  const remaining = job.progress?.remainingSeconds;
  const percent = stage === undefined ? 0 : percentOf(stage.done, stage.total);
  return (
    <li className={styles.job}>
      <span className={styles.command}>{job.command}</span>
      <span className={styles.label}>{label}</span>
      <ProgressBar className={styles.track} label={`${job.command} ${label}`} percent={percent} />
      <span className={styles.count}>{stage === undefined ? '' : `${formatCount(stage.done)} of ${formatCount(stage.total)}`}</span>
      <span className={styles.stages}>{stageWords(job)}</span>
      {stage !== undefined && stage.failed > 0 && <span className={styles.failed}>▲ {formatCount(stage.failed)} failed</span>}
      <span className={styles.remaining}>{remaining === undefined ? '' : formatRemaining(remaining)}</span>
    </li>
  );
}
