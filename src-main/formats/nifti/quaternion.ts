import {
  addWide,
  affineFrom,
  columnLengths,
  divideWide,
  invert,
  multiplyWide,
  polarFactor,
  scaleColumns,
  sqrtWide,
  subtractWide,
  toExtended,
  topLeft,
  translationOf,
  wide,
  type Matrix,
  type Wide,
} from '../../numeric/index.ts';
import type { HeaderBytes } from './header-bytes.ts';

/** Below this |a²| the quaternion's first part counts as 0: 3 eps of the header's float type. */
const QUATERNION_THRESHOLD = { 1: 3 * 2 ** -23, 2: 3 * 2 ** -52 } as const;

/**
 * Affine of the qform fields (nibabel 5.3 `Nifti1Header.get_qform`; nifti1.h, method 2).
 *
 * nibabel computes it in 80-bit floats and rounds once. The last bit matters: where the ratio of spacings
 * puts a size half-way between two numbers, it decides which one it becomes.
 *
 * @returns voxel→world, (4, 4), mm, RAS+; undefined if b² + c² + d² exceeds 1 by more than rounding
 */
export function qformAffine(header: HeaderBytes): Matrix | undefined {
  const vector = [header.get('quatern_b'), header.get('quatern_c'), header.get('quatern_d')].map(wide);
  const square = subtract(wide(1), vector.map((part) => multiply(part, part)).reduce(add));
  const threshold = QUATERNION_THRESHOLD[header.version];
  if (square.hi <= -threshold) return undefined;
  const scalar = Math.abs(square.hi) < threshold ? wide(0) : toExtended(sqrtWide(square));
  const pixdim = header.list('pixdim');
  const spacing = [pixdim[1]!, pixdim[2]!, pixdim[3]! * pixdim[0]!];
  const rotation = rotationOf([scalar, ...vector]);
  const block = Float64Array.from(rotation, (entry, i) => multiply(entry, wide(spacing[i % 3]!)).hi);
  const offset = [header.get('qoffset_x'), header.get('qoffset_y'), header.get('qoffset_z')];
  return affineFrom(block, offset);
}

/**
 * Nine entries, row-major, of the rotation of a quaternion that need not be of length 1: nibabel's
 * `quat2mat`, operation by operation, each rounded as there.
 */
function rotationOf(quaternion: readonly Wide[]): Wide[] {
  const square = quaternion.map((part) => multiply(part, part)).reduce(add);
  const factor = toExtended(divideWide(wide(2), square));
  const scaled = quaternion.map((part) => multiply(part, factor));
  const product = (i: number, j: number): Wide => multiply(quaternion[i]!, scaled[j]!);
  const diagonal = (i: number, j: number): Wide => subtract(wide(1), add(product(i, i), product(j, j)));
  const sum = (i: number, j: number, k: number): Wide => add(product(i, j), product(0, k));
  const difference = (i: number, j: number, k: number): Wide => subtract(product(i, j), product(0, k));
  return [
    diagonal(2, 3), difference(1, 2, 3), sum(1, 3, 2),
    sum(1, 2, 3), diagonal(1, 3), difference(2, 3, 1),
    difference(1, 3, 2), sum(2, 3, 1), diagonal(1, 2),
  ]; // prettier-ignore
}

const add = (a: Wide, b: Wide): Wide => toExtended(addWide(a, b));
const subtract = (a: Wide, b: Wide): Wide => toExtended(subtractWide(a, b));
const multiply = (a: Wide, b: Wide): Wide => toExtended(multiplyWide(a, b));

/**
 * Writes an affine into the qform fields and pixdim[0..3], dropping its shear (nibabel 5.3
 * `Nifti1Header.set_qform`). The fields round to their own type, so reading it back is good to 1e-7.
 *
 * @returns false, with nothing written, if the affine is singular
 */
export function writeQform(header: HeaderBytes, affine: Matrix): boolean {
  const block = topLeft(affine, 3);
  const lengths = columnLengths(block, 3);
  const directions = scaleColumns(block, lengths.map((length) => 1 / length));
  const handedness = determinant(directions) > 0 ? 1 : -1;
  const rotation = polarFactor(scaleColumns(directions, [1, 1, handedness]));
  if (rotation === undefined || invert(directions) === undefined) return false;
  const [b, c, d] = quaternionOf(rotation);
  header.set('quatern_b', b);
  header.set('quatern_c', c);
  header.set('quatern_d', d);
  const names = ['qoffset_x', 'qoffset_y', 'qoffset_z'];
  translationOf(affine).forEach((value, axis) => header.set(names[axis]!, value));
  header.set('pixdim', handedness, 0);
  lengths.forEach((length, axis) => header.set('pixdim', length, axis + 1));
  return true;
}

function determinant(m: Matrix): number {
  return (
    m[0]! * (m[4]! * m[8]! - m[5]! * m[7]!) - m[1]! * (m[3]! * m[8]! - m[5]! * m[6]!) + m[2]! * (m[3]! * m[7]! - m[4]! * m[6]!)
  );
}

/** b, c, d of a proper rotation, chosen so that a >= 0; computed from the largest of the four parts. */
function quaternionOf(m: Matrix): [number, number, number] {
  const squares = [
    1 + m[0]! + m[4]! + m[8]!,
    1 + m[0]! - m[4]! - m[8]!,
    1 - m[0]! + m[4]! - m[8]!,
    1 - m[0]! - m[4]! + m[8]!,
  ];
  const sums = { bc: m[3]! + m[1]!, bd: m[2]! + m[6]!, cd: m[7]! + m[5]! };
  const differences = { ab: m[7]! - m[5]!, ac: m[2]! - m[6]!, ad: m[3]! - m[1]! };
  const candidates = [
    [squares[0]!, differences.ab, differences.ac, differences.ad],
    [differences.ab, squares[1]!, sums.bc, sums.bd],
    [differences.ac, sums.bc, squares[2]!, sums.cd],
    [differences.ad, sums.bd, sums.cd, squares[3]!],
  ];
  const chosen = candidates[squares.indexOf(Math.max(...squares))]!;
  const norm = Math.hypot(...chosen) * (chosen[0]! < 0 ? -1 : 1);
  return [chosen[1]! / norm, chosen[2]! / norm, chosen[3]! / norm];
}
