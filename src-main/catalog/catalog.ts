import type { EntryState } from '../contract/entries.ts';
import type { WireError } from '../contract/errors.ts';
import type { Finding, FindingCode, Severity } from '../contract/findings.ts';
import type { JobFilter, JobRow, JobStore } from '../jobs/job-store.ts';
import type { Cache, CacheChange } from './cache.ts';
import type { CountedStates, EntryPages } from './entry-pages.ts';
import type { Entry, EntryChange, EntryFilter, EntryFacts, EntryForm, EntryOrder, EntryPage, EntryProvenance, EntryQuery, NamedEntry, NamedKeys, RequiredItem, StateCounts, StorageGroup } from './entry.ts';
import type { EntryTextForm, NamedTexts } from './entry-texts.ts';

export interface CacheReader {
  /** Last opened first; without those that were forgotten. */
  list(): readonly Cache[];
  get(id: number): Cache | undefined;
  getByDirectory(directory: string): Cache | undefined;
}

export interface CacheWriter extends CacheReader {
  upsert(change: CacheChange): Cache;
  /** Removes the cache with its entries and findings; no file is touched. False if it was not known. */
  remove(id: number): boolean;
  /** Leaves the cache out of the list until something opens it; its rows stay, and no file is touched. False if it was not known. */
  forget(id: number, atMs: number): boolean;
  /** Undoes `forget`. */
  recall(id: number): boolean;
}

export interface EntryReader {
  /** One window of a filtered, sorted list, with the length of the whole list. */
  list(query: EntryQuery): EntryPage;
  count(filter: EntryFilter): number;
  /** Where an entry stands in a filtered, sorted list, from 0; `undefined` if it is not in it. */
  offsetOf(query: EntryFilter & EntryOrder, key: string): number | undefined;
  /** All entries of a filtered, sorted list as it is now, read in small steps; rows removed meanwhile are left out. */
  iterate(query: EntryFilter & EntryOrder): IterableIterator<Entry>;
  /** Keys of all entries that pass, in no order, some hundred at a time: a fifth of the time that whole entries take. */
  keys(filter: EntryFilter): IterableIterator<readonly string[]>;
  /** Entries whose name and variant are known, by key; reads a few thousand at a time. @param range keys behind `after`, up to `last` */
  named(cacheId: number, range: { readonly after: string; readonly last: string }): IterableIterator<NamedEntry>;
  /** What befell entries when they were last tried, by key; a few thousand entries are looked through at a time, often in vain. */
  errors(cacheId: number): IterableIterator<readonly { readonly key: string; readonly error: WireError }[]>;
  /** Keys and variants of those, a few thousand entries at a time: for kinds whose keys are all of one length. */
  namedKeys(cacheId: number): IterableIterator<NamedKeys>;
  /** Texts of those, by key, made by the database: a fifth of the time that rows take of which texts are made. */
  namedTexts(cacheId: number, form: EntryTextForm): IterableIterator<NamedTexts>;
  /** All entries, in lists of a few thousand, in the order of their row ids; rows may change meanwhile. */
  facts(cacheId: number): IterableIterator<readonly EntryFacts[]>;
  /** Entries that have a name. */
  names(cacheId: number): IterableIterator<{ readonly key: string; readonly name: string }>;
  /** Keys of entries with a file of which name, variant or shape are not known, in the order of their row ids; rows may change meanwhile. */
  undescribed(cacheId: number): IterableIterator<string>;
  /** Entries with a file, counted by variant, shape and maker. */
  forms(cacheId: number): readonly EntryForm[];
  /** Whether a config has asked for any entry. */
  hasRequired(cacheId: number): boolean;
  /** False where rows are only found by their keys: the table is damaged in a way that SQLite does not see. Reads the rows of the cache. */
  isWhole(cacheId: number): boolean;
  getByKey(cacheId: number, key: string): Entry | undefined;
  /** What an entry is judged by, without the rest of its row. */
  provenanceOf(cacheId: number, key: string): EntryProvenance | undefined;
  /** Some cached entries from all over the cache, for a first impression; at most `count`, read without looking at all rows. */
  sample(cacheId: number, count: number): readonly Entry[];
  /** Exactly this name; one name may have more than one entry (two splits, two parameters). */
  getByName(cacheId: number, name: string): readonly Entry[];
  stateCounts(cacheId: number): StateCounts;
  /** Contents that more than one entry has, and how many entries have them, as far as contents are known. */
  alike(cacheId: number): { readonly contents: number; readonly entries: number };
  /** Entries and bytes by state, split, required or not, and age of the file. */
  storage(cacheId: number, nowMs: number): readonly StorageGroup[];
  /**
   * Reads the in-memory columns behind `list` and `count`, giving way to other work every few milliseconds. Not needed for
   * correctness: without it, the first question waits for all that it needs, 0.6 s for 1,000,000 rows.
   *
   * @throws CANCELLED; ARGUMENT_INVALID for an unknown cache
   */
  load(cacheId: number, signal?: AbortSignal): Promise<void>;
  /** As `load`, with the filtered and sorted list itself: `list` and `offsetOf` then answer at once. */
  prepare(query: EntryFilter & EntryOrder, signal?: AbortSignal): Promise<void>;
  /** As `load`, with every sorted order. */
  warm(cacheId: number, signal?: AbortSignal): Promise<void>;
  /** What was counted, if nothing has changed since; answers at once. */
  savedCounts(cacheId: number): StateCounts | null;
}

