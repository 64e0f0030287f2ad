import type { GenerateResult, JobSummary } from '../../../src-main/contract/commands.ts';
import type { ForecastRecord } from '../../../src-main/contract/forecast.ts';
import type { JobProgress } from '../../../src-main/contract/progress.ts';
import { formatBytes, formatCount, formatSeconds } from '../../lib/format.ts';

/** Upwards: what was 8.2 % off was not within 8 %. */
function within(share: number): string {
  return `within ${Math.ceil(share * 100)} %`;
}

/** `time within 9 %, disk within 1 %`; empty before a job has ended with a forecast. */
export function recordWords(record: ForecastRecord | undefined): string {
  if (record === undefined) return '';
  return [record.timeWithin !== null && `time ${within(record.timeWithin)}`, record.diskWithin !== null && `disk ${within(record.diskWithin)}`].filter((part) => part !== false).join(', ');
}

/** `the last 10`. */
export function recordJobs({ jobs }: ForecastRecord): string {
  return jobs === 1 ? 'the last one' : `the last ${formatCount(jobs)}`;
}

/** Signed, of what was measured: `+3 %` was expected too much. */
function off(expected: number, measured: number): string {
  const percent = measured === 0 ? 0 : Math.round(((expected - measured) / measured) * 100);
  return percent === 0 ? 'as expected' : `${formatPercent(percent)} expected`;
}

function formatPercent(percent: number): string {
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
}

/** What a finished job took, beside what was expected of it; empty where there was no forecast. */
export function measuredWords(job: JobSummary): readonly string[] {
  const { forecast, measured } = (job.result ?? {}) as Partial<Pick<GenerateResult, 'forecast' | 'measured'>>;
  if (forecast === undefined || measured === undefined) return [];
  return [
    `${formatBytes(measured.peakBytes)} at peak (${off(forecast.peakBytes, measured.peakBytes)})`,
    forecast.seconds === null ? formatSeconds(measured.seconds) : `${formatSeconds(measured.seconds)} (${off(forecast.seconds.middle, measured.seconds)})`,
    ...(measured.workerBytes > 0 ? [`${formatBytes(measured.workerBytes)} a worker (${formatBytes(forecast.workerBytes)} expected)`] : []),
  ];
}

/** What a running job has on disk, and how much it will be. */
export function diskWords({ disk }: JobProgress): string {
  return disk === undefined ? '' : `${formatBytes(disk.bytes)} on disk now, ${formatBytes(disk.expectedPeakBytes)} at peak expected`;
}
