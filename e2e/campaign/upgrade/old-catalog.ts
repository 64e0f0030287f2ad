import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { MIGRATIONS, migrate } from '../../../src-main/catalog/migrations/index.ts';

export const LATEST = MIGRATIONS.length;
export const CATALOG = 'catalog.sqlite';
const SIBLINGS = ['', '-wal', '-shm'] as const;
const ENTRIES = 400;

export type Rows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Copies a database with what SQLite keeps beside it. */
export function copyCatalog(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const sibling of SIBLINGS) if (existsSync(join(from, CATALOG + sibling))) copyFileSync(join(from, CATALOG + sibling), join(to, CATALOG + sibling));
}

/**
 * A catalog as an earlier Larder left it, with rows in every table.
 *
 * @param isOpen it was cut off: the last rows are in its log alone
 */
export function makeOldCatalog(folder: string, version: number, isOpen: boolean): void {
  const work = join(folder, 'made');
  mkdirSync(work, { recursive: true });
  const path = join(work, CATALOG);
  const db = new Database(path);
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  migrate(db, path, MIGRATIONS.slice(0, version));
  db.prepare('INSERT INTO split (id, name) VALUES (1, ?)').run('train');
  const cache = Number(db.prepare('INSERT INTO cache (kind, directory, label, configPath, requiredCount, addedAtMs, lastOpenedAtMs) VALUES (?, ?, ?, ?, ?, ?, ?)').run('volume', '/caches/ស្កេន', 'scans', '/configs/a.yaml', ENTRIES, 1, 2).lastInsertRowid);
  if (isOpen) db.pragma('wal_autocheckpoint = 0');
  const entry = db.prepare('INSERT INTO entry (id, cacheId, key, name, splitId, state, position, file, sizeBytes, modifiedAtMs, digest, sourceJson) VALUES (?, ?, ?, ?, 1, 2, ?, ?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (let n = 0; n < ENTRIES; n++) entry.run(cache * 2 ** 32 + n, cache, n.toString(16).padStart(32, '0'), `scan_${n}`, n, `${n.toString(16).padStart(32, '0')}.pt`, 1000 + n, 1.5 * n, 'f'.repeat(64), JSON.stringify({ path: `/raw/scan_${n}.nii.gz`, sizeBytes: n }));
  })();
  db.prepare('INSERT INTO entryChange (cacheId, revision, firstId, lastId) VALUES (?, 1, ?, ?)').run(cache, cache * 2 ** 32, cache * 2 ** 32 + ENTRIES - 1);
  db.prepare('INSERT INTO finding (cacheId, key, file, code, severity, message, foundAtMs) VALUES (?, ?, ?, ?, ?, ?, ?)').run(cache, '0'.repeat(32), `${'0'.repeat(32)}.pt`, 'crc-mismatch', 'error', 'The content has changed.', 3);
  db.prepare('INSERT INTO job (id, cacheId, command, state, argumentsJson, createdAtMs) VALUES (?, ?, ?, ?, ?, ?)').run('job-1', cache, 'generate', 'succeeded', '{}', 4);
  db.prepare('INSERT INTO measurement (key, value, measuredAtMs) VALUES (?, ?, ?)').run('seconds', 1.25, 5);
  if (isOpen) copyCatalog(work, folder);
  db.close();
  if (!isOpen) copyCatalog(work, folder);
}

/** What a catalog says, and whether SQLite finds it whole. The files are changed by reading them: give a copy. */
export interface CatalogContent {
  readonly version: number;
  readonly integrity: string;
  readonly rows: Rows;
}

export function readCatalog(folder: string): CatalogContent {
  const db = new Database(join(folder, CATALOG), { fileMustExist: true });
  try {
    const tables = (db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").all() as { name: string }[]).map(({ name }) => name);
    const rows = Object.fromEntries(tables.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all() as Record<string, unknown>[]]));
    return { version: Number(db.pragma('user_version', { simple: true })), integrity: String(db.pragma('integrity_check', { simple: true })), rows };
  } finally {
    db.close();
  }
}
