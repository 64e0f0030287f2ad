import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolderSync } from './index.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'larder-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('makes what is missing above, and minds nothing that is there', () => {
  const deep = join(root, 'a', 'b', 'c');
  makeFolderSync(deep);
  makeFolderSync(deep);
  expect(statSync(deep).isDirectory()).toBe(true);
});

it.skipIf(process.platform !== 'linux')('gives up where nothing can be made in a folder that is there', () => {
  expect(() => makeFolderSync('/proc/larder/data')).toThrow(expect.objectContaining({ code: 'ENOENT' }) as Error);
});

it('tells what is in the way', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolderSync(join(root, 'file'))).toThrow(expect.objectContaining({ code: 'EEXIST' }) as Error);
  expect(() => makeFolderSync(join(root, 'file', 'a'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }) as Error);
  symlinkSync(join(root, 'gone', 'away'), join(root, 'link'));
  expect(() => makeFolderSync(join(root, 'link', 'a'))).toThrow(expect.objectContaining({ code: 'ENOENT' }) as Error);
});

