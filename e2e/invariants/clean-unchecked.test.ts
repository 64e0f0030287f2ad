import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { gzip } from '../sample/nifti-writer.ts';
import { entryFileOf } from './answers.ts';
import { tinyName, tinyNifti } from './tiny-dataset.ts';
import { openTinyMade } from './tiny-setting.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

it('a raw file stays where its entry cannot be held against the parameters of the cache', async () => {
  const { setting, generate } = await openTinyMade(2);
  undo.push(() => setting.close());
  const other = await openTinyMade(2, [4, 4, 4]);
  undo.push(() => other.setting.close());
  const [directory, name] = [setting.cacheDirectory(), tinyName(0)];
  const raw = join(setting.rawDirectory, name);
  await mkdir(dirname(raw), { recursive: true });
  await writeFile(raw, setting.dataset.volumes[0]!.bytes);
  // Sound, and of another shape; what the shape should be cannot be read.
  await copyFile(join(other.setting.cacheDirectory(), entryFileOf(name)), join(directory, entryFileOf(name)));
  await writeFile(join(directory, 'cache_params.json'), '{');
  const result = await setting.run(...generate('--clean-local-raw-files'));
  expect(result.code, result.stderr).toBe(0);
  expect(existsSync(raw)).toBe(true);
});

it('a raw file stays that is another one than its entry was made of', async () => {
  const { setting, generate } = await openTinyMade(2);
  undo.push(() => setting.close());
  const [changed, same] = [0, 1].map((number) => join(setting.rawDirectory, tinyName(number)));
  await mkdir(setting.rawDirectory, { recursive: true });
  // Corrected by its user since, under the same name; its entry is sound, and of the one before.
  const bytes = gzip(tinyNifti(7));
  expect(bytes.length).not.toBe(setting.dataset.volumes[0]!.bytes.length);
  await writeFile(changed!, bytes);
  await writeFile(same!, setting.dataset.volumes[1]!.bytes);
  const result = await setting.run(...generate('--clean-local-raw-files'));
  expect(result.code, result.stderr).toBe(0);
  expect(await readFile(changed!)).toEqual(bytes);
  expect(existsSync(same!)).toBe(false);
});
