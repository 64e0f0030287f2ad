import { LarderError } from '../../base/index.ts';
import { encodeNifti } from '../../formats/nifti/index.ts';
import type { Matrix } from '../../numeric/index.ts';
import type { GreyWindow } from './window.ts';

/** `dim` of NIfTI-1 is int16. */
const SIZE_MAX = 32_767;
const FLOAT32 = 16;
/** NIFTI_UNITS_MM. */
const MILLIMETRES = 2;

interface PreviewHeader {
  /** Voxels along the array axes, then channels if there is more than one. */
  readonly sizes: readonly number[];
  /** Voxel to world, 4x4, row-major, mm, RAS+. */
  readonly affine?: Matrix | undefined;
  /** Shown range, kept as `cal_min` and `cal_max`. */
  readonly window?: GreyWindow | undefined;
  /** Every how many voxels of the original one was kept, per axis; kept as `intent_p1` to `intent_p3`. */
  readonly steps?: readonly [number, number, number];
}

/** Header and its 4 zero bytes of a NIfTI-1 file whose float32 voxels follow. @throws TORCH_INVALID if it is too large for one */
export function previewHeader({ sizes, affine, window, steps }: PreviewHeader): Uint8Array {
  if (sizes.some((size) => size > SIZE_MAX)) throw new LarderError('TORCH_INVALID', `A volume of ${sizes.join(' × ')} voxels is too large for NIfTI-1.`, { hint: 'Its slices can still be shown.' });
  return encodeNifti({
    sizes,
    datatype: FLOAT32,
    voxels: [],
    ...(affine === undefined ? {} : { sform: affine }),
    fields: {
      xyzt_units: MILLIMETRES,
      scl_slope: 1,
      ...(window === undefined ? {} : { cal_min: window.min, cal_max: window.max }),
      ...(steps === undefined ? {} : { intent_p1: steps[0], intent_p2: steps[1], intent_p3: steps[2] }),
    },
  });
}
