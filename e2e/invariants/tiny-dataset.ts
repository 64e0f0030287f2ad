import { encodeNifti, gzip } from '../sample/nifti-writer.ts';
import type { SampleDataset, SampleVolume } from '../sample/index.ts';

/** Voxels of a tiny volume, array axis 0 first: a run over a dozen of them takes as long as starting the workers. */
const SHAPE = [12, 10, 8] as const;
const SPACING = [2, 2, 3] as const;
/** Diagonal, axes L, P and S. */
const AFFINE = [-2, 0, 0, 10, 0, -2, 0, 10, 0, 0, 3, 0];

/** A ramp of HU that differs from volume to volume. */
function ramp(n: number): Float64Array {
  return Float64Array.from({ length: SHAPE[0] * SHAPE[1] * SHAPE[2] }, (_, at) => ((at * (n + 3)) % 1999) - 1000);
}

/** A tiny sound `.nii`, not compressed. */
export function tinyNifti(n: number): Buffer {
  return encodeNifti({ shape: SHAPE, spacing: SPACING, affine: AFFINE, affineIn: 'sform', dtype: 'int16', slope: 1, intercept: 0, description: `tiny ${n}` }, ramp(n));
}

/** The names have two parts, so that raw files lie directly in the raw folder. */
export function tinyName(n: number): string {
  return `scan_${String(n).padStart(4, '0')}.nii.gz`;
}

function tinyVolume(n: number): SampleVolume {
  return { volumeName: tinyName(n), split: 'train', repositoryPath: `dataset/scan/${tinyName(n)}`, bytes: gzip(tinyNifti(n)) };
}

/** Tiny volumes on the Hub, all of them sound and all in the lists; the last one is in the list of `valid`. */
export function tinyDataset(count: number): SampleDataset {
  const volumes = Array.from({ length: count }, (_, n) => tinyVolume(n));
  const names = volumes.map((volume) => volume.volumeName);
  return { volumes, damaged: { ...tinyVolume(count), volumeName: 'damaged_1.nii.gz' }, absentName: 'absent_1.nii.gz', names: { train: names.slice(0, -1), valid: names.slice(-1) } };
}
