import type { GenerateResult } from '../../contract/commands.ts';
import type { KindId } from '../../contract/entries.ts';
import type { ForecastRecord } from '../../contract/forecast.ts';
import type { EngineContext } from '../context.ts';

const JOBS_LOOKED_AT = 100;
const JOBS_COUNTED = 10;

/** How good the last forecasts of a kind were; undefined before a job has ended with one. */
export function forecastRecord(context: EngineContext, kind: KindId): ForecastRecord | undefined {
  const { jobs, caches } = context.catalog;
  const kinds = new Map(caches.list().map((cache) => [cache.id, cache.kind]));
  const results = jobs
    .list({ states: ['succeeded'], limit: JOBS_LOOKED_AT })
    .filter((job) => job.command === 'generate' && job.cacheId !== null && kinds.get(job.cacheId) === kind)
    // Written by this program; a row that was edited is left out by its absent fields.
    .map((job) => (job.result ?? {}) as Partial<Pick<GenerateResult, 'forecast' | 'measured'>>)
    // Before anything was measured there are bounds, not forecasts.
    .filter((result) => result.forecast?.seconds != null && result.measured !== undefined)
    .slice(0, JOBS_COUNTED);
  return results.length === 0 ? undefined : recordOf(results as readonly Required<Pick<GenerateResult, 'forecast' | 'measured'>>[]);
}

export function recordOf(results: readonly Required<Pick<GenerateResult, 'forecast' | 'measured'>>[]): ForecastRecord {
  const disk = results.map(({ forecast, measured }) => errorOf(forecast.peakBytes, measured.peakBytes));
  const time = results.flatMap(({ forecast, measured }) => (forecast.seconds === null ? [] : [errorOf(forecast.seconds.middle, measured.seconds)]));
  return { jobs: results.length, diskWithin: disk.length === 0 ? null : Math.max(...disk), timeWithin: time.length === 0 ? null : Math.max(...time) };
}

function errorOf(expected: number, measured: number): number {
  return measured > 0 ? Math.abs(expected - measured) / measured : 0;
}
