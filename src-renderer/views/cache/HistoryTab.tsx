import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { historyPartFor } from '../../kinds/history-parts.ts';
import { formatAgo, formatSeconds } from '../../lib/format.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { TableHead } from '../../ui/TableHead.tsx';
import { measuredWords } from '../jobs/forecast-words.ts';
import { endText } from './toasts.ts';
import styles from './HistoryTab.module.css';

const MARKS: Readonly<Record<JobSummary['state'], { readonly shape: string; readonly tone: string }>> = {
  queued: { shape: '○', tone: 'quiet' },
  running: { shape: '◔', tone: 'accent' },
  paused: { shape: '❚❚', tone: 'warn' },
  succeeded: { shape: '●', tone: 'good' },
  failed: { shape: '▲', tone: 'bad' },
  cancelled: { shape: '■', tone: 'quiet' },
  interrupted: { shape: '◆', tone: 'warn' },
};

interface HistoryTabProps {
  readonly cache: CacheSummary;
  readonly jobs: readonly JobSummary[];
  readonly nowMs: number;
}

/** What was done with this cache, newest first. */
export function HistoryTab({ cache, jobs, nowMs }: HistoryTabProps) {
  const Part = historyPartFor(cache.kind);
  const own = jobs.filter((job) => job.directory === cache.directory);
  return (
    <>
      <div className={styles.history}>
        {own.length === 0 ? (
          <p className={styles.quiet}>Larder has done nothing with this cache yet.</p>
        ) : (
          <table>
            <TableHead columns={['What', 'State', 'When', 'Took', 'Result']} />
            <tbody>
              {own.map((job) => (
                <JobRow key={job.id} job={job} nowMs={nowMs} />
              ))}
            </tbody>
          </table>
        )}
        <CommandLine place="history: jobs" command="larder jobs ls" purpose="list all jobs" />
      </div>
      {Part !== undefined && <Part cacheId={cache.id} revision={own[0]?.state} />}
    </>
  );
}

function JobRow({ job, nowMs }: { readonly job: JobSummary; readonly nowMs: number }) {
  const { shape, tone } = MARKS[job.state];
  const seconds = job.startedAtMs === null ? null : ((job.endedAtMs ?? nowMs) - job.startedAtMs) / 1000;
  const measured = measuredWords(job);
  const notRemade = job.result?.['notRemade'];
  const left = Array.isArray(notRemade) ? (notRemade as readonly { readonly name: string; readonly reason: string }[]) : [];
  return (
    <tr>
      <th scope="row">{job.command}</th>
      <td data-tone={tone}>
        <span aria-hidden="true">{shape}</span> {job.state}
      </td>
      <td title={new Date(job.createdAtMs).toLocaleString()}>{formatAgo(job.createdAtMs, nowMs)}</td>
      <td>{seconds === null ? '–' : formatSeconds(Math.max(0, seconds))}</td>
      <td>
        {job.endedAtMs === null ? '–' : job.state === 'interrupted' ? 'Its process ended; what is finished stays.' : endText(job)}
        {measured.length > 0 && <p className={styles.quiet}>{measured.join(' · ')}</p>}
        {left.length > 0 && (
          <details>
            <summary>Not made again</summary>
            <ul>
              {left.slice(0, 50).map((item) => (
                <li key={item.name}>
                  {item.name}: {item.reason}
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
    </tr>
  );
}
