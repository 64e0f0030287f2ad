import { isLarderError } from '../base/index.ts';
import { cacheReader, cacheWriter } from './cache-rows.ts';
import type { Catalog, ReadCatalog } from './catalog.ts';
import { openDatabase, openDatabaseCopy, openDatabaseReadonly } from './database.ts';
import type { WriteHandle } from './database.ts';
import { countStates, keepCounts } from './entry-counts.ts';
import { entryPages } from './entry-pages.ts';
import { entryReader } from './entry-reads.ts';
import { EntryViews } from './entry-view.ts';
import { entryWriter } from './entry-writes.ts';
import { findingReader, findingWriter } from './finding-rows.ts';
import { jobReader, jobStore } from './job-rows.ts';
import { ReaderThread } from './reader-thread.ts';
import { measurementReader, measurementWriter } from './measurement-rows.ts';

export interface CatalogOptions {
  /** Absolute path of the database file in the user's data folder, or `:memory:`. */
  readonly path: string;
  readonly readonly?: boolean;
  /** Entry file of a thread that answers `pages`; without it they are answered in turns with other work. */
  readonly readerEntry?: string | undefined;
}

function openReadonly(path: string): ReadCatalog {
  const db = openDatabaseReadonly(path);
  const views = new EntryViews(db);
  const entries = entryReader(db, views);
  const findings = findingReader(db);
  return {
    caches: cacheReader(db),
    entries,
    pages: entryPages(db, views, entries, findings),
    findings,
    jobs: jobReader(db),
    measurements: measurementReader(db),
    close: () => {
      views.clear();
      db.close();
    },
  };
}

/**
 * Keeps the counts of the caches that were in use, so that the library can show them at the next start without reading a row.
 * Only a convenience: when another process is writing, or the disk is full, they are counted again.
 */
function saveCounts(db: WriteHandle, views: EntryViews): void {
  try {
    for (const { columns } of views.all()) keepCounts(db, columns.cacheId, { counts: countStates(columns), revision: columns.revision });
  } catch (error) {
    if (!isLarderError(error)) throw error;
  }
}

function openWritable(path: string, readerEntry: string | undefined): Catalog {
  const { handle, setAside } = openDatabase(path);
  return catalogOn(handle, setAside, readerEntry);
}

function catalogOn(db: WriteHandle, setAside: string | null, readerEntry?: string): Catalog {
  const { path } = db;
  const views = new EntryViews(db);
  const reader = entryReader(db, views);
  const here = entryPages(db, views, reader, findingReader(db));
  const pages = readerEntry === undefined || path === ':memory:' ? here : new ReaderThread({ entry: readerEntry, path, instead: here });
  return {
    setAside,
    makeRoom: (directory) => db.makeRoom(directory),
    releaseMemory: () => db.releaseMemory(),
    damaged: (what) => db.damaged(what),
    caches: cacheWriter(db),
    entries: entryWriter(db, reader),
    pages,
    findings: findingWriter(db),
    jobs: jobStore(db),
    measurements: measurementWriter(db),
    close: () => {
      pages.close();
      saveCounts(db, views);
      views.clear();
      db.close();
    },
  };
}

/** What a catalog says, in memory: to work with where its disk is so full that it can neither be opened nor written. */
export function openCatalogCopy(path: string): Catalog {
  return catalogOn(openDatabaseCopy(path), null);
}

/**
 * Opens the catalog, the SQLite index of all caches; creates it if there is none, and sets a damaged one aside. Several processes
 * may have it open at once.
 *
 * @throws CATALOG_TOO_NEW, CATALOG_TOO_OLD, CATALOG_BUSY, CATALOG_DAMAGED (readonly only), RUNTIME_TOO_OLD, NATIVE_MODULE_MISSING,
 * and file errors by name
 */
export function openCatalog(options: CatalogOptions & { readonly readonly: true }): ReadCatalog;
export function openCatalog(options: CatalogOptions & { readonly readonly?: false }): Catalog;
export function openCatalog({ path, readonly, readerEntry }: CatalogOptions): Catalog | ReadCatalog {
  return readonly ? openReadonly(path) : openWritable(path, readerEntry);
}
