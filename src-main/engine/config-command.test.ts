import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkConfig, keepConfig, plainStem } from './config-command.ts';
import type { EngineContext } from './context.ts';

const TEXT = `torch_dtype: "float32"
paths:
  data_dir: "lists"
  img_dir: "\${RAW}"
  cache_dir: "cache"
  dir_structure: "nested"
  data_subsets: { train: "train.csv", valid: "valid.csv" }
image_processing:
  target_spacing: [0.75, 0.75, 1.5]
  target_shape_dhw: [24, 32, 32]
  clip_hu_min: -1000
  clip_hu_max: 1000
  orientation_axcodes: "LPS"
  scale_b_min: -1.0
  scale_b_max: 1.0
`;
const { signal } = new AbortController();
let folder: string;
let context: EngineContext;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-config-')));
  context = { dataDirectory: join(folder, 'data'), cwd: folder, environment: { RAW: '/raw' } } as Partial<EngineContext> as EngineContext;
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('checking a config', () => {
  it('says what a text stands for, from the working directory, and writes nothing', async () => {
    const checked = await checkConfig(context, { text: TEXT, name: 'My config.yaml' }, signal);
    expect(checked.problems).toEqual([]);
    expect(checked.path).toMatch(/\/data\/configs\/My-config-[0-9a-f]{8}\.yaml$/);
    expect(checked.facts).toMatchObject({
      kind: 'volume',
      present: null,
      repository: null,
      paths: [
        { name: 'caches', path: join(folder, 'cache') },
        { name: 'raw files', path: '/raw' },
        { name: 'list, train', path: join(folder, 'lists/train.csv') },
        { name: 'list, valid', path: join(folder, 'lists/valid.csv') },
      ],
    });
    expect(checked.facts!.directory).toMatch(/\/cache\/[0-9a-f]{32}$/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('counts the entries that are there', async () => {
    const first = await checkConfig(context, { text: TEXT, name: 'c' }, signal);
    await mkdir(first.facts!.directory, { recursive: true });
    for (const name of [`${'a'.repeat(32)}.pt`, 'cache_params.json']) await writeFile(join(first.facts!.directory, name), '');
    expect((await checkConfig(context, { text: TEXT, name: 'c' }, signal)).facts!.present).toBe(1);
  });

  it('names every problem at its line', async () => {
    const wrong = TEXT.replace('"nested"', '"nestd"').replace('clip_hu_max: 1000', 'clip_hu_max: null').replace('RAW', 'ROW');
    const { problems, facts } = await checkConfig(context, { text: wrong, name: 'c' }, signal);
    expect(facts).toBeNull();
    expect(problems.map(({ line, path }) => [line, path])).toEqual([
      [4, 'paths.img_dir'],
      [6, 'paths.dir_structure'],
      [12, 'image_processing.clip_hu_max'],
    ]);
    expect(problems[1]!.allowed).toBe('nested or flat');
  });

  it('reads a file with the .env beside it', async () => {
    await mkdir(join(folder, 'etc'));
    await writeFile(join(folder, 'etc/c.yaml'), TEXT.replace('RAW', 'SCANS'));
    await writeFile(join(folder, 'etc/.env'), 'SCANS=/scans\n');
    const checked = await checkConfig(context, { path: 'etc/c.yaml' }, signal);
    expect(checked).toMatchObject({ isText: false, path: join(folder, 'etc/c.yaml') });
    expect(checked.facts!.paths[1]).toEqual({ name: 'raw files', path: '/scans' });
    await expect(checkConfig(context, { path: 'etc/d.yaml' }, signal)).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });
});

describe('keeping a config', () => {
  it('keeps a text once and never overwrites another', async () => {
    const path = await keepConfig(context, TEXT, 'c.yaml');
    expect(await readFile(path, 'utf8')).toBe(TEXT);
    expect(await keepConfig(context, TEXT, 'c.yaml')).toBe(path);
    expect((await checkConfig(context, { text: TEXT, name: 'c.yaml' }, signal)).path).toBe(path);
    await writeFile(path, 'changed by hand');
    const second = await keepConfig(context, TEXT, 'c.yaml');
    expect(second).toMatch(/c-[0-9a-f]{64}\.yaml$/);
    expect(await readFile(path, 'utf8')).toBe('changed by hand');
    expect(await readdir(join(folder, 'data/configs'))).toHaveLength(2);
  });

  it.each([
    ['My config (2).yaml', 'My-config-2'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\x\\experiment.yml', 'experiment'],
    ['..', 'config'],
    ['', 'config'],
    ['ü', 'config'],
    ['a'.repeat(99), 'a'.repeat(40)],
  ])('%j is called %s', (name, stem) => expect(plainStem(name)).toBe(stem));
});
