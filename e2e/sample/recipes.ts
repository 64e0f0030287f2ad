import type { Grid } from './grid.ts';
import type { StoredDtype } from './nifti-writer.ts';

export type SampleSplit = 'train' | 'valid';

/** How one volume of the sample is made. */
export interface SampleRecipe extends Grid {
  readonly volumeName: string;
  readonly split: SampleSplit;
  readonly dtype: StoredDtype;
  readonly affineIn: 'sform' | 'qform';
  readonly slope: number;
  readonly intercept: number;
  /** What is special about it; goes into the header's `descrip`. */
  readonly about: string;
}

const PLAIN = { centre: [0, 0, 0], affineIn: 'sform', dtype: 'int16', slope: 1, intercept: 0 } as const;

/** Volumes whose raw files are sound: every orientation, spacing and storage a cache meets in practice. */
export const SAMPLE_RECIPES: readonly SampleRecipe[] = [
  { ...PLAIN, split: 'train', volumeName: 'train_1_a_1.nii.gz', about: 'chest, axial', shape: [96, 96, 64], spacing: [3.6, 3.6, 3], axcodes: 'LPS' },
  { ...PLAIN, split: 'train', volumeName: 'train_1_a_2.nii.gz', about: 'the other way round on two axes', shape: [80, 80, 80], spacing: [4.2, 4.2, 2.5], axcodes: 'RAS' },
  { ...PLAIN, split: 'train', volumeName: 'train_2_a_1.nii.gz', about: 'thick slices, stored from 0 as scanners do', shape: [104, 88, 48], spacing: [3.3, 3.3, 5], axcodes: 'LAS', intercept: -1024 },
  { ...PLAIN, split: 'train', volumeName: 'train_3_a_1.nii.gz', about: 'float32, head last', shape: [72, 72, 110], spacing: [4.8, 4.8, 1.5], axcodes: 'LPI', dtype: 'float32' },
  { ...PLAIN, split: 'train', volumeName: 'train_3_b_1.nii.gz', about: 'the same patient from above', shape: [90, 90, 56], spacing: [4, 4, 4], axcodes: 'RPI' },
  { ...PLAIN, split: 'train', volumeName: 'train_4_a_1.nii.gz', about: 'sagittal slices', shape: [84, 70, 62], spacing: [3.6, 3.2, 5], axcodes: 'PSR' },
  { ...PLAIN, split: 'train', volumeName: 'train_5_a_1.nii.gz', about: 'coronal slices', shape: [100, 76, 54], spacing: [3.4, 3, 4.5], axcodes: 'LIP' },
  { ...PLAIN, split: 'train', volumeName: 'train_6_a_1.nii.gz', about: 'oblique: gantry tilt of 16.3 degrees', shape: [88, 88, 60], spacing: [4, 4, 3.5], axcodes: 'LPS', dtype: 'float32', tilt: { cos: 0.96, sin: 0.28 } },
  { ...PLAIN, split: 'train', volumeName: 'train_7_a_1.nii.gz', about: 'thin slices', shape: [110, 110, 64], spacing: [3.1, 3.1, 0.6], axcodes: 'LPS', centre: [0, 0, 20] },
  { ...PLAIN, split: 'train', volumeName: 'train_8_a_1.nii.gz', about: 'one lung, fine voxels', shape: [108, 102, 40], spacing: [0.9, 0.9, 1.25], axcodes: 'RAS', centre: [72, 8, 5] },
  { ...PLAIN, split: 'valid', volumeName: 'valid_1_a_1.nii.gz', about: 'position in the qform alone', shape: [92, 92, 70], spacing: [3.7, 3.7, 2.8], axcodes: 'LPS', affineIn: 'qform' },
  { ...PLAIN, split: 'valid', volumeName: 'valid_2_a_1.nii.gz', about: 'slices along the fastest axis', shape: [64, 82, 78], spacing: [3.5, 4.1, 4.1], axcodes: 'SLP' },
  { ...PLAIN, split: 'valid', volumeName: 'valid_3_a_1.nii.gz', about: 'float32 in thousands of HU', shape: [76, 76, 52], spacing: [4.5, 4.5, 4], axcodes: 'RAS', dtype: 'float32', slope: 1000 },
  { ...PLAIN, split: 'valid', volumeName: 'valid_4_a_1.nii.gz', about: 'sagittal, feet first', shape: [88, 72, 66], spacing: [3.5, 2.9, 4.8], axcodes: 'AIR' },
];

/** A volume that was damaged before it was uploaded: what the Hub has is what the Hub promises. */
export const DAMAGED_RECIPE: SampleRecipe = { ...PLAIN, split: 'train', volumeName: 'train_9_a_1.nii.gz', about: 'damaged before upload', shape: [80, 80, 60], spacing: [4.4, 4.4, 3.2], axcodes: 'LPS' };

/** In the list, and nowhere else. */
export const ABSENT_VOLUME: { readonly volumeName: string; readonly split: SampleSplit } = { volumeName: 'valid_5_a_1.nii.gz', split: 'valid' };
