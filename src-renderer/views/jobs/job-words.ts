import type { StageProgress } from '../../../src-main/contract/progress.ts';
import type { JobSummary } from '../../../src-main/contract/commands.ts';
import { formatBytes, formatRate } from '../../lib/format.ts';

/** The stage whose end is the job's end: the last one that has something to do. */
export function decidingStage(job: JobSummary): StageProgress | undefined {
  return job.progress?.stages.findLast((stage) => stage.total > 0);
}

/** `downloading 84.0 MB/s · preprocessing 0.9/s on 6 workers`; what stands still is left out. */
export function stageWords({ state, progress }: JobSummary): string {
  if (progress?.shortage !== undefined) return `out of space: needs ${formatBytes(progress.shortage.neededBytes)}, ${formatBytes(progress.shortage.freeBytes)} free`;
  if (state === 'paused') return 'paused';
  if (progress === null) return 'starting';
  if (progress.waitingFor !== undefined) return `waiting for ${progress.waitingFor}`;
  const moving = progress.stages.filter((stage) => stage.bytesPerSecond > 0 || stage.itemsPerSecond > 0);
  if (moving.length === 0) return progress.stages.findLast((stage) => stage.done < stage.total)?.stage ?? 'starting';
  return moving.map((stage) => `${stage.stage} ${rateOf(stage)}${stage.stage === 'preprocessing' ? ` on ${progress.workers} workers` : ''}`).join(' · ');
}

function rateOf(stage: StageProgress): string {
  return stage.bytesPerSecond > 0 && stage.stage !== 'preprocessing' ? `${formatBytes(stage.bytesPerSecond)}/s` : `${formatRate(stage.itemsPerSecond)}/s`;
}

const ENDED: Readonly<Record<JobSummary['state'], string>> = {
  queued: 'is queued',
  running: 'is running',
  paused: 'is paused',
  succeeded: 'has succeeded',
  failed: 'has failed',
  cancelled: 'was cancelled',
  interrupted: 'was interrupted',
};

/** `verify has succeeded`. */
export function endWords(job: JobSummary): string {
  return `${job.command} ${ENDED[job.state]}`;
}
