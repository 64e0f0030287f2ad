import type { JobSummary } from '../contract/commands.ts';
import type { WireError } from '../contract/errors.ts';
import type { JobDetail, JobNews, LoggedEvent } from '../contract/jobs.ts';
import { FAILURES_SHOWN, LOG_LINES } from '../contract/jobs.ts';
import { failuresOf } from './jobs-command.ts';
import type { LogFollower } from './log-follower.ts';

/** The details of a job, whole once and from then on only what is new. */
export class DetailFollower {
  readonly #read: () => { readonly job: JobSummary; readonly error: WireError | null };
  readonly #log: LogFollower;
  readonly #failed = new Set<string>();

  /** @param read the row of the job as it is now */
  constructor(read: () => { readonly job: JobSummary; readonly error: WireError | null }, log: LogFollower) {
    this.#read = read;
    this.#log = log;
  }

  begin(): JobDetail {
    const { job, error } = this.#read();
    const lines = this.#log.nextLines();
    const failures = failuresOf(job, lines);
    for (const { name } of failures) this.#failed.add(name);
    return { job, error, failures: failures.slice(0, FAILURES_SHOWN), failureCount: failures.length, log: lines.slice(-LOG_LINES) };
  }

  /** @returns null where nothing happened since */
  next(): JobNews | null {
    const lines: readonly LoggedEvent[] = this.#log.nextLines();
    if (lines.length === 0) return null;
    const { job } = this.#read();
    const before = this.#failed.size;
    const failures = failuresOf({ ...job, result: null }, lines).filter(({ name }) => !this.#failed.has(name));
    for (const { name } of failures) this.#failed.add(name);
    return { jobId: job.id, failures: failures.slice(0, Math.max(0, FAILURES_SHOWN - before)), failureCount: this.#failed.size, log: lines.slice(-LOG_LINES) };
  }
}
