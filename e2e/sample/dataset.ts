import { affineOf } from './grid.ts';
import { encodeNifti, gzip } from './nifti-writer.ts';
import { createPhantom } from './phantom.ts';
import { createRandom } from './random.ts';
import { ABSENT_VOLUME, DAMAGED_RECIPE, SAMPLE_RECIPES } from './recipes.ts';
import type { SampleRecipe, SampleSplit } from './recipes.ts';

/** A file of the sample's repository. */
export interface SampleVolume {
  /** As the lists name it. */
  readonly volumeName: string;
  readonly split: SampleSplit;
  /** Where it is in the dataset repository; the layout is CT-RATE's. */
  readonly repositoryPath: string;
  /** A `.nii.gz` as it was uploaded. */
  readonly bytes: Buffer;
}

export interface SampleDataset {
  /** The sound ones, in order of the lists. */
  readonly volumes: readonly SampleVolume[];
  /** Its digest is right and its content is not. */
  readonly damaged: SampleVolume;
  /** In the list only. */
  readonly absentName: string;
  /** Names in order, as the CSV of a split has them. */
  readonly names: Readonly<Record<SampleSplit, readonly string[]>>;
}

export const SAMPLE_SEED = 20_261_122;

/** Repository of the sample on its Hub. */
export const SAMPLE_REPOSITORY = 'larder/sample-chest';

/** How much of the damaged upload is gone, bytes: one page of flash memory. */
const LOST_BYTES = 4096;

/** The sound volumes of the sample; the same seed gives the same bytes. Takes about a second. */
export function makeSampleVolumes(seed: number = SAMPLE_SEED): SampleVolume[] {
  return SAMPLE_RECIPES.map((recipe, index) => makeVolume(recipe, seed + index + 1));
}

/** Names in order, as the CSV of a split has them; one is damaged, one is nowhere. */
export function sampleNames(): SampleDataset['names'] {
  const listed = [...SAMPLE_RECIPES, DAMAGED_RECIPE, ABSENT_VOLUME];
  const namesOf = (split: SampleSplit): string[] => listed.filter((entry) => entry.split === split).map((entry) => entry.volumeName);
  return { train: namesOf('train'), valid: namesOf('valid') };
}

/** All of the sample, the damaged upload and the absent name included. */
export function makeSampleDataset(seed: number = SAMPLE_SEED): SampleDataset {
  return {
    volumes: makeSampleVolumes(seed),
    damaged: damage(makeVolume(DAMAGED_RECIPE, seed)),
    absentName: ABSENT_VOLUME.volumeName,
    names: sampleNames(),
  };
}

/** A file of the sample's Hub that is made when it is needed. */
export interface SampleUpload {
  readonly name: string;
  readonly repositoryPath: string;
  make(): Buffer;
}

/** The same files as `sampleFiles`, one at a time. */
export function sampleUploads(seed: number = SAMPLE_SEED): SampleUpload[] {
  const sound = SAMPLE_RECIPES.map((recipe, index) => ({ name: recipe.volumeName, make: () => makeVolume(recipe, seed + index + 1).bytes }));
  const damaged = { name: DAMAGED_RECIPE.volumeName, make: () => damage(makeVolume(DAMAGED_RECIPE, seed)).bytes };
  return [...sound, damaged].map((upload) => ({ ...upload, repositoryPath: repositoryPathOf(upload.name) }));
}

/** What the sample's Hub has to serve. */
export function sampleFiles(dataset: SampleDataset): { readonly path: string; readonly content: Buffer }[] {
  return [...dataset.volumes, dataset.damaged].map((volume) => ({ path: volume.repositoryPath, content: volume.bytes }));
}

function makeVolume(recipe: SampleRecipe, seed: number): SampleVolume {
  const { volumeName, split } = recipe;
  const affine = affineOf(recipe);
  const content = encodeNifti({ ...recipe, affine, description: `Larder sample: ${recipe.about}` }, scan(recipe, affine, seed));
  return { volumeName, split, repositoryPath: repositoryPathOf(volumeName), bytes: gzip(content) };
}

/** HU of every voxel, array axis 0 fastest. */
function scan(recipe: SampleRecipe, affine: readonly number[], seed: number): Float64Array {
  const phantom = createPhantom(createRandom(seed));
  const [n0, n1, n2] = recipe.shape;
  const hu = new Float64Array(n0 * n1 * n2);
  const world = (row: number, i: number, j: number, k: number): number =>
    affine[row]! * i + affine[row + 1]! * j + affine[row + 2]! * k + affine[row + 3]!;
  let at = 0;
  for (let k = 0; k < n2; k++) {
    for (let j = 0; j < n1; j++) {
      for (let i = 0; i < n0; i++) hu[at++] = phantom(world(0, i, j, k), world(4, i, j, k), world(8, i, j, k));
    }
  }
  return hu;
}

/** `train_1_a_1.nii.gz` is at `dataset/train_fixed/train_1/train_1_a/train_1_a_1.nii.gz` in CT-RATE. */
function repositoryPathOf(volumeName: string): string {
  const [split, patient, study] = volumeName.split('_');
  return `dataset/${split}_fixed/${split}_${patient}/${split}_${patient}_${study}/${volumeName}`;
}

/**
 * A page in the middle of the deflate stream reads as ones, as erased flash memory does; length,
 * header and trailer are as they were.
 */
function damage(volume: SampleVolume): SampleVolume {
  const bytes = Buffer.from(volume.bytes);
  const middle = bytes.length >> 1;
  return { ...volume, bytes: bytes.fill(0xff, middle, middle + LOST_BYTES) };
}
