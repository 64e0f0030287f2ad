import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { discardPartials, openPartial, removeDownload } from './open-partial.ts';
import { downloadPaths } from './download-paths.ts';
import { acquireLock } from './partial-lock.ts';
import { HUB_TIMINGS } from './timings.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-lock-'));
  path = join(directory, 'x.lock');
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** A pid that no process has: beyond the largest the kernel gives out. */
const DEAD_PID = 2 ** 22 + 1;

function ownerText(pid: number, host = hostname()): string {
  return JSON.stringify({ pid, host, nonce: 'another' });
}

test('one owner at a time, and again after the release', async () => {
  const lock = await acquireLock(path, HUB_TIMINGS);
  expect(lock).toBeDefined();
  expect(await acquireLock(path, HUB_TIMINGS)).toBeUndefined();
  await lock?.release();
  const again = await acquireLock(path, HUB_TIMINGS);
  expect(again).toBeDefined();
  await again?.release();
  expect(await readdir(directory)).toEqual([]);
});

test('a dead process of this machine, or an earlier one with our pid, holds nothing', async () => {
  for (const pid of [DEAD_PID, process.pid]) {
    await writeFile(path, ownerText(pid));
    const lock = await acquireLock(path, HUB_TIMINGS);
    expect(lock).toBeDefined();
    await lock?.release();
  }
});

test('a living process, another machine, or a lock nobody can read is left alone while it is fresh', async () => {
  for (const text of [ownerText(process.ppid), ownerText(DEAD_PID, 'elsewhere'), 'half a lo']) {
    await writeFile(path, text);
    expect(await acquireLock(path, HUB_TIMINGS), text).toBeUndefined();
  }
});

test('without a heartbeat for two minutes it belongs to nobody', async () => {
  await writeFile(path, ownerText(DEAD_PID, 'elsewhere'));
  const old = new Date(Date.now() - 121_000);
  await utimes(path, old, old);
  const lock = await acquireLock(path, HUB_TIMINGS);
  expect(lock).toBeDefined();
  await lock?.release();
});

test('of many that find a stale lock, one gets it', async () => {
  for (let round = 0; round < 40; round++) {
    await writeFile(path, ownerText(DEAD_PID));
    const locks = await Promise.all(Array.from({ length: 12 }, () => acquireLock(path, HUB_TIMINGS)));
    const held = locks.filter((lock) => lock !== undefined);
    expect(held).toHaveLength(1);
    await held[0]?.release();
    expect(await readdir(directory)).toEqual([]);
  }
});

const file = { path: 'a.nii.gz', sizeBytes: 7, digest: { algorithm: 'sha256', hex: 'f'.repeat(64) } } as const;
const origin = { endpoint: 'https://huggingface.co/', id: 'ns/name', commit: 'a'.repeat(40) };

test('whoever finds the partial taken works on one of its own; strays and partials can be discarded', async () => {
  const paths = downloadPaths(directory, file);
  const first = await openPartial({ file, paths, origin, timings: HUB_TIMINGS });
  const second = await openPartial({ file, paths, origin, timings: HUB_TIMINGS });
  await first.partial.append(Buffer.from('one'));
  await second.partial.append(Buffer.from('second'));
  for (const { partial, release } of [first, second]) {
    await partial.flush();
    await partial.close();
    await release();
  }
  const names = (await readdir(directory)).filter((name) => name.endsWith('.part'));
  expect(names).toHaveLength(2);
  const strays = await discardPartials(directory, 'stray');
  expect(strays.every((name) => /\.[0-9a-f]{8}\.(?:part|json)$/.test(name))).toBe(true);
  expect((await readdir(directory)).sort()).toEqual([`${paths.key}.json`, `${paths.key}.part`]);
  await discardPartials(directory, 'all');
  expect(await readdir(directory)).toEqual([]);
});

test('half a record of a killed run is removed when its partial is taken up again', async () => {
  const paths = downloadPaths(directory, file);
  await writeFile(paths.part, '');
  await writeFile(`${paths.record}.0123456789ab.larder-tmp`, '{"sch');
  const { partial, release } = await openPartial({ file, paths, origin, timings: HUB_TIMINGS });
  await partial.close();
  await release();
  expect(await readdir(directory)).toEqual([`${paths.key}.part`]);
});

test('discarding partials keeps finished files and foreign ones; a finished file goes with its record', async () => {
  const paths = downloadPaths(directory, file);
  const finished = [paths.final, paths.record, join(directory, 'notes.part')];
  for (const name of finished) await writeFile(name, '');
  expect(await discardPartials(directory, 'all')).toEqual([]);
  await removeDownload({ path: paths.final, owned: false });
  expect(await readdir(directory)).toHaveLength(3);
  await removeDownload({ path: paths.final, owned: true });
  expect(await readdir(directory)).toEqual(['notes.part']);
  expect(await discardPartials(join(directory, 'none'), 'all')).toEqual([]);
});
