import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLarderError } from '../../base/index.ts';
import { formatConfigProblem, parseVolumeConfig, rawDirectoryOf, readVolumeConfig, type ConfigProblem, type ParsedVolumeConfig } from './config.ts';

const EXAMPLE = `torch_dtype: "float32"
paths:
  data_dir: "\${DATA}/ct"
  img_dir: "raw"
  cache_dir: "/srv/cache"
  dir_structure: "nested"
  data_subsets: { train: "splits/train.csv", valid: "/abs/valid.csv" }
image_processing:
  target_spacing: [0.75, 0.75, 1.5]
  target_shape_dhw: [128, 256, 256]
  clip_hu_min: -1000
  clip_hu_max: 1000
  orientation_axcodes: "LPS"
  scale_b_min: -1.0
  scale_b_max: 1.0
downloads:
  repo_id: "ibrahimhamamci/CT-RATE"
  max_workers: 8
  hf_token: "\${HF_TOKEN}"
  hf_cache_dir: hub
training: { lr: 1e-4 }
`;
const ENVIRONMENT = { DATA: '/data', HF_TOKEN: 'hf_verySecret' };

function parse(text: string, environment: Record<string, string | undefined> = ENVIRONMENT, dotenv?: string): ParsedVolumeConfig {
  return parseVolumeConfig(text, { file: '/etc/c.yaml', cwd: '/work', environment, ...(dotenv === undefined ? {} : { dotenv }) });
}

/** The example with some lines replaced; a line is named by its key. */
function changed(changes: Readonly<Record<string, string>>): string {
  let text = EXAMPLE;
  for (const [key, line] of Object.entries(changes)) {
    const pattern = new RegExp(`^ *${key}:.*\n`, 'm');
    expect(text).toMatch(pattern);
    text = text.replace(pattern, () => line);
  }
  return text;
}

function only(problems: readonly ConfigProblem[]): ConfigProblem {
  expect(problems).toHaveLength(1);
  return problems[0]!;
}

