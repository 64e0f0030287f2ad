import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identityOf, isSameFile } from './download-record.ts';

it('another content of the same length, with the old time given back, is another file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-identity-'));
  const path = join(folder, 'raw');
  await writeFile(path, 'good');
  const before = await identityOf(path);
  expect(isSameFile(before, await identityOf(path))).toBe(true);
  const { atime, mtime } = await stat(path);
  await writeFile(path, 'evil');
  await utimes(path, atime, mtime);
  expect(isSameFile(before, await identityOf(path))).toBe(false);
  await rm(folder, { recursive: true });
});
