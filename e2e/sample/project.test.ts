import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeSampleProject } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder "sample" ស '));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('writes a config and its lists, also where the path needs quoting', async () => {
  const directory = join(folder, 'deep', 'project');
  const names = { train: ['train_1_a_1.nii.gz', 'train_2_a_1.nii.gz'], valid: ['valid_1_a_1.nii.gz'] };
  const project = await writeSampleProject(directory, 'http://127.0.0.1:1234', names, { repoId: 'a/b', targetShape: [8, 16, 24] });
  const config: unknown = parse(await readFile(project.configPath, 'utf8'));
  expect(config).toMatchObject({
    torch_dtype: 'float32',
    paths: { data_dir: directory, cache_dir: join(directory, 'cache'), img_dir: join(directory, 'raw'), dir_structure: 'nested', data_subsets: { train: 'train.csv', valid: 'valid.csv' } },
    downloads: { repo_id: 'a/b', endpoint: 'http://127.0.0.1:1234' },
    image_processing: { target_spacing: [0.75, 0.75, 1.5], target_shape_dhw: [8, 16, 24], orientation_axcodes: 'LPS' },
  });
  expect(await readFile(project.trainCsvPath, 'utf8')).toBe('VolumeName\ntrain_1_a_1.nii.gz\ntrain_2_a_1.nii.gz\n');
  expect(await readFile(project.validCsvPath, 'utf8')).toBe('VolumeName\nvalid_1_a_1.nii.gz\n');
});

it('says in words that it cannot write there', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(writeSampleProject(join(file, 'project'), 'http://127.0.0.1:1', { train: [], valid: [] })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