describe('parseVolumeConfig', () => {
  test('a config without mistakes', () => {
    const { config, problems } = parse(EXAMPLE);
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      configPath: '/etc/c.yaml',
      cacheRoot: '/srv/cache',
      rawDirectory: '/work/raw',
      dirStructure: 'nested',
      lists: [
        { split: 'train', path: '/data/ct/splits/train.csv' },
        { split: 'valid', path: '/abs/valid.csv' },
      ],
      parameters: {
        targetSpacing: [0.75, 0.75, 1.5],
        targetShape: [128, 256, 256],
        aMin: -1000,
        aMax: 1000,
        bMin: -1,
        bMax: 1,
        axcodes: 'LPS',
        dtype: 'float32',
      },
      fingerprint: { directoryName: '71a83277d45c9b21d998437693007477' },
      repository: { repoId: 'ibrahimhamamci/CT-RATE', maxWorkers: 8, token: 'hf_verySecret', cacheDirectory: '/work/hub' },
      warnings: [],
    });
    expect(config).not.toHaveProperty('splitRawDirectories');
  });

  // Names of the reference for these spellings.
  test.each([
    [{ target_spacing: '  target_spacing: [1, 1, 2]\n' }, 'c72cd97ccf2576512964c879379b23ad'],
    [{ clip_hu_min: '  clip_hu_min: -1000.0\n', clip_hu_max: '  clip_hu_max: 1000.0\n' }, 'ab140a9c4585bd185b3bd9a55246c385'],
    [{ clip_hu_min: '  clip_hu_min: -1_000\n', clip_hu_max: '  clip_hu_max: 0x3E8\n' }, '71a83277d45c9b21d998437693007477'],
    [{ scale_b_min: '', scale_b_max: '' }, '5d11d33be8d4927a73a89cc6e23c6529'],
    [{ scale_b_min: '', scale_b_max: '  scale_b_max: 2.0\n' }, '72e1783d0fbd178513abe0d57a692907'],
    [{ scale_b_min: '  scale_b_min: null\n' }, 'bf5ec583e4649598cda84ce5574233d0'],
    [{ orientation_axcodes: '  orientation_axcodes: [L, P, S]\n' }, 'bf52ef94451ebb08d943d1d9ca3b9990'],
    [{ torch_dtype: 'torch_dtype: half\n' }, 'd0e04e5972024888b39930883905babe'],
    [{ target_spacing: '  target_spacing: 0.8\n' }, '37fe3ba8fb3299d37717ba511f2ee07d'],
    [{ target_shape_dhw: '  target_shape_dhw: [96.0, 160.0, 160]\n' }, '51e2e054a40aae2b83c6b9996143fe25'],
  ])('%j is directory %s', (changes, directory) => {
    expect(parse(changed(changes)).config?.fingerprint.directoryName).toBe(directory);
  });

  test('every problem is reported at once, each at its place', () => {
    const text = changed({
      cache_dir: '  cache_dri: "cache"\n',
      dir_structure: '  dir_structure: "nestd"\n',
      target_shape_dhw: '  target_shape_dhw: [128, 256]\n',
      clip_hu_min: '  clip-hu-min: -1000\n',
      clip_hu_max: '  clip_hu_max: 1e3\n',
      orientation_axcodes: '  orientation_axcodes: LPX\n',
      max_workers: '  max_workers: 0\n',
    });
    const { config, problems } = parse(text, { HF_TOKEN: 'x' });
    expect(config).toBeUndefined();
    expect(problems.map(({ severity, line, column, path }) => [severity, line, column, path])).toEqual([
      ['error', 3, 13, 'paths.data_dir'],
      ['error', 5, 3, 'paths.cache_dri'],
      ['error', 6, 18, 'paths.dir_structure'],
      ['error', 10, 21, 'image_processing.target_shape_dhw'],
      ['error', 11, 3, 'image_processing.clip-hu-min'],
      ['error', 12, 16, 'image_processing.clip_hu_max'],
      ['error', 13, 24, 'image_processing.orientation_axcodes'],
      ['error', 18, 16, 'downloads.max_workers'],
    ]);
    expect(problems.every((problem) => problem.file === '/etc/c.yaml' && problem.message !== '')).toBe(true);
  });
});

