import { useState } from 'react';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { useNow } from '../../lib/use-now.ts';
import { useWide } from '../../lib/use-wide.ts';
import { JobCard } from './JobCard.tsx';
import { JobDetails } from './JobDetails.tsx';
import styles from './JobsView.module.css';

interface JobListProps {
  /** At least one, newest first. */
  readonly jobs: readonly JobSummary[];
  /** Where several caches are among them; the cache's own page need not name it. */
  readonly cacheOf?: (job: JobSummary) => CacheSummary | undefined;
}

/** Jobs, each with its details below it; in a wide window with those of one of them beside the list. */
export function JobList({ jobs, cacheOf }: JobListProps) {
  const nowMs = useNow(1_000);
  const isWide = useWide();
  const [chosen, choose] = useState<string | null>(null);
  const shown = jobs.find(({ id }) => id === chosen) ?? jobs[0]!;
  const label = cacheOf?.(shown)?.label ?? '';
  return (
    <div className={isWide ? styles.pair : undefined}>
      <ul className={styles.list}>
        {jobs.map((job) => (
          <li key={job.id}>
            <JobCard job={job} nowMs={nowMs} {...(cacheOf === undefined ? {} : { cacheOf })} {...(isWide ? { beside: { isShown: job.id === shown.id, show: () => choose(job.id) } } : {})} />
          </li>
        ))}
      </ul>
      {isWide && (
        <section className={styles.beside} aria-label={`Details of ${shown.command} ${label}`.trim()}>
          <h2>
            <span className={styles.command}>{shown.command}</span> {label}
          </h2>
          <JobDetails key={shown.id} job={shown} />
        </section>
      )}
    </div>
  );
}
