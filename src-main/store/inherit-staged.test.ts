import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CacheLayout } from './index.ts';
import { cacheLayout, currentOwner, inheritStaged, openStaging, sweepStaging } from './index.ts';

let root: string;
let layout: CacheLayout;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'larder-inherit-'));
  layout = cacheLayout(join(root, 'cache'));
  mkdirSync(layout.directory);
});
afterEach(() => rm(root, { recursive: true }));

/** Of a process that has just ended. */
async function deadFolder(directory: string): Promise<string> {
  mkdirSync(directory, { recursive: true });
  await writeFile(join(directory, 'owner.json'), JSON.stringify({ ...currentOwner(), pid: spawnSync(process.execPath, ['-e', '']).pid }));
  return directory;
}

it('takes what dead processes had staged, and nothing of the living', async () => {
  const other = await openStaging(layout);
  await writeFile(other.pathFor('alive.png'), 'alive');
  const dead = await deadFolder(join(layout.staging, 'dead'));
  await writeFile(join(dead, 'a.png'), 'one');
  const own = await openStaging(layout);
  expect(await inheritStaged(layout, own)).toBe(1);
  expect(await readFile(own.pathFor('a.png'), 'utf8')).toBe('one');
  expect(await readdir(dead)).toEqual(['owner.json']);
  expect((await readdir(other.directory)).sort()).toEqual(['alive.png', 'owner.json']);
  expect(await inheritStaged(layout, own)).toBe(0);
  await other.close();
  await own.close();
});

it('takes no link, no folder and no file that has another name too: the new owner may write over what it finds', async () => {
  await writeFile(join(root, 'outside'), 'of somebody else');
  const dead = await deadFolder(join(layout.staging, 'dead'));
  symlinkSync(join(root, 'outside'), join(dead, 'a.png'));
  linkSync(join(root, 'outside'), join(dead, 'b.png'));
  mkdirSync(join(dead, 'c.png'));
  const elsewhere = await deadFolder(join(root, 'elsewhere'));
  await writeFile(join(elsewhere, 'd.png'), 'of somebody else');
  symlinkSync(elsewhere, join(layout.staging, 'linked'));
  const own = await openStaging(layout);
  expect(await inheritStaged(layout, own)).toBe(0);
  await sweepStaging(layout);
  expect(await readdir(layout.staging)).toEqual([own.owner.id]);
  expect([await readFile(join(root, 'outside'), 'utf8'), await readFile(join(elsewhere, 'd.png'), 'utf8')]).toEqual(['of somebody else', 'of somebody else']);
  await own.close();
});
