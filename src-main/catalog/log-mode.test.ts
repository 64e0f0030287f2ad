import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOUND_BY_QUOTA, mountQuotaDisk, quotaProblem } from '../../e2e/invariants/quota-disk.ts';
import type { QuotaDisk } from '../../e2e/invariants/quota-disk.ts';
import { leaveLog } from './log-mode.ts';
import { openCatalog } from './index.ts';

const Driver = createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite3;
const WRITER = fileURLToPath(new URL('__fixtures__/write-entries.ts', import.meta.url));
const WRITER_WHEN_TOLD = fileURLToPath(new URL('__fixtures__/write-when-told.ts', import.meta.url));

/** By byte 18 of the file. */
const modeOf = (path: string): string => (readFileSync(path)[18] === 2 ? 'wal' : 'delete');

/** As an older Larder writes it. */
function connectWithLog(path: string): BetterSqlite3.Database {
  const connection = new Driver(path);
  connection.pragma('journal_mode = WAL');
  return connection;
}

describe('the log of a database', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'larder-log-'));
    path = join(folder, 'some.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is written back and taken away, with what a process that died had written to it alone', () => {
    const program = `const db = new (require('better-sqlite3'))(${JSON.stringify(path)}); db.pragma('journal_mode = WAL'); db.pragma('wal_autocheckpoint = 0'); db.exec('CREATE TABLE t (x)'); const add = db.prepare('INSERT INTO t VALUES (?)'); db.transaction(() => { for (let i = 0; i < 1000; i++) add.run(i); })(); process.kill(process.pid, 'SIGKILL')`;
    expect(endOf(program)).toBe('SIGKILL');
    expect(existsSync(`${path}-wal`)).toBe(true);
    rmSync(`${path}-shm`);
    leaveLog(path, (options) => new Driver(path, options));
    expect(readdirSync(folder)).toEqual(['some.sqlite']);
    expect(modeOf(path)).toBe('delete');
    const connection = new Driver(path);
    expect(connection.prepare('SELECT count(*) FROM t').pluck().get()).toBe(1000);
    connection.close();
  });

  it('stays where somebody has the file open, who goes on with it', () => {
    const other = connectWithLog(path);
    other.exec('CREATE TABLE t (x)');
    leaveLog(path, (options) => new Driver(path, options));
    expect(modeOf(path)).toBe('wal');
    other.exec('INSERT INTO t VALUES (1)');
    other.close();
    leaveLog(path, (options) => new Driver(path, options));
    expect(modeOf(path)).toBe('delete');
  });

  it('is none where there is no file, or none with a log', () => {
    const never = (): never => {
      throw new Error('there is nothing to connect to');
    };
    leaveLog(path, never);
    const connection = new Driver(path);
    connection.exec('CREATE TABLE t (x)');
    connection.close();
    leaveLog(path, never);
  });
});

/** Runs it in a process of its own. @returns the signal that ended it */
function endOf(program: string): string | null {
  return spawnSync(process.execPath, ['-e', program], { stdio: 'pipe', cwd: import.meta.dirname }).signal;
}

const problem = quotaProblem('btrfs group');
if (problem !== undefined) console.log(`No quota of btrfs can be set here, so the catalog is not tested on a file system that copies on write: ${problem}`);

