import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LarderError } from '../base/index.ts';
import { ConfigFolders } from './config-folders.ts';

let folder: string;
let path: string;
let reads = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-folders-'));
  path = join(folder, 'config.yaml');
});

afterAll(() => rm(folder, { recursive: true }));

/** The text of the config is the folder it makes. */
async function folderOf(file: string): Promise<string> {
  reads++;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new LarderError('CONFIG_UNREADABLE', 'It is gone.');
  });
  if (text === 'broken') throw new LarderError('CONFIG_INVALID', 'It is broken.', { hint: 'Repair it.' });
  return text;
}

it('knows that a config has left a folder as soon as it was edited, and reads it only then', async () => {
  const folders = new ConfigFolders(folderOf);
  await writeFile(path, '/cache/one');
  expect(folders.hasLeft(path, '/cache/other')).toBe(false);
  expect(await folders.refresh([path, path])).toBe(true);
  expect(folders.hasLeft(path, '/cache/one')).toBe(false);
  expect(folders.hasLeft(path, '/cache/other')).toBe(true);
  expect(await folders.refresh([path])).toBe(false);
  expect(reads).toBe(1);
  await writeFile(path, '/cache/three');
  await folders.refresh([path]);
  expect(reads).toBe(2);
  expect(folders.hasLeft(path, '/cache/one')).toBe(true);
});

it('tells why a config that cannot be read or is gone is not judged', async () => {
  const folders = new ConfigFolders(folderOf);
  await writeFile(path, '/cache/one');
  await folders.refresh([path]);
  expect(folders.unreadable(path)).toBeUndefined();
  await writeFile(path, 'broken');
  expect(await folders.refresh([path])).toBe(true);
  expect(folders.unreadable(path)).toEqual({ path, message: 'It is broken.', hint: 'Repair it.' });
  expect(await folders.refresh([path])).toBe(false);
  expect(folders.hasLeft(path, '/cache/other')).toBe(false);
  await writeFile(path, '/cache/one');
  expect(await folders.refresh([path])).toBe(true);
  expect(folders.unreadable(path)).toBeUndefined();
  expect(folders.hasLeft(path, '/cache/other')).toBe(true);
  await rm(path);
  expect(await folders.refresh([path])).toBe(true);
  expect(folders.unreadable(path)).toEqual({ path, message: 'It is gone.', hint: null });
  expect(folders.hasLeft(path, '/cache/other')).toBe(false);
});
