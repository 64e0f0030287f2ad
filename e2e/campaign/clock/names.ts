import { gzip } from '../../sample/nifti-writer.ts';
import type { SampleDataset, SampleVolume } from '../../sample/index.ts';
import { tinyNifti } from '../../invariants/tiny-dataset.ts';

const LONG_BYTES_MAX = 235;
const ENDING = '.nii.gz';

/** The longest name a volume can have, of 3-byte letters, and one byte more than that. */
const KHMER_LONG = `${'ក'.repeat(75)}_1${ENDING}`;
const LONGEST = `${'a'.repeat(LONG_BYTES_MAX - ENDING.length - 2)}_1${ENDING}`;
/** No file system takes it; the item is told by name, and the others are made. */
export const TOO_LONG = `${'b'.repeat(260 - ENDING.length - 2)}_1${ENDING}`;

/** Names that differ in what some people, programs and file systems take for the same. */
export const NAMES: readonly string[] = [
  `Scan_1${ENDING}`,
  `scan_1${ENDING}`,
  `SCAN_1${ENDING}`,
  `caf\u00e9_1${ENDING}`,
  `cafe\u0301_1${ENDING}`,
  `ស្កេន_១${ENDING}`,
  `🫁👩‍⚕️_1${ENDING}`,
  `-rf 100%#?&_1${ENDING}`,
  LONGEST,
  KHMER_LONG,
];

/** As many as Larder can make of the names, each with a content of its own. */
export function oddDataset(): SampleDataset {
  const volumeOf = (volumeName: string, n: number): SampleVolume => ({ volumeName, split: 'train', repositoryPath: `dataset/${volumeName.split('_')[0]}/${volumeName}`, bytes: gzip(tinyNifti(n)) });
  const volumes = NAMES.map(volumeOf);
  return { volumes, damaged: volumeOf(`damaged_1${ENDING}`, NAMES.length), absentName: `absent_1${ENDING}`, names: { train: [...NAMES, TOO_LONG], valid: [] } };
}
