import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { formatAgo } from '../../lib/format.ts';
import { resultWords, tookWords, verdictOf } from '../jobs/job-verdict.ts';
import { cacheHash } from '../navigation/route.ts';
import styles from './Lately.module.css';

const SHOWN = 8;

interface LatelyProps {
  /** Newest first. */
  readonly jobs: readonly JobSummary[];
  readonly library: readonly CacheSummary[];
  readonly nowMs: number;
}

/** What was done last, to which cache, and what came of it. */
export function Lately({ jobs, library, nowMs }: LatelyProps) {
  if (jobs.length === 0) return null;
  return (
    <section className={styles.lately} aria-labelledby="lately-title">
      <header>
        <h2 id="lately-title">Lately</h2>
        <a href="#/jobs">All jobs</a>
      </header>
      <ul>
        {jobs.slice(0, SHOWN).map((job) => (
          <Done key={job.id} job={job} cache={library.find(({ directory }) => directory === job.directory)} nowMs={nowMs} />
        ))}
      </ul>
    </section>
  );
}

function Done({ job, cache, nowMs }: { readonly job: JobSummary; readonly cache: CacheSummary | undefined; readonly nowMs: number }) {
  const { mark, word, tone } = verdictOf(job);
  const took = tookWords(job, nowMs);
  const result = resultWords(job);
  return (
    <li>
      <p className={styles.line}>
        <span className={styles.command}>{job.command}</span>
        <span className={styles.cache}>{cache === undefined ? (job.directory ?? 'no cache') : <a href={cacheHash(cache.id)}>{cache.label}</a>}</span>
        <span className={styles.when}>{formatAgo(job.createdAtMs, nowMs)}</span>
      </p>
      <p className={styles.line}>
        <span className="state" data-tone={tone}>
          <span aria-hidden="true">{mark} </span>
          {word}
        </span>
        <span className={styles.result} title={result}>
          {result}
          {took !== null && `${result === '' ? '' : ' · '}${took}`}
        </span>
      </p>
    </li>
  );
}