export interface EntryWriter extends EntryReader {
  /** Remembers what was counted, unless the cache has changed since. */
  keepCounts(cacheId: number, counted: CountedStates): void;
  /** One transaction; returns how many rows are new. */
  upsert(cacheId: number, changes: Iterable<EntryChange>): number;
  /** False if there is no such entry. */
  setState(cacheId: number, key: string, state: EntryState): boolean;
  /** A published file: `cached`, its last error forgotten. One transaction. */
  recordPublished(cacheId: number, entry: EntryChange): void;
  /** Forgets rows (not files); returns how many there were. */
  remove(cacheId: number, keys: Iterable<string>): number;
  /**
   * Makes these items the ones the config asks for, in this order. Facts about files are kept; entries no longer asked for
   * lose their position, and their row if there is no file behind it. One transaction.
   *
   * @throws ARGUMENT_INVALID if a key comes twice
   */
  replaceRequired(cacheId: number, items: Iterable<RequiredItem>): { readonly required: number; readonly missing: number };
}

export interface StoredFinding extends Finding {
  readonly id: number;
  readonly cacheId: number;
  readonly foundAtMs: number;
  readonly jobId: string | null;
}

export interface FindingFilter {
  readonly cacheId: number;
  readonly codes?: readonly FindingCode[];
  readonly severities?: readonly Severity[];
  readonly key?: string;
  readonly file?: string;
  readonly jobId?: string;
  /** Continue behind this finding id. */
  readonly after?: number;
  /** Default 100, at most 10,000. */
  readonly limit?: number;
}

export interface FindingGroup {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly count: number;
  /** Size of the entries they are about; not looked up for mere information, which there may be a million of. */
  readonly bytes: number;
}

/** A finding that is an error, and the size of the entry it is about, as far as both are known. */
export interface SizedError {
  readonly id: number;
  readonly code: FindingCode;
  readonly severity: 'error';
  readonly message: string;
  readonly key?: string;
  readonly name?: string;
  readonly file?: string;
  readonly sizeBytes: number | null;
}

export interface FoundBy {
  readonly foundAtMs: number;
  readonly jobId?: string;
}

export interface FindingReader {
  /** In the order they were found. */
  list(filter: FindingFilter): readonly StoredFinding[];
  /** Errors first, then by number. */
  groups(cacheId: number): readonly FindingGroup[];
  /** Errors in the order they were found, from behind this id on; at most 2,000. */
  errors(cacheId: number, after: number): readonly SizedError[];
}

/** Findings replaced as a whole: of one entry, of one file, or of the cache. */
export type FindingScope = { readonly key: string } | { readonly keys: readonly string[] } | { readonly file: string } | 'all';

export interface FindingWriter extends FindingReader {
  append(cacheId: number, findings: Iterable<Finding>, by: FoundBy): void;
  /** Forgets what was found in the scope before, and remembers these. One transaction. */
  replace(cacheId: number, scope: FindingScope, findings: Iterable<Finding>, by: FoundBy): void;
}

export interface JobReader {
  list(filter?: JobFilter): readonly JobRow[];
  get(id: string): JobRow | undefined;
}

/** A measured speed, for forecasts: `download.bytesPerSecond`, or `preprocess.seconds:<hash of the parameters>`. */
export interface Measurement {
  readonly value: number;
  readonly measuredAtMs: number;
}

export interface MeasurementReader {
  /** Newest first, at most 200. */
  list(key: string, limit?: number): readonly Measurement[];
}

export interface MeasurementWriter extends MeasurementReader {
  /** Remembers the newest 200 of each key. */
  append(key: string, value: number, measuredAtMs: number): void;
}

export interface ReadCatalog {
  readonly caches: CacheReader;
  readonly entries: EntryReader;
  readonly pages: EntryPages;
  readonly findings: FindingReader;
  readonly jobs: JobReader;
  readonly measurements: MeasurementReader;
  close(): void;
}

export interface Catalog extends ReadCatalog {
  readonly caches: CacheWriter;
  readonly entries: EntryWriter;
  readonly findings: FindingWriter;
  readonly jobs: JobStore;
  readonly measurements: MeasurementWriter;
  /** Where a damaged catalog was set aside when this one was opened; its history is lost, entries come back from the store. */
  readonly setAside: string | null;
  /**
   * Gives the space back that is kept for a full disk, where that makes room in this folder; it is taken again when there is
   * room. @returns true if there is more now
   */
  makeRoom(directory: string): boolean;
  /** Frees the pages that are kept in memory, up to 64 MiB of them; they are read again when they are needed. */
  releaseMemory(): void;
  /** For damage that SQLite does not see: the next start begins anew. @returns CATALOG_DAMAGED, to be thrown */
  damaged(what: string): Error;
}
