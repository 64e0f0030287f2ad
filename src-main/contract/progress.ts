import type { SpaceShortage } from './space.ts';

/** Parts of a job that move at their own speed. */
export type Stage = 'listing' | 'downloading' | 'preprocessing' | 'publishing' | 'verifying' | 'repairing' | 'clearing';

/** Numbers with units; words are made where they are shown. */
export interface StageProgress {
  readonly stage: Stage;
  /** Items finished, of all that this stage will do. */
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly bytesDone: number;
  /** 0 where it is not known. */
  readonly bytesTotal: number;
  /** Over the last seconds; falls to 0 on a stall. */
  readonly itemsPerSecond: number;
  readonly bytesPerSecond: number;
  /** What is being done now, by name; the first few. */
  readonly current: readonly string[];
}

export interface JobProgress {
  readonly stages: readonly StageProgress[];
  readonly elapsedSeconds: number;
  /** Seconds left, as a range; absent until there is something measured. */
  readonly remainingSeconds?: { readonly low: number; readonly high: number };
  readonly workers: number;
  /** Memory of the largest of them so far, bytes; absent until one has told. */
  readonly workerBytes?: number;
  /** Why nothing moves, where something is waited for. */
  readonly waitingFor?: string;
  /** What the job has on disk, more than was there: now, at most so far, and at most to the end as far as can be seen now. */
  readonly disk?: { readonly bytes: number; readonly peakBytes: number; readonly expectedPeakBytes: number };
  /** While the disk has no room for the next step. */
  readonly shortage?: SpaceShortage;
}
