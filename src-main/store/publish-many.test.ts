import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishEntries } from './publish-many.ts';
import type { StagedFile } from './publish-many.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-publish-'));
  await mkdir(join(folder, 'staging'));
});
afterEach(() => rm(folder, { recursive: true }));

async function stage(key: string, text: string): Promise<readonly StagedFile[]> {
  const entry = ['png', 'json'].map((end) => ({ staged: join(folder, 'staging', `${key}.${end}`), file: `${end}/${key}.${end}` }));
  for (const { staged } of entry) await writeFile(staged, text);
  return entry;
}
const textOf = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');

it('gives every file its name, makes folders, and leaves nothing in staging', async () => {
  const entries = [await stage('a', 'one'), await stage('b', 'two')];
  expect(publishEntries(folder, entries)).toEqual([true, true]);
  expect([await textOf('png/a.png'), await textOf('json/a.json'), await textOf('png/b.png'), await textOf('json/b.json')]).toEqual(['one', 'one', 'two', 'two']);
  for (const { staged } of entries.flat()) expect(existsSync(staged)).toBe(false);
  expect((await stat(join(folder, 'png/a.png'))).nlink).toBe(1);
});

it('keeps a main file that is there with what lies beside it, and says what is new', async () => {
  publishEntries(folder, [await stage('a', 'one')]);
  const second = await stage('a', 'again');
  expect(publishEntries(folder, [second, await stage('b', 'new')])).toEqual([false, true]);
  expect([await textOf('png/a.png'), await textOf('json/a.json')]).toEqual(['one', 'one']);
  for (const { staged } of second) expect(existsSync(staged)).toBe(false);
  await rm(join(folder, 'json/a.json'));
  publishEntries(folder, [await stage('a', 'lacking')]);
  expect([await textOf('png/a.png'), await textOf('json/a.json')]).toEqual(['one', 'lacking']);
  expect(publishEntries(folder, [await stage('a', 'wanted')], true)).toEqual([true]);
  expect([await textOf('png/a.png'), await textOf('json/a.json')]).toEqual(['wanted', 'wanted']);
});

it('never makes an entry of which a file is missing', async () => {
  const entry = await stage('a', 'one');
  await rm(entry[0]!.staged);
  expect(() => publishEntries(folder, [entry])).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  expect(existsSync(join(folder, 'png/a.png'))).toBe(false);
});

it.each([false, true])('leaves no main file alone where what belongs beside it gets no name, replacing: %s', async (replace) => {
  const [first, second, third] = [await stage('a', 'one'), await stage('b', 'two'), await stage('c', 'three')];
  // Refused, as on a disk on which that folder cannot grow.
  const refused = [second[0]!, { ...second[1]!, file: 'json/a.json/b.json' }];
  expect(() => publishEntries(folder, [first, refused, third], replace)).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  expect([await textOf('png/a.png'), await textOf('json/a.json')]).toEqual(['one', 'one']);
  expect(readdirSync(join(folder, 'png'))).toEqual(['a.png']);
  expect([await textOf('staging/b.png'), await textOf('staging/b.json'), await textOf('staging/c.png'), await textOf('staging/c.json')]).toEqual(['two', 'two', 'three', 'three']);
});

it('leaves what has replaced another in its place, whatever fails after it', async () => {
  publishEntries(folder, [await stage('a', 'old')]);
  const [image, metadata] = await stage('a', 'new');
  expect(() => publishEntries(folder, [[image!, { ...metadata!, file: 'png/a.png/a.json' }]], true)).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  expect([await textOf('png/a.png'), await textOf('json/a.json')]).toEqual(['new', 'old']);
});

it('writes nowhere else', async () => {
  const [first] = await stage('a', 'one');
  expect(() => publishEntries(folder, [[{ staged: first!.staged, file: '../a.png' }]])).toThrow(expect.objectContaining({ code: 'PATH_REFUSED' }));
});
