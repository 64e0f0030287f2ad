import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';

/** Items the config asks for that are not there; 0 where no config is known. */
export function missingOf({ configPath, required, present }: CacheSummary): number {
  return configPath === null || required === null ? 0 : Math.max(0, required - present);
}

/**
 * True where the last job that set out to make everything was refused all that is missing now:
 * another one would make nothing, unless lists, fonts or raw files have changed since. A plan tells.
 *
 * @param jobs in any order, of any cache
 */
export function isAllRefused(cache: CacheSummary, jobs: readonly JobSummary[]): boolean {
  const whole = jobs.filter(({ command, state, directory, arguments: { only, limit } }) => command === 'generate' && state === 'succeeded' && directory === cache.directory && only === undefined && limit === undefined);
  const last = whole.reduce<JobSummary | undefined>((latest, job) => (latest === undefined || job.createdAtMs > latest.createdAtMs ? job : latest), undefined);
  const { blocked, failed } = last?.result ?? {};
  const missing = missingOf(cache);
  return missing > 0 && typeof blocked === 'number' && blocked >= missing && failed === 0;
}