describe('values', () => {
  test.each([
    ['torch_dtype: "int16"\n', 'torch_dtype', /not a dtype/],
    ['torch_dtype: "torch.float32"\n', 'torch_dtype', /write "float32", without "torch\."/],
    ['torch_dtype: 32\n', 'torch_dtype', /the number 32, not a text/],
    ['  target_spacing: []\n', 'image_processing.target_spacing', /empty/],
    ['  target_spacing: [1.0, x]\n', 'image_processing.target_spacing[1]', /the text "x", not a number of mm/],
    ['  target_spacing: [1.0, .inf]\n', 'image_processing.target_spacing[1]', /Infinity is not a length/],
    ['  target_shape_dhw: 128\n', 'image_processing.target_shape_dhw', /is 128, not a list/],
    ['  target_shape_dhw: [128, 256, 1e2]\n', 'image_processing.target_shape_dhw[2]', /"1e2" is not a number of voxels/],
    ['  target_shape_dhw: [128, 256, 100000]\n', 'image_processing.target_shape_dhw[2]', /100000 is not/],
    ['  target_shape_dhw: [2048, 2048, 2048]\n', 'image_processing.target_shape_dhw', /8589934592 voxels per volume/],
    ['  target_shape_dhw: [0.5, 2, 2]\n', 'image_processing.target_shape_dhw[0]', /cut to 0 voxels/],
    ['  clip_hu_min: "5"\n', 'image_processing.clip_hu_min', /the text "5", not a number; YAML 1\.1/],
    ['  clip_hu_min: [1]\n', 'image_processing.clip_hu_min', /this list, not a number/],
    ['  clip_hu_min:\n', 'image_processing.clip_hu_min', /is null, not a number/],
    ['  orientation_axcodes: lps\n', 'image_processing.orientation_axcodes', /not an orientation/],
    ['  orientation_axcodes: LRS\n', 'image_processing.orientation_axcodes', /not an orientation/],
    ['  orientation_axcodes: L\n', 'image_processing.orientation_axcodes', /not an orientation/],
    ['  orientation_axcodes: [LP, S, A]\n', 'image_processing.orientation_axcodes', /not an orientation/],
    // PyTorch 2.13: "Subtraction, the `-` operator, with a bool tensor is not supported"; "int too big to convert".
    ['  clip_hu_min: no\n', 'image_processing.clip_hu_min', /reads this as false, which PyTorch cannot subtract/],
    ['  clip_hu_max: 18446744073709551616\n', 'image_processing.clip_hu_max', /more than 64 bits/],
    ['  clip_hu_min: -9223372036854775809\n', 'image_processing.clip_hu_min', /more than 64 bits/],
    ['  scale_b_max: high\n', 'image_processing.scale_b_max', /the text "high", not a number$/],
    ['  img_dir: 5\n', 'paths.img_dir', /the number 5, not a text; put it in quotes/],
    ['  cache_dir: ""\n', 'paths.cache_dir', /is empty/],
    ['  data_subsets: [a, b]\n', 'paths.data_subsets', /not a mapping/],
    ['  repo_id: "../x"\n', 'downloads.repo_id', /not the name of a dataset/],
    ['  max_workers: 2.5\n', 'downloads.max_workers', /not a number of parallel downloads/],
  ])('%j is an error', (line, path, message) => {
    const key = line.trim().split(':')[0]!;
    const problem = only(parse(changed({ [key]: line })).problems);
    expect(problem).toMatchObject({ severity: 'error', path, message: expect.stringMatching(message), allowed: expect.any(String) });
  });

  test('both bounds of the scale null', () => {
    const { config, problems } = parse(changed({ scale_b_min: '  scale_b_min: ~\n', scale_b_max: '  scale_b_max: null\n' }));
    expect(config).toBeUndefined();
    expect(only(problems)).toMatchObject({ severity: 'error', path: 'image_processing.scale_b_max' });
  });

  test.each([
    [{ target_spacing: '  target_spacing: [1e0, 1, 1]\n' }, 'image_processing.target_spacing[0]', /read as 1/],
    [{ target_spacing: '  target_spacing: [1, 1, 1, 1]\n' }, 'image_processing.target_spacing', /only the first 3/],
    [{ target_shape_dhw: '  target_shape_dhw: [12.7, 2, 2]\n' }, 'image_processing.target_shape_dhw[0]', /cut to 12/],
    [{ clip_hu_min: '  clip_hu_min: 2000\n' }, 'image_processing.clip_hu_max', /inverted/],
    [{ clip_hu_min: '  clip_hu_min: 1000\n' }, 'image_processing.clip_hu_max', /equals clip_hu_min/],
    [{ clip_hu_max: '  clip_hu_max: .inf\n' }, 'image_processing.clip_hu_max', /NaN or infinity/],
    [{ clip_hu_max: '  clip_hu_max: on\n' }, 'image_processing.clip_hu_max', /reads this as true, which counts as 1/],
    [{ scale_b_min: '  scale_b_min: no\n' }, 'image_processing.scale_b_min', /reads this as false, which counts as 0/],
    [{ scale_b_min: '  scale_b_min: 2.0\n' }, 'image_processing.scale_b_max', /not above scale_b_min/],
    [{ orientation_axcodes: '  orientation_axcodes: LP\n' }, 'image_processing.orientation_axcodes', /two-dimensional/],
    [{ orientation_axcodes: '  orientation_axcodes: LPSR\n' }, 'image_processing.orientation_axcodes', /after the third/],
    [{ scale_b_max: '  scale_b_mx: 1.0\n' }, 'image_processing.scale_b_mx', /is "scale_b_max" meant/],
    [{ cache_dir: '  cache_dir: "~/cache"\n' }, 'paths.cache_dir', /a folder called "~"/],
    [{ repo_id: '' }, 'downloads.repo_id', /nothing can be downloaded/],
    [{ training: 'torch_dtype: "float32"\n' }, '', /a second time \(first in line 1\)/],
  ])('%j is a warning', (changes, path, message) => {
    const { config, problems } = parse(changed(changes));
    expect(only(problems)).toMatchObject({ severity: 'warning', path, message: expect.stringMatching(message) });
    expect(config?.warnings).toEqual(problems);
  });
});

