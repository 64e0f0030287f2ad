import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MIGRATIONS, migrate } from './migrations/index.ts';
import { openDatabase } from './database.ts';
import type { Catalog } from './index.ts';
import { openCatalog } from './index.ts';

const Driver = createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite3;
const WRITER = fileURLToPath(new URL('__fixtures__/write-entries.ts', import.meta.url));

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-catalog-'));
  path = join(folder, 'data', 'catalog.sqlite');
});
afterEach(() => {
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes a catalog with one cache and `rows` entries. */
function makeCatalog(rows: number): number {
  const catalog = openCatalog({ path });
  const { id } = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' });
  catalog.entries.upsert(
    id,
    Array.from({ length: rows }, (_, i) => ({ key: `key-${i}`, name: `volume ${i}` })),
  );
  catalog.close();
  return id;
}

function rawDatabase(work: (connection: BetterSqlite3.Database) => void): void {
  const connection = new Driver(path);
  work(connection);
  connection.close();
}

/** Bytes this process has read by calls so far, from the page cache of the system too. */
function bytesRead(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))![1]);
}

describe('memory', () => {
  it.skipIf(process.platform !== 'linux')('that holds pages is given back, and they are read again (what is read is told by Linux alone)', () => {
    const id = makeCatalog(5_000);
    const catalog = openCatalog({ path });
    const reading = (): number => {
      const before = bytesRead();
      expect(Array.from(catalog.entries.facts(id)).flat()).toHaveLength(5_000);
      return bytesRead() - before;
    };
    const bytes = 5_000 * 'key-0000'.length;
    expect(reading()).toBeGreaterThan(bytes);
    expect(reading()).toBeLessThan(bytes / 4);
    catalog.releaseMemory();
    expect(reading()).toBeGreaterThan(bytes);
    catalog.close();
  });
});

