import type { GenerateResult, JobSummary } from '../../../src-main/contract/commands.ts';
import type { ForecastRecord } from '../../../src-main/contract/forecast.ts';
import type { PlanSummary, RemakeForecast } from '../../../src-main/contract/plan.ts';
import type { JobProgress } from '../../../src-main/contract/progress.ts';
import { formatBytes, formatCount, formatSeconds } from '../../lib/format.ts';

/** Upwards: what was 8.2 % off was not within 8 %. */
function percent(share: number): string {
  return `${Math.ceil(share * 100)} %`;
}

/** `within 9 % in time, 1 % on disk`; empty before a job has ended with a forecast. */
export function recordWords(record: ForecastRecord | undefined): string {
  if (record === undefined) return '';
  const parts = [record.timeWithin !== null && `${percent(record.timeWithin)} in time`, record.diskWithin !== null && `${percent(record.diskWithin)} on disk`].filter((part) => part !== false);
  return parts.length === 0 ? '' : `within ${parts.join(', ')}`;
}

/** `last 10`. */
export function recordJobs({ jobs }: ForecastRecord): string {
  return jobs === 1 ? 'last one' : `last ${formatCount(jobs)}`;
}

export const NOT_MEASURED = 'not measured yet on this machine; told as soon as the first are made';

/** How long it takes, as a range. */
export function timeWords(time: PlanSummary['time']): string {
  if (time === null) return NOT_MEASURED;
  const [low, high] = [formatSeconds(time.lowSeconds), formatSeconds(time.highSeconds)];
  return low === high ? `about ${low}` : `${low} to ${high}`;
}

/** `243 MB each, from the headers of 12 raw files`. */
export function workerBytesWords({ perWorkerBytes, perWorkerFrom, headersRead }: PlanSummary['memory']): string {
  const basis = perWorkerFrom === 'measured' ? ', as measured' : perWorkerFrom === 'headers' ? `, from the ${headersRead === 1 ? 'header of one raw file' : `headers of ${formatCount(headersRead)} raw files`}` : '';
  return `${formatBytes(perWorkerBytes)} each${basis}`;
}

export function workerWords(memory: PlanSummary['memory']): string {
  return `${formatCount(memory.workers)}, ${workerBytesWords(memory)}`;
}

/** What a finished job took, beside its forecast; empty where there was none. */
export function measuredWords(job: JobSummary): readonly string[] {
  const { forecast, measured } = (job.result ?? {}) as Partial<Pick<GenerateResult, 'forecast' | 'measured'>>;
  if (forecast === undefined || measured === undefined) return [];
  const beside = (expected: string): string => ` (forecast ${expected})`;
  return [
    `${formatBytes(measured.peakBytes)} on disk at peak${beside(formatBytes(forecast.peakBytes))}`,
    `${formatSeconds(measured.seconds)}${forecast.seconds === null ? '' : beside(rangeWords(forecast.seconds.low, forecast.seconds.high))}`,
    ...(measured.workerBytes > 0 ? [`${formatBytes(measured.workerBytes)} a worker${beside(formatBytes(forecast.workerBytes))}`] : []),
  ];
}

function rangeWords(low: number, high: number): string {
  const [from, to] = [formatSeconds(low), formatSeconds(high)];
  return from === to ? to : `${from} – ${to}`;
}

/** What a repair makes again, in one line. */
export function remakeWords({ toMake, disk, time }: RemakeForecast): string {
  const seconds = time === null ? '' : `, ${rangeWords(time.lowSeconds, time.highSeconds)}`;
  return `${formatCount(toMake)} to make again: ${formatBytes(disk.peakBytes)} on disk at peak, ${formatBytes(disk.freeBytes)} free${disk.fits ? '' : ': it does not fit'}${seconds}`;
}

/** What a running job has on disk, and how much it will be. */
export function diskWords({ disk }: JobProgress): string {
  return disk === undefined ? '' : `${formatBytes(disk.bytes)} on disk now, ${formatBytes(disk.expectedPeakBytes)} at peak expected`;
}
