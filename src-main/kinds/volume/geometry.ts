import { LarderError } from '../../base/index.ts';
import type { NiftiHeader } from '../../formats/nifti/index.ts';
import {
  directionsOf,
  identity,
  multiply,
  multiplyUnfused,
  narrowAffine,
  orientationMatrix,
  orientAxes,
  parseAxcodes,
  shearDisplacement,
  spaceGrid,
  widenAffine,
  type Matrix,
} from '../../numeric/index.ts';
import type { VolumeParameters } from './contract.ts';
import { contiguousStrides, uncopiedStrides, type Strides, type TensorSizes } from './geometry-strides.ts';

/**
 * Beyond this shear, in voxels, axes are no longer resampled one by one. Smaller values are the
 * rounding of double-precision affines; float32 sforms reach 1e-5, which would show as 2e-5 in the result.
 */
const SHEAR_TOLERANCE = 1e-7;

/** One axis of the volume on its way through the pipeline. */
export interface AxisPlan {
  /** Axis of the file; 0 varies fastest. */
  readonly fileAxis: number;
  /** True if the pipeline runs through the file's axis backwards. */
  readonly isFlipped: boolean;
  /** Voxels in the file. */
  readonly sourceSize: number;
  /** Voxels after Spacing. */
  readonly spacedSize: number;
  /** Voxels of the result. */
  readonly targetSize: number;
}

/** Where every voxel of the result comes from, worked out from the header alone. */
export interface VolumeGeometry {
  readonly rank: 2 | 3;
  readonly channels: number;
  /** Per pipeline axis (after Orientation); always three, a 2D image has a third of size 1. */
  readonly axes: readonly [AxisPlan, AxisPlan, AxisPlan];
  /** A0: 4x4, as loaded. */
  readonly originalAffine: Matrix;
  /** A1: (rank + 1)², after Orientation. */
  readonly orientedAffine: Matrix;
  /** A3: 4x4, of the result. */
  readonly finalAffine: Matrix;
  /** `rank` sizes, file axis order. */
  readonly fileSizes: readonly number[];
  /** `rank` sizes, pipeline axis order. */
  readonly orientedSizes: readonly number[];
  /** Three sizes, pipeline axis order. */
  readonly spacedSizes: readonly number[];
  /** X: spaced voxel index → oriented voxel index, 4x4; the identity if nothing is resampled. */
  readonly toOriented: Matrix;
  readonly isResampled: boolean;
  readonly isSheared: boolean;
  readonly isResized: boolean;
  /** Of the result, in elements; C order unless nothing made a copy of the loader's array. */
  readonly strides: Strides;
}

/**
 * Plans Orientation, Spacing and Resize of one volume as MONAI 1.5.0 does them
 * (docs/formats/volume-pipeline.md, sections 3, 4 and 6.3).
 *
 * @throws AFFINE_INVALID for a singular affine, CONFIG_INVALID for parameters that fit no volume,
 *   PREPROCESS_FAILED for 2D images outside the wanted plane
 */
export function planGeometry(header: NiftiHeader, parameters: VolumeParameters): VolumeGeometry {
  const rank = header.sizes.length === 2 ? 2 : 3;
  const fileSizes = header.sizes.slice(0, rank);
  const oriented = orientAxes(directionsOf(header.affine, rank), parseAxcodes(parameters.axcodes, rank));
  const orientation = widenAffine(orientationMatrix(oriented, fileSizes));
  const orientedAffine4 = multiply(header.affine, orientation);
  const orientedAffine = narrowAffine(orientedAffine4, rank);
  const orientedSizes = oriented.map(({ inputAxis }) => fileSizes[inputAxis]!);
  const grid = spaceGrid(orientedAffine, orientedSizes, checkedSpacing(parameters.targetSpacing));
  const spacedSizes = rank === 2 ? [...grid.sizes, 1] : grid.sizes;
  const targetSizes = resolveTargetSizes(parameters.targetShape, spacedSizes);
  const toOriented = grid.isResampled ? widenAffine(grid.toOld) : identity(4);
  const spacedAffine = grid.isResampled ? multiplyUnfused(orientedAffine4, toOriented) : orientedAffine4;
  const channels = header.sizes[3] ?? 1;
  const isResized = targetSizes.some((size, k) => size !== spacedSizes[k]);
  // A 2D image gets its third axis on the way, which copies it as well.
  const isCopied = grid.isResampled || isResized || parameters.dtype !== 'float32' || rank === 2;
  const sizes: TensorSizes = [channels, targetSizes[0]!, targetSizes[1]!, targetSizes[2]!];
  const axis = (k: number): AxisPlan => ({
    fileAxis: oriented[k]?.inputAxis ?? k,
    isFlipped: oriented[k]?.isFlipped ?? false,
    sourceSize: orientedSizes[k] ?? 1,
    spacedSize: spacedSizes[k]!,
    targetSize: targetSizes[k]!,
  });
  return {
    rank,
    channels,
    axes: [axis(0), axis(1), axis(2)],
    originalAffine: header.affine,
    orientedAffine,
    finalAffine: multiply(spacedAffine, resizeAffine(spacedSizes, targetSizes)),
    fileSizes,
    orientedSizes,
    spacedSizes,
    toOriented,
    isResampled: grid.isResampled,
    isSheared: grid.isResampled && shearDisplacement(grid.toOld, grid.sizes) > SHEAR_TOLERANCE,
    isResized,
    strides: isCopied ? contiguousStrides(sizes) : uncopiedStrides(sizes, [axis(0).fileAxis, axis(1).fileAxis, axis(2).fileAxis], header.sizes.length === 4),
  };
}

function checkedSpacing(spacing: readonly number[]): readonly number[] {
  if (spacing.length > 0 && spacing.every(Number.isFinite)) return spacing;
  throw new LarderError('CONFIG_INVALID', `target_spacing [${spacing.join(', ')}] is not a list of numbers in mm.`, {
    hint: 'Give one to three numbers, for example [0.75, 0.75, 1.5].',
  });
}

/** An entry <= 0 keeps the axis' own size. */
function resolveTargetSizes(shape: readonly number[], spacedSizes: readonly number[]): number[] {
  if (shape.length !== 3 || !shape.every(Number.isFinite)) {
    throw new LarderError('CONFIG_INVALID', `target_shape_dhw [${shape.join(', ')}] does not have 3 numbers.`, {
      hint: 'Give three numbers, for example [128, 256, 256].',
    });
  }
  return shape.map((size, axis) => (Math.trunc(size) <= 0 ? spacedSizes[axis]! : Math.trunc(size)));
}

/** S: result voxel index → spaced voxel index, voxel edges aligned (MONAI `scale_affine`). */
function resizeAffine(spacedSizes: readonly number[], targetSizes: readonly number[]): Matrix {
  const result = identity(4);
  spacedSizes.forEach((size, axis) => {
    if (size === targetSizes[axis]) return;
    const scale = size / targetSizes[axis]!;
    result[axis * 4 + axis] = scale;
    result[axis * 4 + 3] = (scale - 1) / 2;
  });
  return result;
}
