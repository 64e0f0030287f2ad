import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryPath, sourcePath } from '../../src-main/kinds/volume/keys.ts';
import { findKhmerFonts } from '../../src-main/kinds/image/find-khmer-fonts.ts';
import type { DoubleFile } from '../hub/index.ts';
import { benchLines } from './bench-images.ts';
import type { Sizes } from './synthetic-ct.ts';
import { FIRST_SEED, writeSyntheticCt } from './synthetic-ct.ts';

/** Scans are not alike: from a head of 2 MB to a chest of 8 MB. */
const SIZES: readonly Sizes[] = [[128, 128, 80], [160, 160, 96], [192, 192, 110], [224, 224, 90], [176, 176, 70]];
/** Different ones, which are on the Hub too; further names have the bytes of these. */
const DIFFERENT = 40;
export const VOLUMES = 96;
const FONT = 'KhmerOS.ttf';

/** What the sample jobs work on: volumes of different sizes, on disk and on a Hub, and a corpus with a font. */
export interface ForecastProject {
  readonly folder: string;
  readonly names: readonly string[];
  readonly raw: string;
  /** The same, as they lie on a Hub. */
  readonly uploads: readonly DoubleFile[];
  /** Undefined where there is no font to draw with. */
  readonly corpus: string | undefined;
}

function sizesOf(index: number): Sizes {
  return SIZES[(index * 7) % SIZES.length]!;
}

export async function makeForecastProject(folder: string, lines: number): Promise<ForecastProject> {
  const names = Array.from({ length: VOLUMES }, (_, index) => `train_${index + 1}_a_1.nii.gz`);
  const raw = join(folder, 'raw');
  const uploads: DoubleFile[] = [];
  for (const [index, name] of names.entries()) {
    const path = join(raw, sourcePath(name, 'nested'));
    await mkdir(dirname(path), { recursive: true });
    if (index >= DIFFERENT) {
      await copyFile(join(raw, sourcePath(names[index % DIFFERENT]!, 'nested')), path);
      continue;
    }
    await writeSyntheticCt(path, sizesOf(index), FIRST_SEED + index);
    uploads.push({ path: repositoryPath(name), content: await readFile(path) });
  }
  return { folder, names, raw, uploads, corpus: await writeCorpus(folder, lines) };
}

async function writeCorpus(folder: string, lines: number): Promise<string | undefined> {
  const fonts = findKhmerFonts();
  if (fonts === undefined) return undefined;
  for (const name of ['corpus', 'fonts']) await mkdir(join(folder, name), { recursive: true });
  await copyFile(join(fonts, FONT), join(folder, 'fonts', FONT));
  await writeFile(join(folder, 'corpus', 'train.txt'), benchLines(lines).join('\n'));
  return join(folder, 'corpus');
}

export interface VolumeConfigChoices {
  /** Of `names`, from and to, the end not in it. */
  readonly from: number;
  readonly to: number;
  /** Address of the Hub for volumes that are not on this disk; the raw folder is used where absent. */
  readonly endpoint?: string;
  readonly repository: string;
  readonly targetShape: readonly [number, number, number];
}

/** A config of its own for one job, with an empty cache. @returns its path */
export async function writeVolumeConfig(project: ForecastProject, id: string, choices: VolumeConfigChoices): Promise<string> {
  const folder = join(project.folder, `job-${id}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'train.csv'), ['VolumeName', ...project.names.slice(choices.from, choices.to), ''].join('\n'));
  await writeFile(join(folder, 'valid.csv'), 'VolumeName\n');
  const text = `torch_dtype: "float32"

paths:
  data_dir: ${JSON.stringify(folder)}
  cache_dir: ${JSON.stringify(join(folder, 'cache'))}
  img_dir: ${JSON.stringify(choices.endpoint === undefined ? project.raw : join(folder, 'raw'))}
  dir_structure: "nested"
  data_subsets:
    train: "train.csv"
    valid: "valid.csv"

image_processing:
  target_spacing: [1.0, 1.0, 1.5]
  target_shape_dhw: ${JSON.stringify(choices.targetShape)}
  clip_hu_min: -1000
  clip_hu_max: 1000
  orientation_axcodes: "LPS"
  scale_b_min: -1.0
  scale_b_max: 1.0
${choices.endpoint === undefined ? '' : `
downloads:
  repo_id: ${JSON.stringify(choices.repository)}
  endpoint: ${JSON.stringify(choices.endpoint)}
`}`;
  const path = join(folder, 'config.yaml');
  await writeFile(path, text);
  return path;
}
