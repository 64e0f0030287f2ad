import type { EntrySource, EntryState, EntryStatistics, EntrySummary } from '../contract/entries.ts';
import type { WireError } from '../contract/errors.ts';

export type VerifiedLevel = 'quick' | 'deep';

/** Everything the catalog knows about one item or file of a cache. Times are in ms since 1970, `null` is not known. */
export interface Entry extends EntrySummary {
  /** Row id; stable as long as the row exists. */
  readonly id: number;
  readonly cacheId: number;
  /** Place in the plan, from 0; `null` when the config does not ask for this entry. */
  readonly position: number | null;
  /** sha256 hex of the published file. */
  readonly digest: string | null;
  readonly verifiedLevel: VerifiedLevel | null;
  /** Size and modification time of the file when it was verified: while they agree with the file it need not be read again. */
  readonly verifiedSizeBytes: number | null;
  readonly verifiedModifiedAtMs: number | null;
  /** When the system last noted any change of that file (ctime): who writes to it can set back the other time, but not this one. */
  readonly verifiedChangedAtMs: number | null;
  readonly madeAtMs: number | null;
  readonly madeByVersion: string | null;
  readonly madeSeconds: number | null;
  /** What Larder drew it with, as its kind writes it (`1/0.35.5/<md5 of the font>`); null where Larder did not, or nobody knows. */
  readonly maker: string | null;
  /** Digest of its content apart from how that is compressed: as it was made, or as it was when it was last verified. */
  readonly pixels: string | null;
  readonly source: EntrySource | null;
  readonly statistics: EntryStatistics | null;
  /** Why it could not be made, the last time. */
  readonly error: WireError | null;
}

/**
 * What to remember about an entry, found by its key. A field that is absent keeps what is known, `null` forgets it. A row
 * that does not exist yet starts as `cached` if a file is given, else as `missing`.
 */
export type EntryChange = Pick<Entry, 'key'> & Partial<Omit<Entry, 'id' | 'cacheId' | 'key'>>;

/** What an entry is called, in what variant, for an index of all of them. */
export type NamedEntry = Pick<Entry, 'key'> & { readonly name: string; readonly variant: string };

export interface NamedKeys {
  /** One after the other, without anything between. */
  readonly keys: string;
  readonly variants: readonly string[];
}

/** What is known of an entry's file. */
export type EntryFacts = Pick<Entry, 'key' | 'state' | 'position' | 'file' | 'sizeBytes' | 'modifiedAtMs' | 'verifiedAtMs' | 'verifiedChangedAtMs' | 'madeAtMs'>;

/** How many entries with a file have this form. */
export interface EntryForm {
  readonly variant: string | null;
  readonly shape: readonly number[] | null;
  readonly maker: string | null;
  /** Of one of them. */
  readonly file: string;
  readonly entries: number;
}

/** An item the config asks for; its position is its place in the iterable unless it is given. */
/** Name and origin of an entry. */
export type EntryProvenance = Pick<Entry, 'name' | 'state' | 'maker' | 'pixels'> & { readonly variant: string | null };

export interface RequiredItem {
  readonly key: string;
  readonly name: string | null;
  readonly split: string | null;
  readonly variant?: string | null;
  readonly position?: number;
}

export interface EntryFilter {
  readonly cacheId: number;
  readonly states?: readonly EntryState[];
  /** Part of the name (letter case does not matter, any script) or the beginning of the key. */
  readonly text?: string;
  /** `null`: entries without a split. */
  readonly split?: string | null;
  /** Inclusive bounds; an entry without a size matches neither. */
  readonly minSizeBytes?: number;
  readonly maxSizeBytes?: number;
  /** Exclusive bounds, in ms; an entry without a time matches neither. */
  readonly modifiedBefore?: number;
  readonly modifiedAfter?: number;
  /** True: only what the config asks for; false: only what it does not. */
  readonly isRequired?: boolean;
}

export const ENTRY_SORTS = ['position', 'name', 'key', 'state', 'sizeBytes', 'modifiedAtMs', 'verifiedAtMs'] as const;
export type EntrySort = (typeof ENTRY_SORTS)[number];

export interface EntryOrder {
  /** Default `position`. Not known comes last (first when descending); ties are in the order of the row ids. */
  readonly sort?: EntrySort;
  readonly descending?: boolean;
}

export interface EntryQuery extends EntryFilter, EntryOrder {
  /** Rows to leave out at the start; any number costs the same. */
  readonly offset?: number;
  /** Default 100, at most 10,000. */
  readonly limit?: number;
}

export interface EntryPage {
  readonly entries: readonly Entry[];
  /** Rows that match the filter, on all pages. */
  readonly total: number;
}

export interface StateCount {
  readonly entries: number;
  readonly required: number;
  readonly bytes: number;
  /** Those whose file nobody has read as it is now. */
  readonly unverified: number;
}

export type StateCounts = Readonly<Record<EntryState, StateCount>>;

/** A group of the storage breakdown. */
export interface StorageGroup {
  readonly state: EntryState;
  readonly split: string | null;
  readonly isRequired: boolean;
  /** Age of the files by modification time: at most this many days, and more than the next smaller bucket; `null` for older or unknown. */
  readonly maxAgeDays: number | null;
  readonly entries: number;
  readonly bytes: number;
}
export const AGE_BUCKET_DAYS = [1, 7, 30, 90, 365] as const;
