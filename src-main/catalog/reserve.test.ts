import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalog, openCatalogCopy } from './index.ts';

const MB = 2 ** 20;

function mount(size: string): { directory: string; problem: string | undefined } {
  const directory = mkdtempSync(join(tmpdir(), 'larder-reserve-'));
  const result = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory], { encoding: 'utf8' });
  return { directory, problem: result.status === 0 ? undefined : (result.error?.message ?? result.stderr.trim()) };
}

const trial = mount('1m');
if (trial.problem === undefined) execFileSync('umount', [trial.directory]);
else console.log(`No file system can be mounted here, so the reserve is not tested on a full one: ${trial.problem}`);
rmSync(trial.directory, { recursive: true, force: true });

describe('a copy of the catalog in memory', () => {
  it('says what the file says, takes what is written, and leaves the file as it is', () => {
    const directory = mkdtempSync(join(tmpdir(), 'larder-copy-'));
    const path = join(directory, 'catalog.sqlite');
    const catalog = openCatalog({ path });
    const { id } = catalog.caches.upsert({ kind: 'volume', directory: '/cache' });
    catalog.entries.upsert(id, [{ key: 'a', name: 'scan a', state: 'cached', file: 'a.pt' }]);
    catalog.close();
    const copy = openCatalogCopy(path);
    expect(copy.entries.getByKey(id, 'a')).toMatchObject({ name: 'scan a', state: 'cached', file: 'a.pt' });
    copy.entries.upsert(id, [{ key: 'a', state: 'missing', file: null }]);
    copy.close();
    const again = openCatalog({ path });
    expect(again.entries.getByKey(id, 'a')).toMatchObject({ state: 'cached', file: 'a.pt' });
    again.close();
    rmSync(directory, { recursive: true });
  });

  it('is empty where the file is none or damaged, and a catalog all the same', () => {
    const directory = mkdtempSync(join(tmpdir(), 'larder-copy-'));
    const path = join(directory, 'catalog.sqlite');
    for (const text of [undefined, '', 'no database at all, but long enough to have a header of a hundred bytes '.repeat(20)]) {
      if (text !== undefined) writeFileSync(path, text);
      const copy = openCatalogCopy(path);
      expect(copy.caches.list()).toEqual([]);
      expect(copy.caches.upsert({ kind: 'volume', directory: '/cache' }).id).toBe(1);
      copy.close();
    }
    rmSync(directory, { recursive: true });
  });
});

describe.skipIf(trial.problem !== undefined)('the catalog on a disk of 12 MB', () => {
  let directory: string;
  let path: string;
  let reserve: string;
  beforeEach(() => {
    directory = mount('12m').directory;
    path = join(directory, 'catalog.sqlite');
    reserve = `${path}.reserve`;
  });
  afterEach(() => {
    execFileSync('umount', ['-l', directory]);
    rmSync(directory, { recursive: true });
  });

  const freeBytes = (): number => statfsSync(directory).bavail * statfsSync(directory).bsize;
  function fill(): string {
    const ballast = join(directory, 'ballast');
    writeFileSync(ballast, '');
    for (let size = MB; size >= 1; ) {
      try {
        appendFileSync(ballast, Buffer.alloc(size, 1));
      } catch {
        size >>= 1;
      }
    }
    expect(freeBytes()).toBe(0);
    return ballast;
  }
  function makeCatalog(): number {
    const catalog = openCatalog({ path });
    const { id } = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' });
    catalog.entries.upsert(id, Array.from({ length: 500 }, (_, i) => ({ key: `key-${i}`, name: `volume ${i}`, file: `key-${i}.pt` })));
    catalog.close();
    return id;
  }

  it('keeps an eighth of what is free, and gives it back to be opened and written with 0 bytes free', () => {
    const id = makeCatalog();
    expect(statSync(reserve).size).toBeGreaterThan(MB);
    fill();
    const catalog = openCatalog({ path });
    for (let i = 0; i < 500; i++) catalog.entries.upsert(id, [{ key: `key-${i}`, state: 'missing', file: null }]);
    expect(catalog.entries.stateCounts(id).missing.entries).toBe(500);
    catalog.close();
    expect(existsSync(reserve)).toBe(false);
  });

  it('goes on where the disk fills while it is open, also in a transaction of many rows', () => {
    const id = makeCatalog();
    const catalog = openCatalog({ path });
    catalog.measurements.append('a', 1, 0);
    fill();
    catalog.entries.upsert(id, Array.from({ length: 500 }, (_, i) => ({ key: `key-${i}`, state: 'missing' as const, file: null })));
    catalog.jobs.insert({ id: 'a', command: 'clear', arguments: {}, createdAtMs: 1, state: 'running' });
    expect(catalog.jobs.heartbeat('a', 2)).toBe('running');
    catalog.close();
    const again = openCatalog({ path });
    expect(again.entries.stateCounts(id).missing.entries).toBe(500);
    expect(again.setAside).toBeNull();
    again.close();
  });

  it('takes the space again when there is room, and gives it to a cache on the same disk only', () => {
    makeCatalog();
    const ballast = fill();
    openCatalog({ path }).close();
    expect(existsSync(reserve)).toBe(false);
    rmSync(ballast);
    const catalog = openCatalog({ path });
    catalog.caches.upsert({ kind: 'volume', directory: '/caches/b' });
    expect(existsSync(reserve)).toBe(true);
    expect(catalog.makeRoom(tmpdir())).toBe(false);
    expect(catalog.makeRoom(directory)).toBe(true);
    expect(existsSync(reserve)).toBe(false);
    catalog.close();
  });
});

describe('the catalog on a disk with blocks smaller than a page of memory', () => {
  const image = mkdtempSync(join(tmpdir(), 'larder-blocks-'));
  const directory = join(image, 'disk');
  mkdirSync(directory);
  writeFileSync(join(image, 'image'), '');
  truncateSync(join(image, 'image'), 16 * MB);
  const made = spawnSync('mkfs.ext4', ['-q', '-m', '0', '-b', '1024', join(image, 'image')], { encoding: 'utf8' });
  const mounted = made.status === 0 ? spawnSync('mount', ['-o', 'loop', join(image, 'image'), directory], { encoding: 'utf8' }) : made;
  const problem = mounted.status === 0 ? undefined : (mounted.error?.message ?? mounted.stderr.trim());
  if (problem !== undefined) console.log(`No ext4 can be mounted here, so a catalog on small blocks is not tested: ${problem}`);
  afterAll(() => {
    if (problem === undefined) execFileSync('umount', ['-l', directory]);
    rmSync(image, { recursive: true });
  });

  it.skipIf(problem !== undefined)('is told as on a full disk where the shared file would have no room, and is opened again with some', () => {
    const path = join(directory, 'catalog.sqlite');
    openCatalog({ path }).close();
    rmSync(`${path}.reserve`, { force: true });
    const ballast = join(directory, 'ballast');
    writeFileSync(ballast, '');
    for (let size = MB; size >= 1024; ) {
      const { bavail, bsize } = statfsSync(directory);
      if (bavail * bsize - 20 * 1024 < size) size >>= 1;
      else appendFileSync(ballast, Buffer.alloc(size, 1));
    }
    const { bavail, bsize } = statfsSync(directory);
    expect(bavail * bsize).toBeGreaterThan(0);
    expect(() => openCatalog({ path })).toThrow(expect.objectContaining({ code: 'DISK_FULL' }) as Error);
    rmSync(ballast);
    openCatalog({ path }).close();
  });
});
