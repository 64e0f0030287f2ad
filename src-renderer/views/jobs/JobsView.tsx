import { useState } from 'react';
import { useNow } from '../../lib/use-now.ts';
import { useWide } from '../../lib/use-wide.ts';
import type { Mirror } from '../../state/index.ts';
import { usePage } from '../../state/index.ts';
import { JobCard } from './JobCard.tsx';
import { JobDetails } from './JobDetails.tsx';
import styles from './JobsView.module.css';
import { isRunning } from './job-verdict.ts';

/** Every job, newest first, whichever process ran it. */
export function JobsView() {
  const mirror = usePage((state) => state.mirror);
  const nowMs = useNow(1_000);
  const isWide = useWide();
  const [chosen, choose] = useState<string | null>(null);
  if (mirror.jobs.length === 0) return <NoJobs />;
  const running = mirror.jobs.filter(isRunning).length;
  const shown = mirror.jobs.find(({ id }) => id === chosen) ?? mirror.jobs[0]!;
  return (
    <section className={styles.view} aria-labelledby="jobs-title">
      <header className={styles.head}>
        <h1 id="jobs-title">Jobs</h1>
        <p className={styles.quiet}>{running === 0 ? 'None is running.' : `${running} running.`} They go on when this window closes.</p>
      </header>
      <div className={isWide ? styles.pair : undefined}>
        <ul className={styles.list}>
          {mirror.jobs.map((job) => (
            <li key={job.id}>
              <JobCard job={job} cache={cacheOf(mirror, job.directory)} nowMs={nowMs} {...(isWide ? { beside: { isShown: job.id === shown.id, show: () => choose(job.id) } } : {})} />
            </li>
          ))}
        </ul>
        {isWide && (
          <section className={styles.beside} aria-label={`Details of ${shown.command} ${cacheOf(mirror, shown.directory)?.label ?? ''}`}>
            <h2>
              <span className={styles.command}>{shown.command}</span> {cacheOf(mirror, shown.directory)?.label}
            </h2>
            <JobDetails key={shown.id} job={shown} />
          </section>
        )}
      </div>
    </section>
  );
}

function cacheOf(mirror: Mirror, directory: string | null): Mirror['library'][number] | undefined {
  return mirror.library.find((cache) => cache.directory === directory);
}

function NoJobs() {
  return (
    <section className={styles.empty} aria-labelledby="jobs-title">
      <h1 id="jobs-title">No jobs yet</h1>
      <p className={styles.quiet}>Generating, verifying, fixing and clearing are jobs. They show here, from this window and from a terminal, with what they did and what failed.</p>
      <p>
        <a href="#/new">New from config</a> starts the first one.
      </p>
    </section>
  );
}
