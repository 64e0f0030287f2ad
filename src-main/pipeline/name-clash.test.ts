import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NameClash } from './name-clash.ts';

it('gives a file to the item whose very name it has, where only letter case or the form of a letter differs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-clash-'));
  await writeFile(join(folder, 'scan_1.nii.gz'), '');
  await writeFile(join(folder, 'caf\u00e9.nii.gz'), '');
  const clash = new NameClash(['Scan_1.nii.gz', 'scan_1.nii.gz', 'caf\u00e9.nii.gz', 'cafe\u0301.nii.gz', 'Other.nii.gz']);
  const isOwn = (name: string): Promise<boolean> => clash.isOwn(name, join(folder, name));
  expect(await isOwn('scan_1.nii.gz')).toBe(true);
  expect(await isOwn('Scan_1.nii.gz')).toBe(false);
  expect(await isOwn('caf\u00e9.nii.gz')).toBe(true);
  expect(await isOwn('cafe\u0301.nii.gz')).toBe(false);
  // Nobody else wants it, so whatever the file system opens under this name is meant.
  expect(await isOwn('Other.nii.gz')).toBe(true);
  await rm(folder, { recursive: true });
});
