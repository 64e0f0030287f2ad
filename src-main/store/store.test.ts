import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, mkdir, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isLarderError } from '../base/index.ts';
import {
  assertNotLocked,
  cacheLayout,
  childPath,
  currentOwner,
  hasMarks,
  isInside,
  isOwnerAlive,
  listQuarantine,
  listStaging,
  lockCache,
  openClaims,
  removeEmptyFolders,
  openStaging,
  publishFile,
  purgeFromQuarantine,
  quarantineFile,
  quarantineFiles,
  restoreFromQuarantine,
  statFiles,
  sweepClaims,
  sweepEmptyRecords,
  sweepStaging,
} from './index.ts';
import type { CacheLayout } from './index.ts';

let directory: string;
let layout: CacheLayout;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder store ខ្មែរ '));
  layout = cacheLayout(directory);
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** The pid of a process that has ended, so that nobody has it at this moment. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

const KEY = 'a688fe64537c110e725a890a41ac3dde';

describe('paths', () => {
  it.each(['', '.', '..', '../x', 'a/b', 'a\\b', 'a\0b', '/etc/passwd'])('refuses %j as a file name', (name) => {
    expect(() => childPath(directory, name)).toThrow(expect.objectContaining({ code: 'PATH_REFUSED' }));
  });

  it('judges what is inside by parts, not by text', () => {
    expect(isInside('/a/cache', '/a/cache/x')).toBe(true);
    expect(isInside('/a/cache', '/a/cache')).toBe(true);
    expect(isInside('/a/cache', '/a/cache-2/x')).toBe(false);
    expect(isInside('/a/cache', '/a/cache/../x')).toBe(false);
    expect(isInside('/a/cache', '/a/cache/..x')).toBe(true);
  });
});