describe('keys', () => {
  test('a key of training beside a present key is not taken for a misspelling', () => {
    expect(parse(changed({ img_dir: '  img_dir: raw\n  log_dir: logs\n  meta_dir: m\n  train_log_dir: t\n' })).problems).toEqual([]);
  });

  test('missing sections are named', () => {
    const { problems } = parse('torch_dtype: float32\n');
    expect(problems.map(({ path, severity }) => [path, severity])).toEqual([
      ['paths', 'error'],
      ['image_processing', 'error'],
    ]);
  });

  test.each([
    ['', /the file is empty/],
    ['# only a comment\n', /the file is empty/],
    ['- a\n- b\n', /the file is not a mapping/],
    ['a: [1\nb: 2\n', /must be sufficiently indented/],
    ['a: 1\n---\nb: 2\n', /second document/],
  ])('%j is not a config', (text, message) => {
    const [first] = parse(text).problems;
    expect(first).toMatchObject({ severity: 'error', path: '', message: expect.stringMatching(message) });
  });
});

describe('directories of older files', () => {
  const OLDER = changed({ img_dir: '  train_img_dir: raw/train\n  valid_img_dir: raw/valid\n' });

  test('a name with "train" in it lies in the one, every other in the other', () => {
    const { config } = parse(OLDER);
    expect(rawDirectoryOf(config!, 'train_1_a_1.nii.gz')).toBe('/work/raw/train');
    expect(rawDirectoryOf(config!, 'valid_1_a_1.nii.gz')).toBe('/work/raw/valid');
    expect(rawDirectoryOf(config!, 'TRAIN_1')).toBe('/work/raw/valid');
  });

  test('one of them alone is not enough', () => {
    expect(only(parse(changed({ img_dir: '  train_img_dir: raw\n' })).problems)).toMatchObject({ path: 'paths.valid_img_dir' });
  });

  test('none at all', () => {
    expect(only(parse(changed({ img_dir: '' })).problems)).toMatchObject({ path: 'paths.img_dir', message: 'is required and missing' });
  });
});

describe('environment', () => {
  test('an unset variable is an error even where Larder does not look', () => {
    const { problems } = parse(changed({ training: 'training: { out: "${NOWHERE}/x" }\n' }));
    expect(only(problems)).toMatchObject({ path: 'training.out', message: 'the environment variable NOWHERE is not set' });
  });

  test('the environment wins over the .env file', () => {
    const { config } = parse(EXAMPLE, { HF_TOKEN: 'outside', DATA: undefined }, 'export DATA="/dotenv" # c\nHF_TOKEN=inside\n');
    expect(config?.lists[0]?.path).toBe('/dotenv/ct/splits/train.csv');
    expect(config?.repository?.token).toBe('outside');
  });

  test('a replaced text stays a text', () => {
    const { problems } = parse(changed({ clip_hu_min: '  clip_hu_min: ${LOW}\n' }), { ...ENVIRONMENT, LOW: '-1000' });
    expect(only(problems)).toMatchObject({ severity: 'error', path: 'image_processing.clip_hu_min' });
  });

  test('lines of the .env file that cannot be read are warned about, in that file', () => {
    const { config, problems } = parse(EXAMPLE, ENVIRONMENT, 'A=1\n=2\n');
    expect(only(problems)).toMatchObject({ severity: 'warning', file: '/etc/.env', line: 2 });
    expect(config).toBeDefined();
  });

  test('the token is in no message, wherever it was put', () => {
    const text = changed({
      clip_hu_min: '  clip_hu_min: "${HF_TOKEN}"\n',
      dir_structure: '  dir_structure: "${HF_TOKEN}"\n',
      repo_id: '  repo_id: "a b ${HF_TOKEN}"\n',
      hf_token: '  hf_token: "${HF_TOKEN} x"\n',
    });
    const { problems } = parse(text);
    expect(problems).toHaveLength(4);
    expect(JSON.stringify(problems)).not.toContain('verySecret');
    expect(JSON.stringify(problems)).toContain('***');
  });

  test.each(['https://user:pw@hub.example', 'ftp://hub.example', 'hub.example', 'https://hub.example/?x=1'])('endpoint %s is refused', (endpoint) => {
    const { problems } = parse(changed({ max_workers: `  endpoint: "${endpoint}"\n` }));
    expect(only(problems)).toMatchObject({ path: 'downloads.endpoint', message: 'is not a plain web address' });
  });

  test('an endpoint loses its last slash', () => {
    expect(parse(changed({ max_workers: '  endpoint: http://127.0.0.1:8080/\n' })).config?.repository?.endpoint).toBe('http://127.0.0.1:8080');
  });
});

