import { appendFileSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineEvent } from '../contract/events.ts';
import type { LoggedEvent } from '../contract/jobs.ts';
import { errnoOf, makeFolderSync } from '../base/index.ts';
import { LogFollower } from './log-follower.ts';

/** A log is cut in two at this size and its older half goes with the next cut. */
const HALF_BYTES = 256 * 1024;
/** Logs kept; the names begin with the date, so the oldest sort first. */
const LOGS_KEPT = 200;
const JOB_ID = /^[0-9a-f-]{1,40}$/;

/**
 * What happened in each job, as lines of JSON in the data folder, whichever process ran it. It is
 * there to be read by people: where it cannot be written, jobs go on without it.
 */
export class JobLog {
  readonly #directory: string;
  #isBroken = false;
  /** Lines of this turn, by file: a batch tells of some dozens of entries at once, and each write costs more than its line. */
  readonly #pending = new Map<string, string>();
  #turn: NodeJS.Immediate | undefined;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Progress is not kept; it is in the row of the job. */
  write(event: EngineEvent, atMs = Date.now()): void {
    if (this.#isBroken || event.type === 'jobProgressed' || event.jobId === undefined || !JOB_ID.test(event.jobId)) return;
    try {
      if (event.type === 'jobStarted') this.#prepare();
    } catch (error) {
      this.#break(error);
    }
    const path = this.#path(event.jobId);
    this.#pending.set(path, `${this.#pending.get(path) ?? ''}${JSON.stringify({ atMs, event: shortened(event) })}\n`);
    // Only what comes in numbers waits for the end of the turn; a process may end right after the rest.
    if (event.type === 'entryPublished' || event.type === 'entryRemoved') this.#turn ??= setImmediate(() => this.flush());
    else this.flush();
  }

  /** Writes what waits for the end of the turn. */
  flush(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    const pending = Array.from(this.#pending);
    this.#pending.clear();
    if (this.#isBroken) return;
    try {
      for (const [path, lines] of pending) {
        appendFileSync(path, lines);
        if (statSync(path).size > HALF_BYTES) renameSync(path, `${path}.1`);
      }
    } catch (error) {
      this.#break(error);
    }
  }

  #break(error: unknown): void {
    if (errnoOf(error) === undefined) throw error;
    this.#isBroken = true;
  }

  /** The last lines, oldest first; none for a job that was run before there were logs. */
  tail(jobId: string, count: number): readonly LoggedEvent[] {
    if (!JOB_ID.test(jobId)) return [];
    this.flush();
    const path = this.#path(jobId);
    const lines = [`${path}.1`, path].flatMap((file) => readOrEmpty(file).split('\n'));
    return lines.filter((line) => line !== '').slice(-count).flatMap(parsed);
  }

  /** For what another process writes meanwhile. */
  follow(jobId: string): LogFollower {
    return new LogFollower(this.#path(JOB_ID.test(jobId) ? jobId : 'none'));
  }

  #path(jobId: string): string {
    return join(this.#directory, `${jobId}.jsonl`);
  }

  #prepare(): void {
    makeFolderSync(this.#directory);
    const names = readdirSync(this.#directory).filter((name) => /\.jsonl(?:\.1)?$/.test(name)).toSorted();
    for (const name of names.slice(0, Math.max(0, names.length - LOGS_KEPT))) rmSync(join(this.#directory, name), { force: true });
  }
}

/** The result of a job is in its row. */
function shortened(event: EngineEvent): EngineEvent {
  return event.type === 'jobEnded' ? { ...event, result: {} } : event;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return '';
  }
}

/** A process that was killed may have left half a line. */
function parsed(line: string): readonly LoggedEvent[] {
  try {
    return [JSON.parse(line) as LoggedEvent];
  } catch {
    return [];
  }
}
