import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cache } from '../catalog/index.ts';
import { DiskWatch } from './disk-watch.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-watch-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('tells once that a folder of the library went, and once that it came back', async () => {
  const directory = join(folder, 'cache');
  await mkdir(directory);
  const watch = new DiskWatch({ list: () => [{ id: 1, directory, configPath: null } as Cache] }, () => Promise.reject(new Error('no config is known')));
  expect([await watch.look(), watch.isGone(directory)]).toEqual([false, false]);
  await rename(directory, `${directory}-away`);
  expect([await watch.look(), watch.isGone(directory)]).toEqual([true, true]);
  expect([await watch.look(1), watch.isGone(directory)]).toEqual([false, true]);
  await rename(`${directory}-away`, directory);
  expect([await watch.look(2), watch.isGone(directory)]).toEqual([false, true]);
  expect([await watch.look(), watch.isGone(directory)]).toEqual([true, false]);
});
