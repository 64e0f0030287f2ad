import { join } from 'node:path';
import { isLarderError } from '../base/index.ts';
import type { Cache, Catalog, EntryChange } from '../catalog/index.ts';
import { openCatalog, openCatalogCopy } from '../catalog/index.ts';
import type { EngineContext } from './context.ts';

/** Where the catalog lies in the data folder. */
export function catalogPath(dataDirectory: string): string {
  return join(dataDirectory, 'catalog.sqlite');
}

export interface OpenedCatalog {
  readonly catalog: Catalog;
  /** The file cannot be opened on its full disk; this is what it says, in memory. */
  readonly isCopy: boolean;
}

/**
 * Opens the catalog.
 *
 * @param isMakingRoom a disk that is too full for the catalog must not keep the command from working
 * @throws as `openCatalog`; DISK_FULL only where nobody makes room
 */
export function openOrCopy(path: string, readerEntry: string | undefined, isMakingRoom: boolean): OpenedCatalog {
  try {
    return { catalog: openCatalog({ path, readerEntry }), isCopy: false };
  } catch (error) {
    if (!isMakingRoom || !isLarderError(error, 'DISK_FULL')) throw error;
    return { catalog: openCatalogCopy(path), isCopy: true };
  }
}

/**
 * Does work that makes room. Where the catalog cannot be written because its disk is full, and there is no reserve to give
 * back any more, the work is done with a copy of it in memory: the files are the truth. What can be written down then, now
 * that there is room, is.
 *
 * @param work may be begun again after DISK_FULL
 * @throws what `work` throws
 */
export async function despiteFullCatalog<T>(context: EngineContext, work: (context: EngineContext) => Promise<T>): Promise<T> {
  try {
    return await work(context);
  } catch (error) {
    if (!isLarderError(error, 'DISK_FULL')) throw error;
    const catalog = openCatalogCopy(catalogPath(context.dataDirectory));
    try {
      const result = await work({ ...context, catalog });
      bringHome(catalog, context.catalog);
      context.emit({ type: 'noticed', message: 'The disk is too full to write the catalog: what was done is not in the list of jobs.' });
      return result;
    } finally {
      catalog.close();
    }
  }
}

/** Ends the work on a copy: what it says of entries that are gone is written down, if there is room. */
export function bringHomeTo(path: string, copy: Catalog): void {
  try {
    const catalog = openCatalog({ path });
    try {
      bringHome(copy, catalog);
    } finally {
      catalog.close();
    }
  } catch (error) {
    // The next command reads from the caches that they are gone.
    if (!isLarderError(error)) throw error;
  }
}

const ROWS_AT_ONCE = 5_000;

/** Entries that were removed are no losses: the catalog is told of them, in as far as it has room now. */
function bringHome(copy: Catalog, catalog: Catalog): void {
  try {
    for (const cache of copy.caches.list()) bringEntriesHome(copy, catalog, cache);
  } catch (error) {
    if (!isLarderError(error, 'DISK_FULL')) throw error;
  }
}

function bringEntriesHome(copy: Catalog, catalog: Catalog, cache: Cache): void {
  const row = catalog.caches.getByDirectory(cache.directory);
  if (row === undefined) return;
  let changes: EntryChange[] = [];
  const flush = (): void => {
    catalog.findings.replace(row.id, { keys: changes.map(({ key }) => key) }, [], { foundAtMs: Date.now() });
    catalog.entries.upsert(row.id, changes);
    changes = [];
  };
  for (const { key, file, state, madeAtMs, verifiedAtMs, maker, pixels } of copy.entries.iterate({ cacheId: cache.id })) {
    if (file !== null || catalog.entries.getByKey(row.id, key)?.file == null) continue;
    changes.push({ key, state, file, sizeBytes: null, modifiedAtMs: null, digest: null, madeAtMs, verifiedAtMs, maker, pixels, verifiedLevel: null, verifiedSizeBytes: null, verifiedModifiedAtMs: null, verifiedChangedAtMs: null });
    if (changes.length >= ROWS_AT_ONCE) flush();
  }
  if (changes.length > 0) flush();
}