describe.skipIf(problem !== undefined)('the catalog on btrfs', () => {
  let disk: QuotaDisk;
  let path: string;
  beforeEach(() => {
    disk = mountQuotaDisk('btrfs group');
    path = join(disk.directory, 'data', 'catalog.sqlite');
  });
  afterEach(() => disk.unmount());

  it('has no log and no shared file, also one that had', () => {
    const catalog = openCatalog({ path });
    catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' });
    expect(readdirSync(dirname(path)).sort()).toEqual(['catalog.sqlite', 'catalog.sqlite.reserve']);
    catalog.close();
    expect(modeOf(path)).toBe('delete');
    connectWithLog(path).close();
    expect(modeOf(path)).toBe('wal');
    const again = openCatalog({ path });
    expect(again.caches.list()).toHaveLength(1);
    expect(readdirSync(dirname(path)).sort()).toEqual(['catalog.sqlite', 'catalog.sqlite.reserve']);
    again.close();
    expect(modeOf(path)).toBe('delete');
  });

  it('is written by several processes at once without losing a row, and read meanwhile', async () => {
    openCatalog({ path }).close();
    // One finds it with a log, as an older Larder leaves it.
    connectWithLog(path).close();
    const writers = ['one', 'two', 'three'].map((prefix) => spawn(process.execPath, [WRITER, path, '/caches/a', prefix, '15'], { stdio: ['ignore', 'pipe', 'inherit'] }));
    const ends = Promise.all(
      writers.map(async (writer) => {
        writer.stdout.resume();
        return ((await once(writer, 'exit')) as [number])[0];
      }),
    );
    const reader = openCatalog({ path, readonly: true });
    const seen: number[] = [];
    while (writers.some((writer) => writer.exitCode === null && writer.signalCode === null)) {
      const cache = reader.caches.list()[0];
      if (cache !== undefined) seen.push(reader.entries.count({ cacheId: cache.id }));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await ends).toEqual([0, 0, 0]);
    expect(seen.every((count, i) => count % 200 === 0 && count >= (seen[i - 1] ?? 0))).toBe(true);
    expect(reader.entries.count({ cacheId: reader.caches.list()[0]!.id })).toBe(3 * 15 * 200);
    reader.close();
  });

  it('is read as it was before a process died while it wrote, by one that only reads too', () => {
    const catalog = openCatalog({ path });
    const { id } = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' });
    catalog.entries.upsert(id, Array.from({ length: 2_000 }, (_, i) => ({ key: `key-${i}`, name: `volume ${i}` })));
    catalog.close();
    // With hardly any memory for pages it writes into the file before it is done.
    const program = `const db = new (require('better-sqlite3'))(${JSON.stringify(path)}); db.pragma('cache_size = 10'); db.exec("BEGIN IMMEDIATE; UPDATE entry SET name = 'half done ' || name"); process.kill(process.pid, 'SIGKILL')`;
    expect(endOf(program)).toBe('SIGKILL');
    expect(readFileSync(path).includes('half done')).toBe(true);
    expect(existsSync(`${path}-journal`)).toBe(true);
    const reader = openCatalog({ path, readonly: true });
    expect(reader.entries.list({ cacheId: id, sort: 'name', limit: 1 }).entries.map(({ name }) => name)).toEqual(['volume 0']);
    reader.close();
    const again = openCatalog({ path });
    expect(again.setAside).toBeNull();
    expect(again.entries.count({ cacheId: id })).toBe(2_000);
    again.close();
  });

  it('is brought over without its log where a quota is used up already, with the space that is kept for that', async () => {
    const catalog = openCatalog({ path });
    const { id } = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' });
    catalog.entries.upsert(id, Array.from({ length: 2_000 }, (_, i) => ({ key: `key-${i}`, name: `volume ${i}` })));
    catalog.close();
    const program = `const db = new (require('better-sqlite3'))(${JSON.stringify(path)}); db.pragma('journal_mode = WAL'); db.pragma('wal_autocheckpoint = 0'); db.exec("UPDATE entry SET name = 'in the log ' || name"); process.kill(process.pid, 'SIGKILL')`;
    expect(endOf(program)).toBe('SIGKILL');
    expect([modeOf(path), readFileSync(path).includes('in the log')]).toEqual(['wal', false]);
    disk.limitBytes(disk.usedBytes());
    const writer = startBound(path);
    expect(await writer.write()).toBe('written');
    expect(await writer.end()).toEqual([0, null]);
    expect(modeOf(path)).toBe('delete');
    expect(readFileSync(path).includes('in the log volume 1999')).toBe(true);
    disk.limitBytes(undefined);
  });

  it('is told as a used-up quota, and written again when that is raised, by a process that lives on', async () => {
    const writer = startBound(path);
    for (let n = 0; n < 3; n++) expect(await writer.write()).toBe('written');
    disk.limitBytes(disk.usedBytes());
    const answers: string[] = [];
    for (let n = 0; n < 60 && answers.at(-1) !== 'DISK_FULL'; n++) {
      // What is shared was written out: the next write to it would need a new place.
      execFileSync('btrfs', ['filesystem', 'sync', dirname(disk.directory)]);
      answers.push(await writer.write());
    }
    // The reserve gives room for some.
    expect(answers[0]).toBe('written');
    expect(new Set(answers)).toEqual(new Set(['written', 'DISK_FULL']));
    expect(existsSync(`${path}.reserve`)).toBe(false);
    disk.limitBytes(undefined);
    expect(await writer.write()).toBe('written');
    expect(await writer.end()).toEqual([0, null]);
    const catalog = openCatalog({ path });
    expect(catalog.setAside).toBeNull();
    expect(catalog.entries.count({ cacheId: catalog.caches.list()[0]!.id })).toBe(200 * (4 + answers.filter((answer) => answer === 'written').length));
    catalog.close();
  });
});

interface BoundWriter {
  /** @returns `written` or the code of the error */
  write(): Promise<string>;
  end(): Promise<readonly [number | null, string | null]>;
}

function startBound(path: string): BoundWriter {
  const [through, ...words] = BOUND_BY_QUOTA;
  const child: ChildProcess = spawn(through, [...words, process.execPath, WRITER_WHEN_TOLD, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  const answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    write: async () => {
      child.stdin!.write('write\n');
      const answer = await answers.next();
      return answer.done === true ? `ended: ${String(await ended)}` : answer.value;
    },
    end: async () => {
      child.stdin!.end();
      return await ended;
    },
  };
}
