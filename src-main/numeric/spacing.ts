import { LarderError } from '../base/index.ts';
import { choleskyUpper } from './decompose.ts';
import {
  affineFrom,
  columnLengths,
  identity,
  multiply,
  orderOf,
  scaleColumns,
  topLeft,
  transformPoint,
  translationOf,
  transpose,
  type Matrix,
} from './matrix.ts';
import { allClose, roundHalfEven } from './rounding.ts';
import { invert, solve } from './solve.ts';

/** Spacings closer than this (mm) to the wanted one are left as they are. */
const SPACING_TOLERANCE_MM = 1e-3;
/** Affines closer than this are the same grid: MONAI's `AFFINE_TOL`. */
const AFFINE_TOLERANCE = 1e-3;

/** A new sampling grid for an array, and how to reach it. */
export interface SpacedGrid {
  /** Voxels per axis. */
  readonly sizes: readonly number[];
  /** New voxel index → old voxel index, (rank + 1, rank + 1), upper triangular up to rounding. */
  readonly toOld: Matrix;
  /** False when the new grid equals the old one: voxels and affine stay as they are. */
  readonly isResampled: boolean;
}

/**
 * Spacing to aim for along each axis, mm.
 *
 * @param wanted shorter than the rank: last value repeated; longer: cut; an entry <= 0 keeps the axis' own
 * @param own column lengths of the affine
 */
export function targetSpacing(wanted: readonly number[], own: readonly number[]): number[] {
  return own.map((length, axis) => {
    const target = wanted[Math.min(axis, wanted.length - 1)]!;
    const isClose = target - SPACING_TOLERANCE_MM <= length && length <= target + SPACING_TOLERANCE_MM;
    return isClose || target <= 0 ? length : target;
  });
}

/**
 * Grid with the given spacing over the same field of view: MONAI 1.5.0 `Spacing`
 * (monai/transforms/spatial/array.py, with `zoom_affine`, `compute_shape_offset` and
 * `SpatialResample`), for diagonal=False and scale_extent=False.
 *
 * @param affine voxel→world, (rank + 1, rank + 1), mm, RAS+
 * @param sizes voxels per axis
 * @param wanted as in `targetSpacing`
 * @throws AFFINE_INVALID if the axes are linearly dependent
 */
export function spaceGrid(affine: Matrix, sizes: readonly number[], wanted: readonly number[]): SpacedGrid {
  const rank = orderOf(affine) - 1;
  const directions = spacedDirections(affine, targetSpacing(wanted, columnLengths(affine, rank)));
  const extent = spacedExtent(affine, directions, sizes);
  const spaced = affineFrom(directions, extent.offset);
  const toOld = solve(affine, spaced);
  if (toOld === undefined) throw dependentAxes(affine);
  const isSameSize = extent.sizes.every((size, axis) => size === sizes[axis]);
  const isSameGrid =
    allClose(affine, spaced, AFFINE_TOLERANCE) || allClose(toOld, identity(rank + 1), AFFINE_TOLERANCE);
  return { sizes: extent.sizes, toOld, isResampled: !(isSameSize && isSameGrid) };
}

/**
 * Direction block D of the new grid: the old directions made orthonormal with the shear removed, times
 * the spacing. Column 0 keeps its direction, column 1 loses its part along column 0, and so on;
 * rotation, handedness and flips stay. Q = B·U⁻¹ with BᵀB = UᵀU.
 */
function spacedDirections(affine: Matrix, spacing: readonly number[]): Matrix {
  const block = topLeft(affine, orderOf(affine) - 1);
  const upper = choleskyUpper(multiply(transpose(block), block));
  const inverse = upper === undefined ? undefined : invert(upper);
  if (inverse === undefined) throw dependentAxes(affine);
  return scaleColumns(multiply(block, inverse), spacing.map(Math.abs));
}

/**
 * Size and origin of the new grid: the old corner voxels are expressed in new voxel units; the size is
 * their range, rounded half to even, and the origin is the corner that is lowest on every axis. If
 * rounding or shear leaves no such corner, the new grid is centred on the old one.
 */
function spacedExtent(affine: Matrix, directions: Matrix, sizes: readonly number[]): { sizes: number[]; offset: number[] } {
  const rank = sizes.length;
  const toNew = solve(affineFrom(directions, sizes.map(() => 0)), affine);
  if (toNew === undefined) throw dependentAxes(affine);
  const corners = cornersOf(sizes);
  const images = corners.map((corner) => transformPoint(toNew, corner));
  const lowest = sizes.map((_, axis) => Math.min(...images.map((image) => image[axis]!)));
  const highest = sizes.map((_, axis) => Math.max(...images.map((image) => image[axis]!)));
  const newSizes = sizes.map((_, axis) => roundHalfEven(highest[axis]! - lowest[axis]! + 1));
  const first = images.findIndex((image) => image.every((value, axis) => isLowest(images, value, axis)));
  if (first >= 0) return { sizes: newSizes, offset: transformPoint(affine, corners[first]!) };
  const oldCentre = transformPoint(affineFrom(topLeft(affine, rank), sizes.map(() => 0)), sizes.map((n) => n / 2));
  const newCentre = transformPoint(affineFrom(directions, sizes.map(() => 0)), newSizes.map((n) => n / 2));
  const translation = translationOf(affine);
  return { sizes: newSizes, offset: sizes.map((_, r) => oldCentre[r]! + translation[r]! - newCentre[r]!) };
}

function isLowest(images: readonly (readonly number[])[], value: number, axis: number): boolean {
  return Math.abs(Math.min(...images.map((image) => image[axis]! - value))) <= 1e-8;
}

/** All combinations of 0 and size − 1, axis 0 slowest. */
function cornersOf(sizes: readonly number[]): number[][] {
  return Array.from({ length: 2 ** sizes.length }, (_, bits) =>
    sizes.map((size, axis) => ((bits >> (sizes.length - 1 - axis)) & 1) * (size - 1)),
  );
}

function dependentAxes(affine: Matrix): LarderError {
  return new LarderError('AFFINE_INVALID', 'The affine is degenerate: its axes are linearly dependent.', {
    hint: 'Correct the sform or qform of the file, or download it again.',
    details: { affine: Array.from(affine) },
  });
}

/**
 * Largest displacement, in old voxels, that the off-diagonal part of an index map causes within the
 * new grid: 0 for a map that treats each axis on its own.
 */
export function shearDisplacement(toOld: Matrix, sizes: readonly number[]): number {
  const order = orderOf(toOld);
  const perAxis = sizes.map((_, row) =>
    sizes.reduce((sum, size, k) => (k === row ? sum : sum + Math.abs(toOld[row * order + k]!) * (size - 1)), 0),
  );
  return Math.max(...perAxis);
}
