import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { entryKey, sourcePath } from '../../src-main/kinds/volume/keys.ts';
import { counted } from './report.ts';
import type { Sizes } from './synthetic-ct.ts';
import { FIRST_SEED, writeSyntheticCt } from './synthetic-ct.ts';

export interface BenchVolume {
  readonly name: string;
  readonly path: string;
}

/** Raw volumes with a config and lists, in a folder of their own. */
export interface BenchProject {
  readonly directory: string;
  readonly configPath: string;
  readonly cacheRoot: string;
  readonly sizes: Sizes;
  readonly volumes: readonly BenchVolume[];
  readonly rawBytes: number;
}

export interface BenchProjectOptions {
  readonly volumes: number;
  readonly sizes: Sizes;
}

/** Makes the project; volumes that an earlier run left in the folder are used again. */
export async function makeBenchProject(directory: string, options: BenchProjectOptions, say: (line: string) => void): Promise<BenchProject> {
  const raw = join(directory, `raw-${options.sizes.join('x')}`);
  const names = Array.from({ length: options.volumes }, (_, index) => `train_${index + 1}_a_1.nii.gz`);
  const volumes = names.map((name) => ({ name, path: join(raw, sourcePath(name, 'nested')) }));
  const missing = volumes.filter(({ path }) => !existsSync(path));
  if (missing.length > 0) say(`Making ${counted(missing.length, 'volume')} of ${options.sizes.join('x')} …`);
  // One at a time: what the gzip of one leaves free is too little to be worth a second.
  for (const [index, { path }] of volumes.entries()) if (!existsSync(path)) await makeVolume(path, options.sizes, FIRST_SEED + index);
  const cacheRoot = join(directory, 'larder');
  const configPath = join(directory, 'config.yaml');
  await writeFile(configPath, configText(directory, raw, cacheRoot));
  await writeFile(join(directory, 'train.csv'), ['VolumeName', ...names, ''].join('\n'));
  await writeFile(join(directory, 'valid.csv'), 'VolumeName\n');
  const sizes = await Promise.all(volumes.map(async ({ path }) => (await stat(path)).size));
  return { directory, configPath, cacheRoot, sizes: options.sizes, volumes, rawBytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** A run that is broken off leaves no half volume under a final name. */
async function makeVolume(path: string, sizes: Sizes, seed: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeSyntheticCt(`${path}.part`, sizes, seed);
  await rename(`${path}.part`, path);
}

/** The processing of the example config; `PARAMETERS` of monai_pipeline.py is the same. */
function configText(directory: string, raw: string, cacheRoot: string): string {
  // A JSON text is a YAML text in double quotes.
  return `torch_dtype: "float32"

paths:
  data_dir: ${JSON.stringify(directory)}
  cache_dir: ${JSON.stringify(cacheRoot)}
  img_dir: ${JSON.stringify(raw)}
  dir_structure: "nested"
  data_subsets:
    train: "train.csv"
    valid: "valid.csv"

image_processing:
  target_spacing: [0.75, 0.75, 1.5]
  target_shape_dhw: [128, 256, 256]
  clip_hu_min: -1000
  clip_hu_max: 1000
  orientation_axcodes: "LPS"
  scale_b_min: -1.0
  scale_b_max: 1.0
`;
}

async function entriesOf(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((file) => file.endsWith('.pt')).toSorted();
}

/** The one cache below the root. @throws if there is none, or more than one */
export async function onlyCacheOf(cacheRoot: string): Promise<string> {
  const folders = (await readdir(cacheRoot, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  if (folders.length !== 1) throw new Error(`${folders.length} caches below ${cacheRoot} instead of one`);
  return join(cacheRoot, folders[0]!.name);
}

/** The bytes of an entry with another entry's key in its archive folder; both keys have 32 characters. */
export function withKey(entry: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(entry);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + from.length)) copy.write(to, at, 'latin1');
  return copy;
}

/**
 * A cache of `count` entries: those of `source` in turn, each under a name of its own, as if as many
 * volumes had been preprocessed.
 *
 * @returns bytes of all entries
 */
export async function copyCache(source: string, target: string, count: number): Promise<number> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await copyFile(join(source, 'cache_params.json'), join(target, 'cache_params.json'));
  const originals = await entriesOf(source);
  let bytes = 0;
  for (let index = 0; index < count; index++) {
    const file = originals[index % originals.length]!;
    const key = entryKey(`train_${index + 1}_b_1.nii.gz`);
    const entry = withKey(await readFile(join(source, file)), file.slice(0, -'.pt'.length), key);
    await writeFile(join(target, `${key}.pt`), entry);
    bytes += entry.length;
  }
  return bytes;
}
