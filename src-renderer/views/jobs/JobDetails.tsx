import { useEffect, useState } from 'react';
import type { FixResult, JobSummary } from '../../../src-main/contract/commands.ts';
import type { JobDetail, LoggedEvent } from '../../../src-main/contract/jobs.ts';
import { formatCount } from '../../lib/format.ts';
import { followJob, usePage } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { measuredWords } from './forecast-words.ts';
import { JobStages } from './JobStages.tsx';
import styles from './JobsView.module.css';
import { actionCommand, actionsOf } from './job-actions.ts';
import { isRunning } from './job-verdict.ts';
import { logLine } from './log-words.ts';

/** What failed and why, what happened last, and the commands that go on from here. */
export function JobDetails({ job }: { readonly job: JobSummary }) {
  const { detail, problem } = useDetail(job);
  if (problem !== null) {
    return (
      <p role="alert" className={styles.bad}>
        ▲ {problem}
      </p>
    );
  }
  if (detail === undefined) return <p className={styles.quiet}>Reading …</p>;
  const { failures, failureCount, log, error } = detail;
  const measured = measuredWords(job);
  return (
    <div className={styles.details}>
      <ActionCommands job={job} />
      {error?.hint !== undefined && <p className={styles.quiet}>{error.hint}</p>}
      {!isRunning(job) && job.progress !== null && job.progress.stages.length > 0 && <JobStages progress={withoutRates(job.progress)} isPaused={false} />}
      {measured.length > 0 && <p className={styles.quiet}>Measured: {measured.join(' · ')}.</p>}
      {failures.length > 0 && (
        <section aria-label="Failures">
          <h3>{formatCount(failureCount)} failed</h3>
          <ul className={styles.failures}>
            {failures.map((failure) => (
              <li key={failure.name}>
                <p>
                  <span className={styles.bad}>▲ </span>
                  <strong>{failure.name}</strong> <code>{failure.code}</code>
                </p>
                <p>{failure.message}</p>
                {failure.hint !== undefined && <p className={styles.quiet}>{failure.hint}</p>}
              </li>
            ))}
            {failureCount > failures.length && <li>and {formatCount(failureCount - failures.length)} more</li>}
          </ul>
        </section>
      )}
      <NotRemade job={job} />
      <section aria-label="Log">
        <h3>Log</h3>
        {log.length === 0 ? <p className={styles.quiet}>No log was kept of this job.</p> : <Log lines={log} />}
      </section>
      <p className={styles.quiet}>
        Job <code>{job.id}</code> in <code>{job.directory}</code>
      </p>
    </div>
  );
}

/** What a fix set aside or missed and could not make again. */
function NotRemade({ job }: { readonly job: JobSummary }) {
  const { notRemade = [] } = (job.command === 'fix' ? (job.result ?? {}) : {}) as Partial<FixResult>;
  if (notRemade.length === 0) return null;
  const shown = notRemade.slice(0, 50);
  return (
    <section aria-label="Not made again">
      <h3>{formatCount(notRemade.length)} not made again</h3>
      <ul className={styles.failures}>
        {shown.map(({ name, reason }) => (
          <li key={name}>
            <strong>{name}</strong>: {reason}
          </li>
        ))}
        {notRemade.length > shown.length && <li>and {formatCount(notRemade.length - shown.length)} more</li>}
      </ul>
    </section>
  );
}

/** The details are in the mirror while they are looked at, and change there. */
function useDetail({ id }: JobSummary): { readonly detail: JobDetail | undefined; readonly problem: string | null } {
  const detail = usePage(({ mirror }) => mirror.details[id]);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    setProblem(null);
    return followJob(id, (error) => setProblem(error instanceof Error ? error.message : String(error)));
  }, [id]);
  return { detail, problem };
}

function withoutRates({ disk: _disk, shortage: _shortage, ...progress }: NonNullable<JobSummary['progress']>): NonNullable<JobSummary['progress']> {
  return { ...progress, stages: progress.stages.map((stage) => ({ ...stage, itemsPerSecond: 0, bytesPerSecond: 0, current: [] })) };
}

function Log({ lines }: { readonly lines: readonly LoggedEvent[] }) {
  return (
    <ol className={styles.log} tabIndex={0} aria-label="What happened last">
      {lines.map((line, index) => {
        const { word, text, isBad } = logLine(line);
        return (
          <li key={`${line.atMs}-${index}`} data-tone={isBad ? 'bad' : undefined}>
            <time dateTime={new Date(line.atMs).toISOString()}>{new Date(line.atMs).toLocaleTimeString('en-GB')}</time>
            <span>{word}</span>
            <span>{text}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** The commands of the job's buttons, to copy. */
function ActionCommands({ job }: { readonly job: JobSummary }) {
  return actionsOf(job).map((action) => <CommandLine key={action.verb} place={action.place} command={actionCommand(job, action)} purpose={action.purpose} />);
}
