import type { Mirror } from '../../state/index.ts';
import { usePage } from '../../state/index.ts';
import { JobList } from './JobList.tsx';
import styles from './JobsView.module.css';
import { isRunning } from './job-verdict.ts';

/** Every job, newest first, whichever process ran it. */
export function JobsView() {
  const mirror = usePage((state) => state.mirror);
  if (mirror.jobs.length === 0) return <NoJobs />;
  const running = mirror.jobs.filter(isRunning).length;
  return (
    <section className={styles.view} aria-labelledby="jobs-title">
      <header className={styles.head}>
        <h1 id="jobs-title">Jobs</h1>
        <p className={styles.quiet}>{running === 0 ? 'None is running.' : `${running} running.`} They go on when this window closes.</p>
      </header>
      <JobList jobs={mirror.jobs} cacheOf={(job) => cacheOf(mirror, job.directory)} />
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
