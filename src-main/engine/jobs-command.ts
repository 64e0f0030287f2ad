import type { GenerateArguments, GenerateResult, JobSummary } from '../contract/commands.ts';
import type { JobFailure, LoggedEvent } from '../contract/jobs.ts';
import { LarderError, delay } from '../base/index.ts';
import type { JobRow } from '../jobs/index.ts';
import { isOwnerAlive } from '../store/index.ts';
import { withoutConditions } from './chosen-keys.ts';
import type { EngineContext } from './context.ts';
import type { JobLog } from './job-log.ts';
import { readConfig } from './open-cache.ts';

/** Running jobs whose process is gone become `interrupted`. */
export function recoverJobs(context: EngineContext): readonly JobRow[] {
  return context.catalog.jobs.takeOver({ nowMs: Date.now(), isAlive: (owner, heartbeatAtMs) => isOwnerAlive(owner, heartbeatAtMs) });
}

function toSummary(context: EngineContext, row: JobRow): JobSummary {
  const { id, command, state, createdAtMs, startedAtMs, endedAtMs, progress, result } = row;
  const directory = row.cacheId === null ? null : (context.catalog.caches.get(row.cacheId)?.directory ?? null);
  return { id, command, directory, state, createdAtMs, startedAtMs, endedAtMs, arguments: row.arguments, progress, result, errorMessage: row.error?.message ?? null, ...hintOf(row.error) };
}

function hintOf(error: JobRow['error']): Pick<JobSummary, 'errorHint'> {
  return error?.hint === undefined ? {} : { errorHint: error.hint };
}

/** Jobs of a list; a window keeps as many. */
const JOBS_LISTED = 200;

export function listJobs(context: EngineContext, limit = JOBS_LISTED): readonly JobSummary[] {
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

/**
 * A job is gone on with only in the cache it was begun in: a config that was edited since leads to another one.
 *
 * @throws CONFIG_CHANGED, CONFIG_INVALID, CONFIG_UNREADABLE
 */
export async function assertSameFolder(context: EngineContext, job: JobSummary): Promise<void> {
  const path = job.arguments['config'];
  if (typeof path !== 'string' || job.directory === null) return;
  const { config } = await readConfig(context, path);
  if (config.directory === job.directory) return;
  throw new LarderError('CONFIG_CHANGED', `${config.configPath} was edited since the job ${job.id} began: it was about ${job.directory}, and the config makes ${config.directory} now.`, {
    hint: 'Put the config back to go on with the job, or start a new one for what the config asks for now.',
    details: { jobId: job.id, directory: job.directory, makes: config.directory },
  });
}

/** Names of what failed in a job; its result has them, or the log where it was stopped before. */
export function failuresOf(job: JobSummary, log: readonly LoggedEvent[]): readonly JobFailure[] {
  const logged = new Map<string, JobFailure>();
  for (const { event } of log) {
    if (event.type !== 'itemFailed') continue;
    const { code, message, hint } = event.error;
    logged.set(event.name, { name: event.name, code, message, ...(hint === undefined ? {} : { hint }) });
  }
  const { failures } = (job.result ?? {}) as Partial<Pick<GenerateResult, 'failures'>>;
  return failures === undefined ? Array.from(logged.values()) : failures.map((failure) => ({ ...failure, ...logged.get(failure.name) }));
}

/**
 * What generates only what failed in a job.
 *
 * @throws ARGUMENT_INVALID if nothing failed in it, or it runs, or it is no job of `generate`
 */
export function retryRequest(job: JobSummary, log: JobLog): GenerateArguments {
  const failures = failuresOf(job, log.tail(job.id, Infinity));
  if (job.command !== 'generate' || failures.length === 0) throw new LarderError('ARGUMENT_INVALID', `No item failed in the job ${job.id}.`, { hint: 'Start a new job.' });
  if (job.state === 'running' || job.state === 'paused') throw new LarderError('ARGUMENT_INVALID', `The job ${job.id} is ${job.state}.`, { hint: 'Wait for its end, or cancel it first.' });
  // Written by this program, through types; a row that was edited fails in the command's own checks.
  const { limit: _limit, ...request } = job.arguments as unknown as GenerateArguments;
  return { ...withoutConditions(request), only: failures.map((failure) => failure.name) };
}

/**
 * Holds a running job between two items, whichever process runs it; it follows within a second, and
 * finishes what is under way.
 *
 * @throws JOB_NOT_FOUND; ARGUMENT_INVALID if it is not running
 */
export function pauseJob(context: EngineContext, id: string): JobSummary {
  return changeState(context, getJob(context, id), 'running', 'paused');
}

/** Lets a paused job go on. @throws JOB_NOT_FOUND; ARGUMENT_INVALID if it is not paused */
export function continueJob(context: EngineContext, id: string): JobSummary {
  return changeState(context, getJob(context, id), 'paused', 'running');
}

function changeState(context: EngineContext, job: JobSummary, from: 'running' | 'paused', to: 'running' | 'paused'): JobSummary {
  if (context.catalog.jobs.transition(job.id, from, to)) return getJob(context, job.id);
  const { state } = getJob(context, job.id);
  throw new LarderError('ARGUMENT_INVALID', `The job ${job.id} is not ${from}: it ${describe(state)}.`, { hint: 'List jobs with `larder jobs ls`.' });
}

const CANCEL_WAIT_MS = 5_000;

/**
 * Cancels a running job, whichever process runs it: the row says so, and the process stops at its
 * next sign of life, within a second.
 *
 * @throws JOB_NOT_FOUND; ARGUMENT_INVALID if it is not running
 */
export async function cancelJob(context: EngineContext, id: string, signal: AbortSignal): Promise<JobSummary> {
  let job = getJob(context, id);
  // It may end, pause or go on in this very moment: what has ended stays as it ended.
  for (let isCancelled = false; !isCancelled; ) {
    if (job.state !== 'running' && job.state !== 'paused' && job.state !== 'queued') throw new LarderError('ARGUMENT_INVALID', `The job ${job.id} is not running: it ${describe(job.state)}.`, { hint: 'List jobs with `larder jobs ls`.' });
    isCancelled = context.catalog.jobs.transition(job.id, job.state, 'cancelled');
    if (!isCancelled) job = getJob(context, job.id);
  }
  for (let waited = 0; waited < CANCEL_WAIT_MS; waited += 100) {
    const now = getJob(context, job.id);
    if (now.endedAtMs !== null) return now;
    await delay(100, signal);
  }
  return getJob(context, job.id);
}

function describe(state: JobSummary['state']): string {
  if (state === 'running' || state === 'paused' || state === 'queued') return `is ${state}`;
  return state === 'interrupted' ? 'was interrupted' : `has ${state === 'cancelled' ? 'been cancelled' : state}`;
}