describe('readVolumeConfig', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'larder-config-')));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('reads the file and the .env beside it, and follows links as Python does', async () => {
    await mkdir(join(directory, 'disk/volumes'), { recursive: true });
    await mkdir(join(directory, 'home'));
    await symlink(join(directory, 'disk/volumes'), join(directory, 'home/raw'));
    await writeFile(join(directory, 'home/.env'), 'DATA=data\nHF_TOKEN=t\n');
    await writeFile(join(directory, 'home/c.yaml'), changed({ img_dir: '  img_dir: raw/../other/./x\n' }));
    const config = await readVolumeConfig('c.yaml', { cwd: join(directory, 'home'), environment: {} });
    expect(config.configPath).toBe(join(directory, 'home/c.yaml'));
    // `..` behind the link is the parent of what it points to.
    expect(config.rawDirectory).toBe(join(directory, 'disk/other/x'));
    expect(config.lists[0]?.path).toBe(join(directory, 'home/data/ct/splits/train.csv'));
  });

  test('all problems are in the error', async () => {
    const path = join(directory, 'bad.yaml');
    await writeFile(path, changed({ clip_hu_max: '  clip_hu_max: x\n', dir_structure: '  dir_structure: y\n' }));
    const error: unknown = await readVolumeConfig(path, { cwd: '/', environment: ENVIRONMENT }).catch((reason: unknown) => reason);
    expect(isLarderError(error, 'CONFIG_INVALID') && error.message.split('\n')).toEqual([
      `${path} has 2 problems:`,
      `  ${path}:6:18: paths.dir_structure: "y" is not a known layout (allowed: nested or flat)`,
      `  ${path}:12:16: image_processing.clip_hu_max: is the text "x", not a number (allowed: a number)`,
    ]);
    expect(isLarderError(error) && error.details).toMatchObject({ path, problems: [{ line: 6 }, { line: 12 }] });
  });

  test.each([
    ['nothing.yaml', /there is no such file/],
    ['home', /it is a folder/],
    ['latin1.yaml', /not UTF-8/],
    ['huge.yaml', /more than a config can have/],
  ])('%s is unreadable', async (name, message) => {
    await writeFile(join(directory, 'latin1.yaml'), Buffer.from('a: ä\n', 'latin1'));
    await writeFile(join(directory, 'huge.yaml'), 'x'.repeat(5 * 1024 * 1024));
    await expect(readVolumeConfig(name, { cwd: directory, environment: {} })).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      message: expect.stringMatching(message),
      hint: expect.any(String),
    });
  });
});

test('formatConfigProblem gives a line an editor can jump to', () => {
  const problem: ConfigProblem = { severity: 'warning', file: 'c.yaml', line: 3, column: 5, path: 'a.b', message: 'is odd' };
  expect(formatConfigProblem(problem)).toBe('c.yaml:3:5: warning: a.b: is odd');
});
