import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { historyPartFor } from '../../kinds/history-parts.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { JobList } from '../jobs/JobList.tsx';
import styles from './HistoryTab.module.css';

interface HistoryTabProps {
  readonly cache: CacheSummary;
  readonly jobs: readonly JobSummary[];
}

/** What was done with this cache, newest first. */
export function HistoryTab({ cache, jobs }: HistoryTabProps) {
  const Part = historyPartFor(cache.kind);
  const own = jobs.filter((job) => job.directory === cache.directory);
  return (
    <>
      <div className={styles.history}>
        {own.length === 0 ? <p className={styles.quiet}>Larder has done nothing with this cache yet.</p> : <JobList jobs={own} />}
        <CommandLine place="history: jobs" command="larder jobs ls" purpose="list all jobs" />
      </div>
      {Part !== undefined && <Part cacheId={cache.id} revision={own[0]?.state} />}
    </>
  );
}
