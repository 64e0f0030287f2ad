import { LarderError } from '../base/index.ts';
import type { Cache, CacheChange } from './cache.ts';
import type { CacheReader, CacheWriter } from './catalog.ts';
import type { ReadHandle, SqlValue, WriteHandle } from './database.ts';

const COLUMNS = 'id, kind, directory, label, parametersJson, paramsHash, configPath, requiredCount, addedAtMs, lastOpenedAtMs, lastVerifiedAtMs, indexEntries';

const CHANGEABLE = ['label', 'parametersJson', 'paramsHash', 'configPath', 'requiredCount', 'addedAtMs', 'lastOpenedAtMs', 'lastVerifiedAtMs', 'indexEntries'] as const;

export function cacheReader(db: ReadHandle): CacheReader {
  return {
    list: () => db.all<Cache>(`SELECT ${COLUMNS} FROM cache WHERE forgottenAtMs IS NULL ORDER BY coalesce(lastOpenedAtMs, addedAtMs) DESC, id DESC`),
    get: (id) => db.get<Cache>(`SELECT ${COLUMNS} FROM cache WHERE id = ?`, id),
    getByDirectory: (directory) => db.get<Cache>(`SELECT ${COLUMNS} FROM cache WHERE directory = ?`, directory),
  };
}

/** @throws ARGUMENT_INVALID for an id that is not in the catalog */
export function assertCache(db: ReadHandle, id: number): void {
  if (db.get('SELECT 1 FROM cache WHERE id = ?', id)) return;
  throw new LarderError('ARGUMENT_INVALID', `The catalog has no cache with id ${id}.`, { hint: 'Open the cache again; it may have been removed from the library.' });
}

function upsertCache(db: WriteHandle, change: CacheChange): Cache {
  const given = CHANGEABLE.filter((column) => change[column] !== undefined);
  const values: SqlValue[] = given.map((column) => change[column] ?? null);
  db.transaction(() => {
    db.run('INSERT INTO cache (kind, directory, addedAtMs) VALUES (?, ?, ?) ON CONFLICT (directory) DO NOTHING', change.kind, change.directory, Date.now());
    const sets = ['kind = ?', 'forgottenAtMs = CASE WHEN forgottenAtMs >= ? THEN forgottenAtMs END', ...given.map((column) => `${column} = ?`)].join(', ');
    // Only opening it later brings a forgotten cache back, not the end of something that was under way.
    db.run(`UPDATE cache SET ${sets} WHERE directory = ?`, change.kind, change.lastOpenedAtMs ?? 0, ...values, change.directory);
  });
  return db.get<Cache>(`SELECT ${COLUMNS} FROM cache WHERE directory = ?`, change.directory)!;
}

export function cacheWriter(db: WriteHandle): CacheWriter {
  return {
    ...cacheReader(db),
    upsert: (change) => upsertCache(db, change),
    remove: (id) => db.run('DELETE FROM cache WHERE id = ?', id).changes > 0,
    forget: (id, atMs) => db.run('UPDATE cache SET forgottenAtMs = ? WHERE id = ?', atMs, id).changes > 0,
    recall: (id) => db.run('UPDATE cache SET forgottenAtMs = NULL WHERE id = ?', id).changes > 0,
  };
}
