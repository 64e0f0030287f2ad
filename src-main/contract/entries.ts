/** missing: required, not there. queued: being made. foreign: a file no item is named after. */
export const ENTRY_STATES = ['missing', 'queued', 'cached', 'damaged', 'quarantined', 'foreign'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

export const KIND_IDS = ['volume', 'image'] as const;
export type KindId = (typeof KIND_IDS)[number];

export const SPLITS = ['train', 'valid', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** Where an entry's raw data came from. */
export interface EntrySource {
  /** Local path the raw data has in the config's terms (and inside the `.pt` as `filename_or_obj`). */
  readonly path?: string;
  readonly repository?: string;
  readonly revision?: string;
  readonly repositoryPath?: string;
  /** sha256 hex of the raw file. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
}

/** The raw file an entry was made from, where it still lies on this disk. */
export interface RawSummary {
  readonly bytes: number;
  /** Voxels along its axes, then channels or time points if there is more than one; null where its header cannot be read. */
  readonly shape: readonly number[] | null;
}

/** Values of a cached tensor in one line. */
export interface EntryStatistics {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly nonFiniteCount: number;
}

/** One row of the Items table, and what `larder ls` prints. */
export interface EntrySummary {
  readonly key: string;
  readonly name: string | null;
  readonly split: string | null;
  /** Which of several forms of the same name: the font of a line. */
  readonly variant?: string | null;
  readonly state: EntryState;
  /** Relative to the cache directory; null while missing. */
  readonly file: string | null;
  readonly sizeBytes: number | null;
  readonly modifiedAtMs: number | null;
  readonly shape: readonly number[] | null;
  readonly dtype: string | null;
  /** null also for a file that has changed since. */
  readonly verifiedAtMs: number | null;
}
