import type { JobSummary } from '../contract/commands.ts';
import { LarderError, delay } from '../base/index.ts';
import type { JobRow } from '../jobs/index.ts';
import { isOwnerAlive } from '../store/index.ts';
import type { EngineContext } from './context.ts';

/** Running jobs whose process is gone become `interrupted`. */
export function recoverJobs(context: EngineContext): readonly JobRow[] {
  return context.catalog.jobs.takeOver({ nowMs: Date.now(), isAlive: (owner, heartbeatAtMs) => isOwnerAlive(owner, heartbeatAtMs) });
}

function toSummary(context: EngineContext, row: JobRow): JobSummary {
  const { id, command, state, createdAtMs, startedAtMs, endedAtMs, progress, result } = row;
  const directory = row.cacheId === null ? null : (context.catalog.caches.get(row.cacheId)?.directory ?? null);
  return { id, command, directory, state, createdAtMs, startedAtMs, endedAtMs, arguments: row.arguments, progress, result, errorMessage: row.error?.message ?? null };
}

export function listJobs(context: EngineContext, limit = 50): readonly JobSummary[] {
  recoverJobs(context);
  return context.catalog.jobs.list({ limit }).map((row) => toSummary(context, row));
}

/** The job with this id, or the newest with this beginning. @throws JOB_NOT_FOUND */
export function getJob(context: EngineContext, id: string): JobSummary {
  recoverJobs(context);
  const row = context.catalog.jobs.get(id) ?? context.catalog.jobs.list({ limit: 1000 }).find((candidate) => candidate.id.startsWith(id));
  if (row === undefined) throw new LarderError('JOB_NOT_FOUND', `There is no job ${id}.`, { hint: 'List them with `larder jobs ls`.' });
  return toSummary(context, row);
}

const CANCEL_WAIT_MS = 5_000;

/**
 * Cancels a running job, whichever process runs it: the row says so, and the process stops at its
 * next sign of life, within a second.
 *
 * @throws JOB_NOT_FOUND; ARGUMENT_INVALID if it is not running
 */
export async function cancelJob(context: EngineContext, id: string, signal: AbortSignal): Promise<JobSummary> {
  const job = getJob(context, id);
  if (job.state !== 'running' && job.state !== 'queued') throw new LarderError('ARGUMENT_INVALID', `The job ${job.id} is not running: it ${describe(job.state)}.`, { hint: 'List jobs with `larder jobs ls`.' });
  context.catalog.jobs.update(job.id, { state: 'cancelled' });
  for (let waited = 0; waited < CANCEL_WAIT_MS; waited += 100) {
    const now = getJob(context, job.id);
    if (now.endedAtMs !== null) return now;
    await delay(100, signal);
  }
  return getJob(context, job.id);
}

function describe(state: JobSummary['state']): string {
  return state === 'interrupted' ? 'was interrupted' : `has ${state === 'cancelled' ? 'been cancelled' : state}`;
}
