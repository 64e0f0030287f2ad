import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, writeFileAtomic } from '../../src-main/base/index.ts';
import { SAMPLE_REPOSITORY } from './dataset.ts';
import type { SampleDataset } from './dataset.ts';

export interface SampleProject {
  readonly directory: string;
  readonly configPath: string;
  readonly trainCsvPath: string;
  readonly validCsvPath: string;
  /** `paths.cache_dir`: the folder above the cache itself. */
  readonly cacheRoot: string;
}

export interface SampleProjectOptions {
  readonly repoId?: string;
  /** Voxels of every entry along x, y and z. */
  readonly targetShape?: readonly [number, number, number];
}

/** Small enough for a gallery that appears at once, large enough to recognise a chest: 0.8 MB per entry as float32. */
const TARGET_SHAPE = [48, 64, 64] as const;

/**
 * Writes what a project needs to cache the sample: `config.yaml`, `train.csv` and `valid.csv`. Paths
 * in the config are absolute, so that it works from any working directory.
 *
 * @param endpoint address of the Hub that serves the sample
 * @throws PERMISSION_DENIED, DISK_FULL, READ_ONLY
 */
export async function writeSampleProject(directory: string, endpoint: string, names: SampleDataset['names'], options: SampleProjectOptions = {}): Promise<SampleProject> {
  const project: SampleProject = {
    directory,
    configPath: join(directory, 'config.yaml'),
    trainCsvPath: join(directory, 'train.csv'),
    validCsvPath: join(directory, 'valid.csv'),
    cacheRoot: join(directory, 'cache'),
  };
  const files: readonly (readonly [path: string, text: string])[] = [
    [project.configPath, configText(project, endpoint, options)],
    [project.trainCsvPath, csvText(names.train)],
    [project.validCsvPath, csvText(names.valid)],
  ];
  try {
    await mkdir(directory, { recursive: true });
    for (const [path, text] of files) await writeFileAtomic(path, text);
  } catch (error) {
    throw fileError(error, directory, 'writing the sample project to');
  }
  return project;
}

/** A JSON text is a YAML text in double quotes. */
function configText(project: SampleProject, endpoint: string, options: SampleProjectOptions): string {
  const path = (...parts: string[]): string => JSON.stringify(join(project.directory, ...parts));
  return `# The sample dataset of Larder: synthetic CT volumes, served by a Hub on this machine.
torch_dtype: "float32"

paths:
  data_dir: ${path()}
  cache_dir: ${JSON.stringify(project.cacheRoot)}
  img_dir: ${path('raw')}
  dir_structure: "nested"
  data_subsets:
    train: "train.csv"
    valid: "valid.csv"

downloads:
  repo_id: ${JSON.stringify(options.repoId ?? SAMPLE_REPOSITORY)}
  endpoint: ${JSON.stringify(endpoint)}

image_processing:
  target_spacing: [0.75, 0.75, 1.5]
  target_shape_dhw: [${(options.targetShape ?? TARGET_SHAPE).join(', ')}]
  clip_hu_min: -1000
  clip_hu_max: 1000
  orientation_axcodes: "LPS"
  scale_b_min: -1.0
  scale_b_max: 1.0
`;
}

function csvText(names: readonly string[]): string {
  return ['VolumeName', ...names, ''].join('\n');
}
