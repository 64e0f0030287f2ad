import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listFiles, resolveLikePython } from './config-paths.ts';

let root: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'larder-paths-')));
  await mkdir(join(root, 'a/b/c'), { recursive: true });
  await symlink('a/b/c', join(root, 'link'));
  await writeFile(join(root, 'file'), '');
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Expected values are those of `pathlib.Path.resolve()` of CPython 3.11 on the same folders. */
describe('resolveLikePython', () => {
  test.each([
    ['a/b', 'a/b'],
    ['a//b/./c/', 'a/b/c'],
    ['a/../file', 'file'],
    ['link', 'a/b/c'],
    ['link/x/y', 'a/b/c/x/y'],
    ['link/../x', 'a/b/x'],
    ['nothing/../a', 'a'],
    ['nothing/here', 'nothing/here'],
    ['file/below', 'file/below'],
  ])('%s', async (path, expected) => {
    expect(await resolveLikePython(`${root}/${path}`)).toBe(join(root, expected));
  });

  test('nothing is above the root', async () => {
    expect(await resolveLikePython('/../..')).toBe('/');
  });
});

test('lists are below the data directory unless they are absolute', () => {
  expect(listFiles('/data', { train: 'splits/t.csv', valid: '/other/v.csv' })).toEqual([
    { split: 'train', path: '/data/splits/t.csv' },
    { split: 'valid', path: '/other/v.csv' },
  ]);
});
