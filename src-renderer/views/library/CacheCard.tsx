import { Fragment } from 'react';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { CoverageRing } from '../../ui/CoverageRing.tsx';
import { cacheHash } from '../navigation/route.ts';
import { CardPictures } from './CardPictures.tsx';
import styles from './CacheCard.module.css';
import { Health } from './Health.tsx';
import { nextStep } from './next-step.ts';

interface CacheCardProps {
  readonly cache: CacheSummary;
  /** What runs on it now. */
  readonly job: JobSummary | undefined;
  readonly jobs: readonly JobSummary[];
  readonly nowMs: number;
}

/** A cache in one look: what it is, how much of it is there, whether it is sound. */
export function CacheCard({ cache, job, jobs, nowMs }: CacheCardProps) {
  const step = nextStep(cache, job, jobs);
  const headingId = `cache-${cache.id}`;
  return (
    <article className={styles.card} aria-labelledby={headingId}>
      <header className={styles.head}>
        <CoverageRing present={cache.present} damaged={cache.damaged} required={cache.required} />
        <div className={styles.name}>
          <div className={styles.title}>
            <h2 id={headingId}>
              <a href={cacheHash(cache.id)}>{cache.label}</a>
            </h2>
            {job !== undefined && (
              <span className={styles.activity}>
                {job.command} {job.state}
              </span>
            )}
            <span className={styles.kind}>{cache.kind}</span>
          </div>
          <ParameterLine parameters={cache.parameters} />
        </div>
      </header>
      <dl className={styles.figures}>
        <div className={styles.figure}>
          <dt>{cache.required === null ? 'cached' : `of ${formatCount(cache.required)} cached`}</dt>
          <dd>{formatCount(cache.present)}</dd>
        </div>
        <div className={styles.figure}>
          <dt>on disk</dt>
          <dd>{formatBytes(cache.bytes)}</dd>
        </div>
        <Health cache={cache} nowMs={nowMs} />
      </dl>
      <CardPictures cache={cache} />
      <p className={styles.directory} title={cache.directory}>
        {cache.directory}
      </p>
      <CommandLine {...step} />
    </article>
  );
}

/** Lines break between parameters, never within one. */
function ParameterLine({ parameters }: Pick<CacheSummary, 'parameters'>) {
  if (parameters.length === 0) return <p className={styles.parameters}>Parameters not known; name its config once to read them.</p>;
  return (
    <p className={styles.parameters}>
      {parameters.map(({ name, value }) => (
        <Fragment key={name}>
          <span title={name}>{value}</span>{' '}
        </Fragment>
      ))}
    </p>
  );
}
