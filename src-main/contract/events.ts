import type { WireError } from './errors.ts';
import type { Finding } from './findings.ts';
import type { BlockedReason, RemakeForecast } from './plan.ts';
import type { JobProgress } from './progress.ts';
import type { SpaceShortage } from './space.ts';

export type JobCommand = 'generate' | 'verify' | 'fix' | 'clear';
export const JOB_STATES = ['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface EntryPublished {
  readonly type: 'entryPublished';
  readonly jobId: string;
  readonly key: string;
  readonly name: string;
  readonly file: string;
  readonly sizeBytes: number;
  readonly seconds: number;
  /** False when another process had published the same entry meanwhile. */
  readonly isNew: boolean;
}
export interface ItemFailed {
  readonly type: 'itemFailed';
  readonly jobId: string;
  readonly key: string;
  readonly name: string;
  readonly attempts: number;
  readonly error: WireError;
}
/** It cannot be made, as was found only when it was tried; no failure, and nothing to try again. */
export interface ItemRefused {
  readonly type: 'itemRefused';
  readonly jobId: string;
  readonly key: string;
  readonly name: string;
  readonly reason: BlockedReason;
  readonly message: string;
}
export interface ItemRetried {
  readonly type: 'itemRetried';
  readonly jobId: string;
  readonly name: string;
  readonly attempt: number;
  readonly error: WireError;
}
export interface FindingFound {
  readonly type: 'findingFound';
  readonly jobId: string;
  readonly finding: Finding;
}
export interface EntryQuarantined {
  readonly type: 'entryQuarantined';
  readonly jobId: string;
  readonly id: string;
  readonly file: string;
  readonly reason: string;
}
export interface EntryRemoved {
  readonly type: 'entryRemoved';
  readonly jobId: string;
  readonly file: string;
  readonly sizeBytes: number;
}
export interface RawFileRemoved {
  readonly type: 'rawFileRemoved';
  readonly jobId: string;
  readonly path: string;
  readonly sizeBytes: number;
}
export interface WorkersReduced {
  readonly type: 'workersReduced';
  readonly jobId: string;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}
export interface JobStarted {
  readonly type: 'jobStarted';
  readonly jobId: string;
  readonly command: JobCommand;
  readonly directory: string;
}
export interface JobProgressed {
  readonly type: 'jobProgressed';
  readonly jobId: string;
  readonly progress: JobProgress;
}
/** No new item is begun until it goes on; what was under way is finished. */
export interface JobPaused {
  readonly type: 'jobPaused';
  readonly jobId: string;
}
/** The disk is full. The job is paused and goes on by itself when there is room, or ends. */
export interface SpaceRanOut {
  readonly type: 'spaceRanOut';
  readonly jobId: string;
  readonly shortage: SpaceShortage;
  /** False where nobody waits: the job ends. */
  readonly isWaiting: boolean;
}
export interface JobContinued {
  readonly type: 'jobContinued';
  readonly jobId: string;
}
export interface JobEnded {
  readonly type: 'jobEnded';
  readonly jobId: string;
  readonly state: JobState;
  readonly result: Readonly<Record<string, unknown>>;
  readonly error?: WireError;
}
/** What a repair will make again, with what it takes; told before anything is taken away. */
export interface RemakePlanned {
  readonly type: 'remakePlanned';
  readonly jobId: string;
  readonly forecast: RemakeForecast;
}
/** Something worth telling that is not a failure: a catalog set aside, a repaired header. */
export interface Noticed {
  readonly type: 'noticed';
  readonly jobId?: string;
  readonly message: string;
}

/** News of what happened, in the past tense. The same stream feeds the page, the terminal and `--json`. */
export type EngineEvent =
  | JobStarted
  | JobProgressed
  | JobPaused
  | JobContinued
  | SpaceRanOut
  | JobEnded
  | EntryPublished
  | ItemFailed
  | ItemRefused
  | ItemRetried
  | FindingFound
  | EntryQuarantined
  | EntryRemoved
  | RawFileRemoved
  | WorkersReduced
  | RemakePlanned
  | Noticed;
