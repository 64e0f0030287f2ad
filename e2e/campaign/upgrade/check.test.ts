import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endViolations, momentViolations } from './check.ts';
import { CATALOG, LATEST, copyCatalog, makeOldCatalog, readCatalog } from './old-catalog.ts';
import type { CatalogContent } from './old-catalog.ts';
import { killUpgrade, upgradeProblem } from './kill-upgrade.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-upgrade-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a copy of the old catalog says after something was done to it. */
function after(change: (db: Database.Database) => void): CatalogContent {
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  copyCatalog(folder, copy);
  const db = new Database(join(copy, CATALOG));
  change(db);
  db.close();
  return readCatalog(copy);
}

describe('the checker', () => {
  it('takes the old catalog, also where its last rows are in the log alone', () => {
    makeOldCatalog(folder, 1, true);
    const old = readCatalog(folder);
    expect(old.rows['entry']).toHaveLength(400);
    expect(old.version).toBe(1);
    expect(momentViolations(old, old)).toEqual([]);
  });

  it('sees half an upgrade, a lost row, a changed row, damage, an upgrade that was not finished, and leftovers', () => {
    makeOldCatalog(folder, 1, false);
    const old = readCatalog(folder);
    expect(momentViolations(old, after((db) => db.pragma('user_version = 3')))[0]).toMatch(/at version 3, between 1 and \d/);
    rmSync(join(folder, 'copy'), { recursive: true });
    expect(momentViolations(old, after((db) => db.exec("DELETE FROM job")))[0]).toMatch(/row 0 of job/);
    rmSync(join(folder, 'copy'), { recursive: true });
    expect(momentViolations(old, after((db) => db.exec('UPDATE entry SET digest = NULL WHERE position = 7')))[0]).toMatch(/row 7 of entry/);
    expect(momentViolations(old, { ...old, integrity: 'row 3 missing from index' })[0]).toMatch(/damaged/);
    expect(endViolations(old, old, [CATALOG])[0]).toMatch(/version 1 in the end/);
    expect(endViolations({ ...old, version: LATEST }, { ...old, version: LATEST }, [CATALOG, `${CATALOG}.damaged`])[0]).toMatch(/left over/);
  });
});

describe.skipIf(upgradeProblem() !== undefined)('the kill', () => {
  it('strikes at the call it is told to, and at none behind the last one', async () => {
    makeOldCatalog(folder, 1, false);
    const killed = await killUpgrade(folder, { atCall: 20 });
    expect(killed).toMatchObject({ wasKilled: true, violations: [] });
    expect(await killUpgrade(folder, { atCall: 5_000 })).toMatchObject({ wasKilled: false, violations: [] });
  });
});
