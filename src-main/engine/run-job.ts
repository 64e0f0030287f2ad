import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { JobCommand, JobState } from '../contract/events.ts';
import { awakeClock, cancelledError, isCancelled, tellWake, toWire } from '../base/index.ts';
import { PauseGate, ProgressMeter } from '../jobs/index.ts';
import { currentOwner } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { SpaceKeeper } from './space/index.ts';

export interface RunningJob {
  readonly id: string;
  readonly signal: AbortSignal;
  readonly meter: ProgressMeter;
  /** To be passed before each item. */
  readonly gate: PauseGate;
}

export interface JobRequest {
  readonly command: JobCommand;
  readonly cacheId: number;
  readonly directory: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

const PROGRESS_EVERY_MS = 200;
const HEARTBEAT_EVERY_MS = 500;

/** When it began, and enough chance that no two jobs begun within one second share an id. */
function newJobId(): string {
  return `${new Date().toISOString().slice(2, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${randomBytes(4).toString('hex')}`;
}

/** Paths as they were meant where the command was given: a job may be resumed from anywhere. */
function absolutePaths(request: JobRequest['arguments'], cwd: string): JobRequest['arguments'] {
  const paths = (['config', 'cache'] as const).flatMap((name) => {
    const path = request[name];
    return typeof path === 'string' ? [[name, resolve(cwd, path)] as const] : [];
  });
  return { ...request, ...Object.fromEntries(paths) };
}

/**
 * Runs work as a job: a row before it is a promise, signs of life while it runs, its end written
 * down whatever happens. The row says `cancelled` as soon as somebody cancels it from elsewhere,
 * and the work stops at the next sign of life.
 *
 * @throws what the work threw; CANCELLED
 */
export async function runJob<T extends object>(context: EngineContext, request: JobRequest, signal: AbortSignal, work: (job: RunningJob) => Promise<T>): Promise<T> {
  const { catalog, emit } = context;
  const id = newJobId();
  // Read with every report, five times a second.
  const clock = awakeClock((sleptMs) => {
    emit({ type: 'noticed', jobId: id, message: `Nothing ran for ${Math.round(sleptMs / 1000)} s: the computer slept, or its clock was set. Downloads begin anew where they were.` });
    tellWake();
  });
  const meter = new ProgressMeter(clock);
  const gate = new PauseGate();
  const abort = new AbortController();
  const now = Date.now();
  catalog.jobs.insert({ id, command: request.command, cacheId: request.cacheId, arguments: absolutePaths(request.arguments, context.cwd), createdAtMs: now, startedAtMs: now, state: context.beginsPaused === true ? 'paused' : 'running', owner: currentOwner(), heartbeatAtMs: now });
  emit({ type: 'jobStarted', jobId: id, command: request.command, directory: request.directory });
  const progress = setInterval(() => emit({ type: 'jobProgressed', jobId: id, progress: meter.snapshot() }), PROGRESS_EVERY_MS);
  const heartbeat = setInterval(() => {
    // A catalog that cannot be written now (its disk is full) stops the work where a row is needed,
    // in the work's own words; a missed sign of life is not worth a crash.
    const wanted = attempt(() => catalog.jobs.heartbeat(id, Date.now(), meter.snapshot()), undefined);
    if (wanted === 'stopped') abort.abort();
    else if (wanted !== undefined) follow(wanted === 'paused');
  }, HEARTBEAT_EVERY_MS);
  const follow = (isPaused: boolean): void => {
    if (isPaused === gate.isPaused) return;
    if (isPaused) gate.pause();
    else gate.open();
    meter.setPaused(isPaused);
    emit({ type: isPaused ? 'jobPaused' : 'jobContinued', jobId: id });
  };
  const end = (state: JobState, result: Readonly<Record<string, unknown>>, error?: unknown): void => {
    const snapshot = meter.snapshot();
    emit({ type: 'jobProgressed', jobId: id, progress: snapshot });
    catalog.jobs.update(id, { state, endedAtMs: Date.now(), progress: snapshot, result, error: error === undefined ? null : toWire(error) });
    emit({ type: 'jobEnded', jobId: id, state, result, ...(error === undefined ? {} : { error: toWire(error) }) });
  };
  if (context.beginsPaused === true) follow(true);
  try {
    const both = AbortSignal.any([signal, abort.signal]);
    await gate.pass(both);
    const job: RunningJob = { id, signal: both, meter, gate };
    const result = await work(job);
    const succeed = async (): Promise<void> => end('succeeded', result as Readonly<Record<string, unknown>>);
    // All is made, and a catalog on the full disk has no room to say so: a job that is to wait does that here too.
    if (context.waitsForSpace === true) await new SpaceKeeper(context, { job, directory: request.directory }).retry(0, succeed, both);
    else await succeed();
    return result;
  } catch (error) {
    const wasCancelled = signal.aborted || abort.signal.aborted || isCancelled(error);
    // What stopped the work is what the user must hear, also if its end cannot be written down.
    attempt(() => end(wasCancelled ? 'cancelled' : 'failed', {}, error), undefined);
    throw wasCancelled && !isCancelled(error) ? cancelledError(`The job ${id}`) : error;
  } finally {
    // Node keeps a combined signal that is listened to, and all that listens, for as long as its sources live: that of windows lives on.
    abort.abort();
    clearInterval(progress);
    clearInterval(heartbeat);
    // What a job wrote is seldom what is asked for next; without it a server that runs for weeks would come to hold all of its history.
    attempt(() => catalog.releaseMemory(), undefined);
  }
}

/** What `work` gives, or `otherwise` if the catalog cannot take it now. */
function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
