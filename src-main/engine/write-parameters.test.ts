import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeParameters } from './write-parameters.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-parameters-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('drafts of killed runs go, and nothing else', async () => {
  for (const name of ['cache_params.json.0123456789ab.larder-tmp', 'other.json.0123456789ab.larder-tmp', 'cache_params.json.backup']) await writeFile(join(folder, name), 'half');
  await writeParameters(join(folder, 'cache_params.json'), '{}');
  expect((await readdir(folder)).sort()).toEqual(['cache_params.json', 'cache_params.json.backup', 'other.json.0123456789ab.larder-tmp']);
});

it('forty runs that begin at once all succeed, and leave one file', async () => {
  const path = join(folder, 'cache_params.json');
  await Promise.all(Array.from({ length: 40 }, () => writeParameters(path, '{"same": true}')));
  expect(await readdir(folder)).toEqual(['cache_params.json']);
  expect(await readFile(path, 'utf8')).toBe('{"same": true}');
});

it('a folder that cannot be written is told as it is', async () => {
  await expect(writeParameters(join(folder, 'absent', 'cache_params.json'), '{}')).rejects.toMatchObject({ code: 'ENOENT' });
});
