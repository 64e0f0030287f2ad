import type { JobCommand, JobState } from '../contract/events.ts';
import type { WireError } from '../contract/errors.ts';
import type { JobProgress } from '../contract/progress.ts';

/** A stored job can also be `interrupted`: its process ended without saying how the job ended. */
export type StoredJobState = JobState | 'interrupted';

/** The process that runs a job; the same shape as the store's `Owner`. */
export interface JobOwner {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startTicks: number;
  readonly space?: string;
}

/** A job as it is remembered. Arguments, progress and result are JSON values; times are in ms since 1970. */
export interface JobRow {
  readonly id: string;
  readonly cacheId: number | null;
  readonly command: JobCommand;
  readonly state: StoredJobState;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly progress: JobProgress | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly error: WireError | null;
  readonly owner: JobOwner | null;
  readonly heartbeatAtMs: number | null;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

export type NewJob = Pick<JobRow, 'id' | 'command' | 'arguments' | 'createdAtMs'> & Partial<Omit<JobRow, 'id'>>;

/** What may change after a job was created. Absent fields stay as they are. */
export type JobChange = Partial<Omit<JobRow, 'id' | 'command' | 'arguments' | 'createdAtMs'>>;

export interface JobFilter {
  readonly cacheId?: number;
  readonly states?: readonly StoredJobState[];
  readonly limit?: number;
}

export interface TakeOver {
  readonly nowMs: number;
  /** Asked once for every running row; `heartbeatAtMs` is 0 where there never was one. */
  readonly isAlive: (owner: JobOwner, heartbeatAtMs: number) => boolean;
}

/** Where jobs are rows before they are promises. Every call is one transaction. */
export interface JobStore {
  /** @throws ARGUMENT_INVALID if the id exists */
  insert(job: NewJob): void;
  /** @throws JOB_NOT_FOUND */
  update(id: string, change: JobChange): void;
  /** Signs of life of a job and what somebody wants of it; `stopped` if it was cancelled from elsewhere or taken over. */
  heartbeat(id: string, nowMs: number, progress?: JobProgress): 'running' | 'paused' | 'stopped';
  /** Changes the state if it is the one given, in one step; false if it is another by now. */
  transition(id: string, from: StoredJobState, to: StoredJobState): boolean;
  /** Newest first. */
  list(filter?: JobFilter): readonly JobRow[];
  get(id: string): JobRow | undefined;
  /** Marks running rows of dead owners `interrupted` and returns them as they are now; each row is given to one caller only. */
  takeOver(request: TakeOver): readonly JobRow[];
}