describe('opening', () => {
  it('makes the folder and the file, with write-ahead logging and the newest schema', () => {
    makeCatalog(1);
    rawDatabase((connection) => {
      expect(connection.pragma('journal_mode', { simple: true })).toBe('wal');
      expect(connection.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
      expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
    });
  });

  it('keeps what was written', () => {
    const id = makeCatalog(3);
    const catalog = openCatalog({ path });
    expect(catalog.setAside).toBeNull();
    expect(catalog.entries.count({ cacheId: id })).toBe(3);
    catalog.close();
  });

  it('brings an empty database (version 0) up to date and keeps tables that are not its own', () => {
    makeCatalog(0);
    rmSync(path);
    rawDatabase((connection) => connection.exec('CREATE TABLE other (x); INSERT INTO other VALUES (7)'));
    makeCatalog(2);
    rawDatabase((connection) => {
      expect(connection.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
      expect(connection.prepare('SELECT x FROM other').pluck().get()).toBe(7);
    });
  });

  it('applies only the migrations that are missing, all or none', () => {
    const connection = new Driver(':memory:');
    migrate(connection, 'x', ['CREATE TABLE a (x)']);
    migrate(connection, 'x', ['this is not run again', 'CREATE TABLE b (x)']);
    expect(connection.pragma('user_version', { simple: true })).toBe(2);
    expect(() => migrate(connection, 'x', ['', '', 'CREATE TABLE c (x)', 'CREATE TABLE b (x)'])).toThrow(/already exists/);
    expect(connection.pragma('user_version', { simple: true })).toBe(2);
    expect(connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all()).toEqual(['a', 'b']);
    connection.close();
  });

  it('refuses a newer database and leaves it alone', () => {
    makeCatalog(1);
    rawDatabase((connection) => void connection.pragma(`user_version = ${MIGRATIONS.length + 1}`));
    for (const readonly of [true, false] as const) {
      expect(() => (readonly ? openCatalog({ path, readonly }) : openCatalog({ path }))).toThrow(expect.objectContaining({ code: 'CATALOG_TOO_NEW' }));
    }
    expect(readdirSync(join(folder, 'data')).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  it('says in words that Node is too old, before the driver is loaded', () => {
    vi.stubGlobal('process', { ...process, versions: { ...process.versions, node: '20.19.5' } });
    expect(() => openCatalog({ path })).toThrow(expect.objectContaining({ code: 'RUNTIME_TOO_OLD', message: expect.stringContaining('20.19.5') as string }));
  });
});

describe('readonly', () => {
  it('reads, and has nothing to write with', () => {
    const id = makeCatalog(5);
    const catalog = openCatalog({ path, readonly: true });
    expect(catalog.entries.list({ cacheId: id, sort: 'name', limit: 2 }).entries.map((entry) => entry.name)).toEqual(['volume 0', 'volume 1']);
    expect('upsert' in catalog.entries).toBe(false);
    catalog.close();
  });

  it('refuses a file that is not there, damaged, or older', () => {
    expect(() => openCatalog({ path, readonly: true })).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
    makeCatalog(1);
    rawDatabase((connection) => void connection.pragma('user_version = 0'));
    expect(() => openCatalog({ path, readonly: true })).toThrow(expect.objectContaining({ code: 'CATALOG_TOO_OLD' }));
    writeFileSync(path, 'not a database, but long enough to be read as one: '.repeat(100));
    expect(() => openCatalog({ path, readonly: true })).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
  });
});

describe('damage', () => {
  it('sets a file that is no database aside, unchanged, and starts empty', () => {
    makeCatalog(3);
    const garbage = Buffer.alloc(20_000, 'garbage ');
    writeFileSync(path, garbage);
    const catalog = openCatalog({ path });
    expect(catalog.caches.list()).toEqual([]);
    expect(catalog.setAside).toMatch(/catalog\.damaged-\d{4}-\d\d-\d\dT[\d-]+Z\.sqlite$/);
    expect(readFileSync(catalog.setAside!).equals(garbage)).toBe(true);
    catalog.close();
    const again = openCatalog({ path });
    expect(again.setAside).toBeNull();
    again.close();
  });

  it('sees an index of a small table that leads to rows which are gone', () => {
    const id = makeCatalog(1);
    const before = openCatalog({ path });
    before.entries.replaceRequired(id, [{ key: 'a'.repeat(32), name: 'one', split: 'a split of ours' }]);
    before.close();
    // The name stands in the table and in its index; only one of them is hit.
    const bytes = readFileSync(path);
    bytes[bytes.indexOf('a split of ours')]! ^= 1;
    writeFileSync(path, bytes);
    const catalog = openCatalog({ path });
    expect(catalog.setAside).not.toBeNull();
    catalog.close();
  });

  it('sees rows that are found by their keys only', () => {
    const id = makeCatalog(0);
    const writer = openCatalog({ path });
    writer.entries.upsert(id, [{ key: 'a'.repeat(32), name: 'one' }, { key: 'b'.repeat(32), name: 'two' }]);
    expect(writer.entries.isWhole(id)).toBe(true);
    writer.close();
    const raw = new Driver(path);
    // The row goes out of the range of its cache, as one flipped bit of its number does; its key stays where it was.
    raw.prepare('UPDATE entry SET id = id + ? WHERE key = ?').run(2 ** 40, 'b'.repeat(32));
    raw.close();
    const catalog = openCatalog({ path });
    expect(catalog.entries.isWhole(id)).toBe(false);
    catalog.close();
  });

  /** Writes another key over one in the index, and not in its row; SQLite believes it. */
  function damageIndex(changes: Readonly<Record<string, string>>): void {
    const bytes = readFileSync(path);
    const places = Object.keys(changes).map((key) => {
      let at = bytes.indexOf(key);
      // In a row the name stands behind the key.
      while (at >= 0 && bytes.subarray(at + 32, at + 36).toString('latin1') === 'name') at = bytes.indexOf(key, at + 1);
      expect(at).toBeGreaterThan(0);
      return at;
    });
    for (const [n, key] of Object.values(changes).entries()) bytes.write(key, places[n]!, 'latin1');
    writeFileSync(path, bytes);
  }

  it('makes no second row of an entry that a damaged index does not lead to', () => {
    const id = makeCatalog(0);
    const writer = openCatalog({ path });
    const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
    writer.entries.upsert(id, [{ key: a, name: 'name one' }, { key: b, name: 'name two' }, { key: 'c'.repeat(32), name: 'name three' }]);
    writer.close();
    damageIndex({ [a]: 'd'.repeat(32) });
    const catalog = openCatalog({ path });
    expect(() => catalog.entries.upsert(id, [{ key: a, verifiedAtMs: 1 }])).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
    expect(catalog.entries.list({ cacheId: id, sort: 'name' }).entries.map(({ name }) => name)).toEqual(['name one', 'name three', 'name two']);
    catalog.close();
    const again = openCatalog({ path });
    expect(again.setAside).not.toBeNull();
    again.close();
  });

  it('changes no other row, where a damaged index leads to one', () => {
    const id = makeCatalog(0);
    const writer = openCatalog({ path });
    const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
    writer.entries.upsert(id, [{ key: a, name: 'name one' }, { key: b, name: 'name two' }, { key: 'c'.repeat(32), name: 'name three' }]);
    writer.close();
    damageIndex({ [a]: b, [b]: a });
    const catalog = openCatalog({ path });
    expect(() => catalog.entries.upsert(id, [{ key: a, name: 'name changed' }])).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
    expect(catalog.entries.list({ cacheId: id, sort: 'name' }).entries.map(({ name }) => name)).toEqual(['name one', 'name three', 'name two']);
    catalog.close();
  });

  it('tells a broken rule of the tables as damage where there is some, and as what it is elsewhere', () => {
    const id = makeCatalog(0);
    const writer = openCatalog({ path });
    const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
    writer.entries.replaceRequired(id, [{ key: a, name: 'name one', split: null }, { key: b, name: 'name two', split: null }]);
    expect(() => writer.entries.replaceRequired(id, [{ key: a, name: 'name one', split: null }, { key: a, name: 'name two', split: null }])).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    writer.close();
    damageIndex({ [a]: b, [b]: a });
    const catalog = openCatalog({ path });
    expect(() => catalog.entries.replaceRequired(id, [{ key: b, name: 'name two', split: null }, { key: a, name: 'name one', split: null }])).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
    catalog.close();
  });

  it('begins anew where the description of a table was changed, which no check of SQLite looks into', () => {
    const id = makeCatalog(3);
    const raw = new Driver(path);
    raw.unsafeMode();
    raw.pragma('writable_schema = ON');
    expect(raw.prepare("UPDATE sqlite_schema SET sql = replace(sql, 'sizeBytes', 'sizeBytdr') WHERE name = 'entry'").run().changes).toBe(1);
    raw.close();
    const catalog = openCatalog({ path });
    expect(() => catalog.entries.list({ cacheId: id, sort: 'key' })).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
    catalog.close();
    const again = openCatalog({ path });
    expect(again.setAside).not.toBeNull();
    expect(again.caches.list()).toEqual([]);
    again.close();
  });

  it.each([9, 12])('shows no row in a state that there is not, and begins anew (%i)', (state) => {
    const id = makeCatalog(3);
    const raw = new Driver(path);
    raw.pragma('ignore_check_constraints = ON');
    expect(raw.prepare("UPDATE entry SET state = ? WHERE key = 'key-1'").run(state).changes).toBe(1);
    raw.close();
    const reads: readonly ((catalog: Catalog) => unknown)[] = [({ entries }) => entries.list({ cacheId: id, sort: 'key' }), ({ entries }) => entries.getByKey(id, 'key-1'), ({ entries }) => entries.count({ cacheId: id })];
    for (const read of reads) {
      const catalog = openCatalog({ path });
      expect(catalog.setAside).toBeNull();
      expect(() => read(catalog)).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
      catalog.close();
      rmSync(`${path}.damaged`);
    }
    const last = openCatalog({ path });
    expect(() => last.entries.list({ cacheId: id, sort: 'key' })).toThrow();
    last.close();
    const again = openCatalog({ path });
    expect(again.setAside).not.toBeNull();
    again.close();
  });

  it('tells rows from a plan to come as damage, and not as an item that was required twice', () => {
    const id = makeCatalog(0);
    const writer = openCatalog({ path });
    const [a, b] = [{ key: 'a'.repeat(32), name: 'one', split: null }, { key: 'b'.repeat(32), name: 'two', split: null }];
    writer.entries.replaceRequired(id, [a, b]);
    writer.close();
    const raw = new Driver(path);
    // As where the row of the cache was overwritten with zeros: the next plan gets the number of the last one.
    raw.prepare('UPDATE cache SET revision = revision - 1 WHERE id = ?').run(id);
    raw.close();
    const catalog = openCatalog({ path });
    expect(() => catalog.entries.replaceRequired(id, [a])).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
    catalog.close();
    const again = openCatalog({ path });
    expect(again.setAside).not.toBeNull();
    again.close();
  });

  it('begins anew after damage that only a reader of the rows saw', () => {
    makeCatalog(1);
    const catalog = openCatalog({ path });
    expect(catalog.damaged('a row')).toMatchObject({ code: 'CATALOG_DAMAGED' });
    catalog.close();
    const again = openCatalog({ path });
    expect(again.setAside).not.toBeNull();
    again.close();
  });

  it('keeps a file that is sound when it is read again, with all it says, though a failing disk had made it look damaged', () => {
    makeCatalog(3);
    writeFileSync(`${path}.damaged`, '');
    const catalog = openCatalog({ path });
    expect(catalog.setAside).toBeNull();
    expect(catalog.caches.list()).toHaveLength(1);
    catalog.close();
    expect(readdirSync(dirname(path)).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  it('names damage met in the middle of the work, and deals with it when opened again', () => {
    const id = makeCatalog(20_000);
    truncateSync(path, 8192 * 30);
    const catalog = openCatalog({ path });
    const work = catalog.setAside === null ? () => catalog.entries.list({ cacheId: id, sort: 'key' }) : undefined;
    if (work) expect(work).toThrow(expect.objectContaining({ code: 'CATALOG_DAMAGED' }));
    const before = catalog.setAside;
    catalog.close();
    const again = openCatalog({ path });
    expect([before, again.setAside].filter((aside) => aside !== null)).toHaveLength(1);
    expect(again.caches.list()).toEqual([]);
    again.close();
  });
});

describe('a write that was refused where there is room', () => {
  function refused(code: string): Error {
    return Object.assign(new Error('disk I/O error'), { code });
  }

  it('is tried again, twice, and not where it is unknown what was lost', () => {
    const { handle } = openDatabase(path);
    const tries = (code: string, times: number): number => {
      let count = 0;
      try {
        handle.transaction(() => {
          if (++count <= times) throw refused(code);
        });
      } catch (error) {
        expect(error).toMatchObject({ code: 'IO_FAILED' });
        return -count;
      }
      return count;
    };
    // Negative: how often it was tried until that was told.
    expect([tries('SQLITE_IOERR_WRITE', 1), tries('SQLITE_IOERR_WRITE', 2), tries('SQLITE_IOERR_WRITE', 3), tries('SQLITE_IOERR_FSYNC', 1)]).toEqual([2, 3, -3, -1]);
    handle.close();
  });
});

function startWriter(prefix: string, batches: number): ChildProcess {
  return spawn(process.execPath, [WRITER, path, '/caches/a', prefix, String(batches)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('several processes', () => {
  it('can write at once without losing a row', async () => {
    const writers = [startWriter('one', 20), startWriter('two', 20)];
    const exits = await Promise.all(
      writers.map(async (writer) => {
        writer.stdout?.resume();
        return (await once(writer, 'exit')) as [number];
      }),
    );
    expect(exits.map(([code]) => code)).toEqual([0, 0]);
    const catalog = openCatalog({ path });
    const [cache] = catalog.caches.list();
    expect(catalog.entries.count({ cacheId: cache!.id })).toBe(2 * 20 * 200);
    catalog.close();
  });

  it('see what another one has written, without reading all again', async () => {
    const id = makeCatalog(10);
    const reader = openCatalog({ path, readonly: true });
    expect(reader.entries.count({ cacheId: id })).toBe(10);
    const writer = openCatalog({ path });
    writer.entries.upsert(id, [{ key: 'new', name: 'Added', sizeBytes: 5 }, { key: 'key-3', name: 'renamed' }]);
    writer.entries.remove(id, ['key-9']);
    writer.entries.setState(id, 'key-0', 'damaged');
    const names = reader.entries.list({ cacheId: id, sort: 'name' }).entries.map((entry) => entry.name);
    expect(names).toEqual(['Added', 'renamed', ...[0, 1, 2, 4, 5, 6, 7, 8].map((i) => `volume ${i}`)]);
    expect(reader.entries.count({ cacheId: id, states: ['damaged'] })).toBe(1);
    writer.close();
    reader.close();
  });

  it('killed in the middle of writing leave whole batches only', async () => {
    const writer = startWriter('killed', 100_000);
    for (let lines = ''; lines.split('\n').length < 6; ) lines += String((await once(writer.stdout!, 'data'))[0]);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const catalog = openCatalog({ path });
    const [cache] = catalog.caches.list();
    const rows = catalog.entries.count({ cacheId: cache!.id });
    expect(catalog.setAside).toBeNull();
    expect(rows).toBeGreaterThanOrEqual(5 * 200);
    expect(rows % 200).toBe(0);
    catalog.close();
    rawDatabase((connection) => expect(connection.pragma('integrity_check', { simple: true })).toBe('ok'));
    expect(existsSync(`${path}.damaged`)).toBe(false);
  });
});
