import type { VolumeHeader } from './nifti-header.ts';

export type Point = readonly [number, number, number];

/** A place in a volume, as people say it. */
export interface Location {
  /** Indices along the array axes, as in the tensor or the raw file, whole. */
  readonly index: Point;
  /** World, mm, RAS+. */
  readonly mm: Point;
  readonly value: number;
}

/**
 * Array index of a world position: the inverse of the affine, rounded.
 *
 * @param affine 16 numbers, row-major, voxel to world; null: the array is the world
 * @returns undefined outside of the array, or if the affine cannot be inverted
 */
export function indexOf(mm: Point, { affine, sizes }: Pick<VolumeHeader, 'affine' | 'sizes'>): Point | undefined {
  const exact = affine === null ? mm : solve(affine, mm);
  const index = exact.map(Math.round) as unknown as Point;
  return index.every((i, axis) => i >= 0 && i < sizes[axis]!) ? index : undefined;
}

/** Index in the whole array of a voxel of a reduced one: the kept voxel lies in the middle of its steps. */
export function wholeIndex(index: Point, steps: Point): Point {
  const [x, y, z] = index.map((at, axis) => at * steps[axis]! + ((steps[axis]! - 1) >> 1));
  return [x!, y!, z!];
}

/** Cramer's rule for the 3x3 block of an affine. */
function solve(a: readonly number[], [x, y, z]: Point): Point {
  const [p, q, r] = [x - a[3]!, y - a[7]!, z - a[11]!];
  const column = (i: number): Point => [a[i]!, a[4 + i]!, a[8 + i]!];
  const [c0, c1, c2] = [column(0), column(1), column(2)];
  const whole = determinant(c0, c1, c2);
  return [determinant([p, q, r], c1, c2) / whole, determinant(c0, [p, q, r], c2) / whole, determinant(c0, c1, [p, q, r]) / whole];
}

/** Of the matrix with these columns. */
function determinant(a: Point, b: Point, c: Point): number {
  return a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1]);
}

/** Offset of a voxel in a NIfTI array, first axis fastest, in elements. */
export function offsetOf([x, y, z]: Point, channel: number, [nx, ny, nz]: Point): number {
  return x + nx * (y + ny * (z + nz * channel));
}

const LETTERS = ['LR', 'PA', 'IS'] as const;

/** `12.3 L  40.1 P  200.0 S`: distances from the origin of the scan, each with the side it is on. */
export function millimetres(mm: Point): string {
  return mm.map((value, axis) => `${Math.abs(value).toFixed(1)} ${LETTERS[axis]![value < 0 ? 0 : 1]}`).join('  ');
}

/** Larger ones are no stored intensities. */
const WHOLE_MAX = 1e7;

/** Four significant digits, whole numbers as they are, with a real minus sign. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const text = Number.isInteger(value) && size < WHOLE_MAX ? String(value === 0 ? 0 : value) : size >= 1e5 || size < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replaceAll('-', '−');
}
