import type { WriteHandle } from './database.ts';
import type { IdRange } from './entry-id.ts';

/** Remembered write transactions per cache; a process that is further behind reads all columns again. */
const KEPT_REVISIONS = 10_000;
/** More scattered rows than this are read faster by reading all of them. */
const MAX_RANGES = 5_000;

/** Starts the next revision of a cache's entries; call it inside of the write transaction. */
export function nextRevision(db: WriteHandle, cacheId: number): number {
  const row = db.get<{ revision: number }>('UPDATE cache SET revision = revision + 1 WHERE id = ? RETURNING revision', cacheId);
  return row?.revision ?? 0;
}

/** Everything known about rows of earlier revisions has to be read again. */
export function recordReset(db: WriteHandle, cacheId: number, revision: number): void {
  db.run('UPDATE cache SET resetRevision = ? WHERE id = ?', revision, cacheId);
  db.run('DELETE FROM entryChange WHERE cacheId = ?', cacheId);
}

/** Says which rows a revision has touched. */
export function recordChanges(db: WriteHandle, cacheId: number, revision: number, ranges: readonly IdRange[]): void {
  if (ranges.length > MAX_RANGES) {
    recordReset(db, cacheId, revision);
    return;
  }
  const insert = db.runner('INSERT INTO entryChange (cacheId, revision, firstId, lastId) VALUES (?, ?, ?, ?)');
  for (const { first, last } of ranges) insert([cacheId, revision, first, last]);
  if (revision % 1000 === 0) forgetOldChanges(db, cacheId, revision - KEPT_REVISIONS);
}

function forgetOldChanges(db: WriteHandle, cacheId: number, upTo: number): void {
  db.run('DELETE FROM entryChange WHERE cacheId = ? AND revision <= ?', cacheId, upTo);
  db.run('UPDATE cache SET resetRevision = max(resetRevision, ?) WHERE id = ?', upTo, cacheId);
}
