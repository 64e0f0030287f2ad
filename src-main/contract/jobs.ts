import type { JobSummary } from './commands.ts';
import type { ErrorCode, WireError } from './errors.ts';
import type { EngineEvent } from './events.ts';

/** A line of a job's log. */
export interface LoggedEvent {
  readonly atMs: number;
  readonly event: EngineEvent;
}

/** An item that could not be made. */
export interface JobFailure {
  readonly name: string;
  readonly code: ErrorCode;
  readonly message: string;
  /** What to do now. */
  readonly hint?: string;
}

/** Failures a detail holds; the number of all is beside them. */
export const FAILURES_SHOWN = 500;
/** Lines of a log that a detail holds, the last ones. */
export const LOG_LINES = 300;

/** A job with what its row in the list leaves out. */
export interface JobDetail {
  readonly job: JobSummary;
  /** Why it ended as it did, where it did not end well. */
  readonly error: WireError | null;
  readonly failures: readonly JobFailure[];
  /** `failures` has the first of so many. */
  readonly failureCount: number;
  /** What happened last, oldest first. */
  readonly log: readonly LoggedEvent[];
}

/** What happened in a job that is looked at, since it was last told. */
export interface JobNews {
  readonly jobId: string;
  /** Items that had not failed before. */
  readonly failures: readonly JobFailure[];
  /** Of all that failed so far. */
  readonly failureCount: number;
  /** The last ones of what was added, oldest first. */
  readonly log: readonly LoggedEvent[];
}
