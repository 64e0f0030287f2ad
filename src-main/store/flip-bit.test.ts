import { mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { flipBit } from './flip-bit.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-flip-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('changes one bit and neither size nor time; once more changes it back', async () => {
  const path = join(folder, 'a.pt');
  await writeFile(path, Buffer.from([1, 2, 4, 8, 16]));
  await utimes(path, 1e9, 1e9);
  expect(await flipBit(path)).toBe(2);
  expect(Array.from(await readFile(path))).toEqual([1, 2, 5, 8, 16]);
  expect((await stat(path)).mtimeMs).toBe(1e12);
  await flipBit(path);
  expect(Array.from(await readFile(path))).toEqual([1, 2, 4, 8, 16]);
});

it.skipIf(process.platform === 'win32')('does not follow a link', async () => {
  await writeFile(join(folder, 'outside'), 'abc');
  await symlink(join(folder, 'outside'), join(folder, 'a.pt'));
  await expect(flipBit(join(folder, 'a.pt'))).rejects.toMatchObject({ message: expect.stringContaining('a.pt') as string });
  expect(await readFile(join(folder, 'outside'), 'utf8')).toBe('abc');
});

it('says which file is not there', async () => {
  await expect(flipBit(join(folder, 'none.pt'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
