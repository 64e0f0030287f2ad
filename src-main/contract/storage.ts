import type { ClearPreview, ClearedLeftovers, EntryMatch } from './commands.ts';
import type { StartedJob } from './methods.ts';

/**
 * What a folder's bytes are for, decided by where they lie. In a cache: `entries`, `other` (its
 * parameters, files that are no entries), `staging`, `downloads`, `quarantine`, `private` (claims and
 * locks). In Larder's data folder: `catalog`, `previews`, `logs`, `configs`, `sample`, `other`.
 * `folders` are the directories themselves.
 */
export const DISK_PARTS = ['entries', 'quarantine', 'staging', 'downloads', 'private', 'catalog', 'previews', 'logs', 'configs', 'sample', 'other', 'folders'] as const;
export type DiskPart = (typeof DISK_PARTS)[number];

export interface DiskShare {
  readonly part: DiskPart;
  readonly files: number;
  /** Lengths of the files. */
  readonly sizeBytes: number;
  /** Blocks the file system gave to them; what `du` counts. A file with two names counts once. */
  readonly allocatedBytes: number;
}

/** A folder as it is now; the parts add up to the sums. */
export interface DiskUsage {
  readonly directory: string;
  /** False where the folder is gone or cannot be read now; everything is 0 then. */
  readonly isThere: boolean;
  readonly parts: readonly DiskShare[];
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  /** null where it cannot be asked for. */
  readonly freeBytes: number | null;
}

/** Entries with a file that have all of this. */
export interface ClearChoices extends EntryMatch {
  readonly cacheId: number;
}

type NoInput = Readonly<Record<string, never>>;

/** What the Storage screen asks and does. */
export interface StorageMethods {
  /** Walks the folder; takes about a second for 100,000 entries. */
  readonly 'storage.disk': { readonly input: { readonly cacheId: number }; readonly output: DiskUsage };
  /** Larder's own data; caches that lie in it are left out, they count for themselves. */
  readonly 'storage.own': { readonly input: NoInput; readonly output: DiskUsage };
  readonly 'storage.previewClear': { readonly input: ClearChoices; readonly output: ClearPreview };
  /** To quarantine, and `quarantine.restore` puts it back; or for good. */
  readonly 'storage.clear': { readonly input: ClearChoices & { readonly delete?: boolean }; readonly output: StartedJob };
  /** Removes what runs that were cut off have left to go on with; downloads begin anew then. */
  readonly 'storage.clearLeftovers': { readonly input: { readonly cacheId: number }; readonly output: ClearedLeftovers };
  /** Removes pictures made for viewing; they are made again when they are looked at. */
  readonly 'storage.clearPreviews': { readonly input: NoInput; readonly output: { readonly files: number; readonly bytes: number } };
}
