import type BetterSqlite3 from 'better-sqlite3';
import { LarderError } from '../../base/index.ts';
import { initial } from './0001-initial.ts';
import { variant } from './0002-variant.ts';
import { changed } from './0003-changed.ts';
import { provenance } from './0004-provenance.ts';
import { forgotten } from './0005-forgotten.ts';

/** In order; the number of those applied is the database's `user_version`. Released ones never change. */
export const MIGRATIONS: readonly string[] = [initial, variant, changed, provenance, forgotten];

function versionOf(connection: BetterSqlite3.Database): number {
  return Number(connection.pragma('user_version', { simple: true }));
}

function assertNotNewer(version: number, known: number, path: string): void {
  if (version <= known) return;
  throw new LarderError('CATALOG_TOO_NEW', `The catalog ${path} was written by a newer version of Larder (schema ${version}, this one knows ${known}).`, {
    hint: 'Use that newer version, or start this one with another data folder.',
    details: { version, known },
  });
}

/**
 * Brings the schema up to date in one transaction; another process that opens the same file waits.
 *
 * @throws CATALOG_TOO_NEW; CATALOG_TOO_OLD if the connection cannot write and there is something to do
 */
export function migrate(connection: BetterSqlite3.Database, path: string, migrations: readonly string[] = MIGRATIONS): void {
  const version = versionOf(connection);
  assertNotNewer(version, migrations.length, path);
  if (version === migrations.length) return;
  if (connection.readonly) {
    throw new LarderError('CATALOG_TOO_OLD', `The catalog ${path} was written by an older version of Larder (schema ${version}).`, {
      hint: 'Open it once with a command that may write, such as larder ls; that brings it up to date.',
    });
  }
  connection
    .transaction(() => {
      const current = versionOf(connection);
      assertNotNewer(current, migrations.length, path);
      for (const sql of migrations.slice(current)) connection.exec(sql);
      connection.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
}