describe('owners', () => {
  it('knows this process from a dead one, and from another with the same pid', () => {
    const own = currentOwner();
    expect(isOwnerAlive(own, 0)).toBe(true);
    expect(isOwnerAlive({ ...own, pid: deadPid() }, Date.now())).toBe(false);
    expect(isOwnerAlive({ ...own, startTicks: own.startTicks + 1 }, Date.now())).toBe(false);
  });

  it('takes a process that has ended for dead, though nobody has asked for its end and it has its number still', async () => {
    // The shell becomes a program that never asks for the end of what the shell had started.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const pid = Number(await new Promise<string>((resolve) => parent.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()))));
      const stat = (): string => readFileSync(`/proc/${pid}/stat`, 'utf8');
      await vi.waitFor(() => expect(stat()).toContain(') Z '));
      const startTicks = Number(stat().slice(stat().lastIndexOf(')') + 2).split(' ')[19]);
      expect(() => process.kill(pid, 0)).not.toThrow();
      expect(isOwnerAlive({ ...currentOwner(), pid, startTicks }, Date.now())).toBe(false);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('judges an owner on another host by its last sign of life', () => {
    const far = { ...currentOwner(), host: `${hostname()}-2` };
    expect(isOwnerAlive(far, 1_000_000, 1_000_000 + 119_000)).toBe(true);
    expect(isOwnerAlive(far, 1_000_000, 1_000_000 + 121_000)).toBe(false);
  });
});

describe('staging', () => {
  it('leaves nothing behind when it is closed', async () => {
    const staging = await openStaging(layout);
    await writeFile(staging.pathFor('x.pt'), 'half');
    await staging.close();
    expect(await readdir(directory)).toEqual([]);
  });

  it('never shows a folder without its owner while one is removed: killed there, it would seem to have just begun', async () => {
    const staging = await openStaging(layout);
    for (let n = 0; n < 200; n++) await writeFile(staging.pathFor(`${n}.pt`), 'half');
    const closing = staging.close().then(() => true);
    let looks = 0;
    while (!(await Promise.race([closing, new Promise<false>((resolve) => setImmediate(resolve, false))]))) {
      const names = existsSync(staging.directory) ? readdirSync(staging.directory) : ['owner.json'];
      expect(names).toContain('owner.json');
      looks++;
    }
    expect(looks).toBeGreaterThan(2);
    expect(await readdir(directory)).toEqual([]);
  });

  it('names and sweeps what a process left that died while removing its folder', async () => {
    const draft = join(layout.staging, '1-1-ab.larder-tmp');
    await mkdir(draft, { recursive: true });
    await writeFile(join(draft, 'owner.json'), JSON.stringify({ ...currentOwner(), pid: deadPid() }));
    expect(await listStaging(layout)).toMatchObject([{ directory: draft, isAlive: false }]);
    expect(await sweepStaging(layout)).toBe(1);
    expect(await readdir(layout.staging)).toEqual([]);
  });

  it('sweeps what dead processes left, and nothing of the living', async () => {
    const alive = await openStaging(layout);
    const dead = join(layout.staging, 'dead');
    await mkdir(dead);
    await writeFile(join(dead, 'owner.json'), JSON.stringify({ ...currentOwner(), pid: deadPid() }));
    await writeFile(join(dead, 'x.pt'), 'half');
    expect((await listStaging(layout)).map((folder) => folder.isAlive).sort()).toEqual([false, true]);
    expect(await sweepStaging(layout)).toBe(1);
    expect(await readdir(layout.staging)).toEqual([alive.owner.id]);
    await alive.close();
  });

  it('keeps a folder without an owner for a minute: it may be about to get one', async () => {
    const young = join(layout.staging, 'young');
    await mkdir(young, { recursive: true });
    expect(await sweepStaging(layout)).toBe(0);
    const past = new Date(Date.now() - 61_000);
    await utimes(young, past, past);
    expect(await sweepStaging(layout)).toBe(1);
  });

  it('says in words that a directory cannot be made', async () => {
    await writeFile(join(directory, 'file'), '');
    const error = await openStaging(cacheLayout(join(directory, 'file'))).catch((e: unknown) => e);
    expect(isLarderError(error, 'FILE_NOT_FOUND')).toBe(true);
  });
});

describe('claims', () => {
  it('gives an item to one process only, and takes over from a dead one', async () => {
    const first = openClaims(layout, currentOwner());
    const second = openClaims(layout, currentOwner());
    expect(await first.take(KEY)).toBe(true);
    expect(await second.take(KEY)).toBe(false);
    await first.release(KEY);
    expect(await second.take(KEY)).toBe(true);
    await second.releaseAll();

    const dead = openClaims(layout, { ...currentOwner(), pid: deadPid() });
    expect(await dead.take(KEY)).toBe(true);
    expect(await first.take(KEY)).toBe(true);
    await first.releaseAll();
  });

  it('gives a dead claim to exactly one of many who ask at once', async () => {
    for (let round = 0; round < 50; round++) {
      const key = `${KEY}${round}`;
      await openClaims(layout, { ...currentOwner(), pid: deadPid() }).take(key);
      const outcomes = await Promise.all(Array.from({ length: 12 }, () => openClaims(layout, currentOwner()).take(key)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    }
  });

  it('sweeps drafts that were cut off, and keeps those of the living', async () => {
    const staging = await openStaging(layout);
    await mkdir(layout.claims, { recursive: true });
    await writeFile(join(layout.claims, `${KEY}.18847-719528-d6a17308`), '');
    // Of somebody who was killed while it took over what another who was killed had left.
    await writeFile(join(layout.claims, `${KEY}.18847-719528-d6a17308.heir.18848-719530-0a1b2c3d`), '');
    await writeFile(join(layout.claims, `${KEY}.18849-719532-d6a17308`), JSON.stringify({ ...currentOwner(), pid: deadPid() }));
    const living = [`${KEY}.${staging.owner.id}`, `${KEY}.18847-719528-d6a17308.heir.${currentOwner().id}`];
    for (const name of living) await writeFile(join(layout.claims, name), '{"id":');
    expect(await sweepClaims(layout)).toBe(3);
    expect((await readdir(layout.claims)).sort()).toEqual(living.sort());
    await rm(layout.claims, { recursive: true });
    await staging.close();
  });

  it('sweeps drafts of the lock whose process is gone, and keeps those of the living', async () => {
    await mkdir(layout.privateDirectory, { recursive: true });
    const draftOf = async (owner: ReturnType<typeof currentOwner>): Promise<string> => {
      await writeFile(`${layout.lock}.${owner.id}`, JSON.stringify(owner));
      return `lock.${owner.id}`;
    };
    await draftOf({ ...currentOwner(), pid: deadPid() });
    await writeFile(`${layout.lock}.18847-719528-d6a17308.heir.18848-719530-0a1b2c3d`, '');
    const living = await draftOf(currentOwner());
    await removeEmptyFolders(layout);
    expect(await readdir(layout.privateDirectory)).toEqual([living]);
  });

  it('tells a claim that cannot be removed by its path', async () => {
    const claims = openClaims(layout, currentOwner());
    await claims.take(KEY);
    await rm(join(layout.claims, KEY));
    // What is there instead cannot be removed as a file.
    await mkdir(join(layout.claims, KEY, 'inside'), { recursive: true });
    await expect(claims.release(KEY)).rejects.toSatisfy((error) => isLarderError(error) && error.message.includes(KEY));
    await rm(layout.claims, { recursive: true });
  });

  it('sweeps the claims of the dead', async () => {
    await openClaims(layout, { ...currentOwner(), pid: deadPid() }).take(KEY);
    const living = openClaims(layout, currentOwner());
    await living.take('other');
    expect(await sweepClaims(layout)).toBe(1);
    expect(await readdir(layout.claims)).toEqual(['other']);
    await living.releaseAll();
  });
});

describe('a staging folder that its process died over while making it', () => {
  it('keeps nobody out and is swept', async () => {
    await mkdir(join(layout.staging, '1-1-ab.larder-tmp'), { recursive: true });
    expect(await listStaging(layout)).toEqual([]);
    await (await lockCache(layout)).release();
    const living = await openStaging(layout);
    expect(await sweepStaging(layout)).toBe(0);
    expect(await readdir(layout.staging)).toEqual([living.owner.id]);
    await living.close();
  });
});

describe('the lock', () => {
  it('keeps two from removing at once, and those who generate from starting', async () => {
    const lock = await lockCache(layout);
    await expect(lockCache(layout)).rejects.toMatchObject({ code: 'CACHE_IN_USE' });
    await expect(assertNotLocked(layout)).rejects.toMatchObject({ code: 'CACHE_IN_USE' });
    await lock.release();
    await assertNotLocked(layout);
  });

  it('is refused while another process generates', async () => {
    const staging = await openStaging(layout);
    await expect(lockCache(layout)).rejects.toMatchObject({ code: 'CACHE_IN_USE' });
    await assertNotLocked(layout);
    await (await lockCache(layout, { ownStaging: staging.directory })).release();
    await staging.close();
  });

  it('is taken over from a dead process', async () => {
    await mkdir(layout.privateDirectory, { recursive: true });
    await writeFile(layout.lock, JSON.stringify({ ...currentOwner(), pid: deadPid() }));
    expect(await hasMarks(layout)).toBe(true);
    const inherited = await lockCache(layout);
    expect(inherited.isInherited).toBe(true);
    await inherited.release();
    const fresh = await lockCache(layout);
    expect(fresh.isInherited).toBe(false);
    await fresh.release();
    expect(await hasMarks(layout)).toBe(false);
  });

  it('that another host took over meanwhile is known to be lost, and is left to it', async () => {
    const lock = await lockCache(layout);
    await lock.assertHeld();
    const theirs = JSON.stringify({ ...currentOwner(), host: 'another-host', pid: 7 });
    await writeFile(layout.lock, theirs);
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'LOCK_LOST', details: { holder: 'process 7 on another-host' } });
    await lock.release();
    expect(await readFile(layout.lock, 'utf8')).toBe(theirs);
  });
});

describe('a record of nothing', () => {
  it('is swept, and one with its file is not, whether alone or one of many', async () => {
    const facts = { key: KEY, name: null };
    const why = { reason: { code: 'cleared', message: 'why' }, nowMs: 1, larderVersion: '0' };
    const there = ['one.pt', 'two.pt', 'three.pt'];
    for (const file of there) await writeFile(join(directory, file), file);
    await quarantineFile(layout, { file: 'one.pt', ...facts, ...why });
    await quarantineFiles(layout, [{ file: 'two.pt', ...facts }], why);
    expect(await hasMarks(layout)).toBe(false);
    const [empty] = await quarantineFiles(layout, [{ file: 'three.pt', ...facts }], why);
    await rm(join(layout.quarantine, empty!.id.split('~')[0]!, 'three.pt'));
    expect(await hasMarks(layout)).toBe(true);
    await sweepEmptyRecords(layout);
    expect(await hasMarks(layout)).toBe(false);
    expect((await listQuarantine(layout)).map(({ file }) => file).sort()).toEqual(['one.pt', 'two.pt']);
    expect(await readdir(layout.quarantine)).toHaveLength(2);
  });
});

describe('looking at files', () => {
  it('tells one that the disk does not show, and shows the others', async () => {
    await writeFile(join(directory, 'there'), 'abc');
    // The system refuses to look at such a name, as it does at a bad place of a disk.
    const refused = 'x'.repeat(300);
    const files = await statFiles(layout, ['there', refused, 'gone']);
    expect([...files.values()].map(({ file, isShown, sizeBytes }) => ({ file, isShown, sizeBytes }))).toEqual([{ file: 'there', isShown: true, sizeBytes: 3 }, { file: refused, isShown: false, sizeBytes: 0 }]);
  });
});

describe('publishing', () => {
  it('gives the name to the first, lets the second succeed, and overwrites nothing', async () => {
    const final = join(directory, `${KEY}.pt`);
    await writeFile(join(directory, 'one'), 'first');
    await writeFile(join(directory, 'two'), 'second');
    expect(await publishFile(join(directory, 'one'), final)).toBe(true);
    expect(await publishFile(join(directory, 'two'), final)).toBe(false);
    expect(await readFile(final, 'utf8')).toBe('first');
    expect(await readdir(directory)).toEqual([`${KEY}.pt`]);
  });

  it('says where it could not publish', async () => {
    await writeFile(join(directory, 'one'), 'first');
    await expect(publishFile(join(directory, 'one'), join(directory, 'no such folder', 'x.pt'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('quarantine', () => {
  const request = { file: `${KEY}.pt`, key: KEY, name: 'train_1_a_1.nii.gz', reason: { code: 'crc-mismatch', message: 'record data/0' }, nowMs: 1_700_000_000_000, larderVersion: '0.1.0' };

  it('sets a file aside with its reason and puts it back byte for byte', async () => {
    const path = join(directory, `${KEY}.pt`);
    await writeFile(path, 'damaged bytes');
    const record = await quarantineFile(layout, request);
    expect(await readdir(directory)).toEqual(['.larder']);
    expect(await listQuarantine(layout)).toEqual([record]);
    expect(record).toMatchObject({ file: `${KEY}.pt`, name: 'train_1_a_1.nii.gz', reason: request.reason, sizeBytes: 13, quarantinedAtMs: request.nowMs });
    await restoreFromQuarantine(layout, record.id);
    expect(await readFile(path, 'utf8')).toBe('damaged bytes');
    expect(await readdir(directory)).toEqual([`${KEY}.pt`]);
  });

  it('never overwrites a file that has the name again', async () => {
    const path = join(directory, `${KEY}.pt`);
    await writeFile(path, 'old');
    const record = await quarantineFile(layout, request);
    await writeFile(path, 'new');
    await expect(restoreFromQuarantine(layout, record.id)).rejects.toMatchObject({ code: 'ENTRY_EXISTS' });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await listQuarantine(layout)).toHaveLength(1);
  });

  it('purges for good', async () => {
    await writeFile(join(directory, `${KEY}.pt`), 'old');
    const record = await quarantineFile(layout, request);
    await purgeFromQuarantine(layout, record.id);
    expect(await listQuarantine(layout)).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
    await expect(purgeFromQuarantine(layout, record.id)).rejects.toMatchObject({ code: 'ENTRY_NOT_FOUND' });
  });

  it('refuses ids that are paths', async () => {
    await expect(restoreFromQuarantine(layout, '../../x')).rejects.toMatchObject({ code: 'PATH_REFUSED' });
  });

  it('lists a file whose reason was lost in a crash, so that it can still be put back', async () => {
    await writeFile(join(directory, `${KEY}.pt`), 'old');
    const record = await quarantineFile(layout, request);
    await writeFile(join(layout.quarantine, record.id, 'reason.json'), '');
    const [found] = await listQuarantine(layout);
    expect(found).toMatchObject({ id: record.id, file: `${KEY}.pt`, reason: { code: 'unknown' } });
    await restoreFromQuarantine(layout, record.id);
    expect(await readFile(join(directory, `${KEY}.pt`), 'utf8')).toBe('old');
  });
});
