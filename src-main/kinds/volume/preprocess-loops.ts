/**
 * The inner loops of preprocessing. Each runs over one row that fits the first-level cache, takes
 * plain typed arrays and offsets, and is called with one set of array types only (source slices: two),
 * so that it stays compiled for them. Sums are float64.
 */
import { applyLinearWindow, applyWindow, type IntensityWindow, type LinearWindow } from '../../numeric/index.ts';

/** One slice of the file, voxels in file order: int16 as stored, or anything else as float32. */
export type VoxelSlice = Int16Array | Float32Array;

/**
 * Clipping by arithmetic loses a value that is 2^53 times as far away as the bounds (float32 fill values
 * such as 1e20 or the largest float32 are), and takes infinity for NaN. What is farther than this many
 * half windows from the middle is moved there first; measured values never are, so the branch is foreseen.
 */
const FAR_HALVES = 2 ** 20;

/** What the arrays of one class lose at most where each begins at a whole vector. */
export const ALIGNMENT_BYTES = 256;

/** The loops that most of the time is spent in, and the arrays they run over, of one volume. */
export interface RowLoops {
  /** Arrays of zeros; the loops take no others, but for slices. */
  float64(length: number): Float64Array;
  int32(length: number): Int32Array;
  /** For stored voxels. */
  bytes(length: number): Uint8Array<ArrayBuffer>;
  readonly blendSlices: typeof blendSlices;
  readonly blendRows: typeof blendRows;
  readonly sampleWindowed: typeof sampleWindowed;
  readonly applyBand: typeof applyBand;
  readonly setTwoRows: typeof setTwoRows;
  readonly addTwoRows: typeof addTwoRows;
  /** @returns where `rewind` goes back to: arrays taken since then are not used any more */
  mark(): number;
  rewind(mark: number): void;
  /** No array is used any more. */
  release(): void;
}

/** target[i] = a[i] + (b[i] − a[i])·weight, from two slices. */
export function blendSlices(
  target: Float64Array, targetOffset: number, a: VoxelSlice, b: VoxelSlice, offset: number, count: number, weight: number,
): void {
  for (let i = 0; i < count; i++) {
    const value = a[offset + i]!;
    target[targetOffset + i] = value + (b[offset + i]! - value) * weight;
  }
}

/** A row of one slice, widened. */
export function widenRow(target: Float64Array, targetOffset: number, source: VoxelSlice, offset: number, count: number): void {
  for (let i = 0; i < count; i++) target[targetOffset + i] = source[offset + i]!;
}

/** target[i] = row a + (row b − row a)·weight; both rows in `rows`. */
export function blendRows(
  target: Float64Array, targetOffset: number, rows: Float64Array, a: number, b: number, count: number, weight: number,
): void {
  for (let i = 0; i < count; i++) {
    const value = rows[a + i]!;
    target[targetOffset + i] = value + (rows[b + i]! - value) * weight;
  }
}

/**
 * Interpolates along a row and applies the window. Clipping is arithmetic where both bounds clip: air
 * lies around the lower bound of a CT window, and a mispredicted branch per voxel costs more than
 * everything else here (260 ms against 65 ms for 478x478x200 voxels).
 */
export function sampleWindowed(
  target: Float64Array, targetOffset: number, line: Float64Array, lineOffset: number,
  lower: Int32Array, weight: Float64Array, step: number, window: LinearWindow,
): void {
  const { factor, shift, half, middle } = window;
  if (!(half >= 0 && half < Infinity)) {
    sampleWindowedByBranch(target, targetOffset, line, lineOffset, lower, weight, step, window);
    return;
  }
  const count = lower.length;
  const far = half * FAR_HALVES;
  for (let i = 0; i < count; i++) {
    const at = lineOffset + lower[i]!;
    const value = line[at]!;
    const scaled = nearer((value + (line[at + step]! - value) * weight[i]!) * factor + shift, far);
    target[targetOffset + i] = (Math.abs(scaled + half) - Math.abs(scaled - half)) * 0.5 + middle;
  }
}

/** NaN stays NaN. */
function nearer(scaled: number, far: number): number {
  if (scaled > far) return far;
  return scaled < -far ? -far : scaled;
}

/** The same for windows that clip on one side or not at all, or whose bounds are exchanged. */
function sampleWindowedByBranch(
  target: Float64Array, targetOffset: number, line: Float64Array, lineOffset: number,
  lower: Int32Array, weight: Float64Array, step: number, window: LinearWindow,
): void {
  for (let i = 0; i < lower.length; i++) {
    const at = lineOffset + lower[i]!;
    const value = line[at]!;
    target[targetOffset + i] = applyLinearWindow(window, value + (line[at + step]! - value) * weight[i]!);
  }
}

/** Interpolates along a row. */
export function sampleRow(
  target: Float32Array, targetOffset: number, line: Float64Array, lineOffset: number,
  lower: Int32Array, weight: Float64Array, step: number,
): void {
  const count = lower.length;
  for (let i = 0; i < count; i++) {
    const at = lineOffset + lower[i]!;
    const value = line[at]!;
    target[targetOffset + i] = value + (line[at + step]! - value) * weight[i]!;
  }
}

/** Blends the same row of two planes and applies the window; clips as `sampleWindowed`. */
export function blendWindowed(
  target: Float64Array, targetOffset: number, a: Float32Array, b: Float32Array, offset: number, count: number,
  weight: number, window: LinearWindow,
): void {
  const { factor, shift, half, middle } = window;
  const isArithmetic = half >= 0 && half < Infinity;
  const far = half * FAR_HALVES;
  for (let i = 0; i < count; i++) {
    const value = a[offset + i]!;
    const blended = value + (b[offset + i]! - value) * weight;
    if (isArithmetic) {
      const scaled = nearer(blended * factor + shift, far);
      target[targetOffset + i] = (Math.abs(scaled + half) - Math.abs(scaled - half)) * 0.5 + middle;
    } else target[targetOffset + i] = applyLinearWindow(window, blended);
  }
}

/** Picks voxels of a row by index and applies the window in the float32 steps of the reference. */
export function copyWindowed(
  target: Float64Array, targetOffset: number, source: VoxelSlice, offset: number, index: Int32Array, window: IntensityWindow,
): void {
  for (let i = 0; i < index.length; i++) {
    target[targetOffset + i] = applyWindow(window, source[offset + index[i]!]!);
  }
}

/** target[i] = Σ_k weights[i·width + k]·row[starts[i] + k]; width is a multiple of 4. */
export function applyBand(
  target: Float64Array, targetOffset: number, row: Float64Array, starts: Int32Array, weights: Float64Array, width: number,
): void {
  const count = starts.length;
  let w = 0;
  for (let i = 0; i < count; i++) {
    const start = starts[i]!;
    const end = start + width;
    let even = 0;
    let odd = 0;
    for (let k = start; k < end; k += 4) {
      even += row[k]! * weights[w]! + row[k + 2]! * weights[w + 2]!;
      odd += row[k + 1]! * weights[w + 1]! + row[k + 3]! * weights[w + 3]!;
      w += 4;
    }
    target[targetOffset + i] = even + odd;
  }
}

/** target = weight·row. */
export function scaleRow(target: Float64Array, rows: Float64Array, offset: number, weight: number): void {
  const count = target.length;
  for (let i = 0; i < count; i++) target[i] = rows[offset + i]! * weight;
}

/** target = weightA·rowA + weightB·rowB. */
export function setTwoRows(
  target: Float64Array, rows: Float64Array, a: number, weightA: number, b: number, weightB: number,
): void {
  const count = target.length;
  for (let i = 0; i < count; i++) target[i] = rows[a + i]! * weightA + rows[b + i]! * weightB;
}

/** target += weightA·rowA + weightB·rowB. */
export function addTwoRows(
  target: Float64Array, rows: Float64Array, a: number, weightA: number, b: number, weightB: number,
): void {
  const count = target.length;
  for (let i = 0; i < count; i++) target[i]! += rows[a + i]! * weightA + rows[b + i]! * weightB;
}

/** sum[offset + i] += weight·row[i]. */
export function accumulateRow(sum: Float32Array, offset: number, row: Float64Array, weight: number): void {
  const count = row.length;
  for (let i = 0; i < count; i++) sum[offset + i]! += row[i]! * weight;
}

/** The loops of this file, over arrays of their own. */
export const PLAIN_LOOPS: RowLoops = {
  float64: (length) => new Float64Array(length),
  int32: (length) => new Int32Array(length),
  bytes: (length) => new Uint8Array(length),
  blendSlices,
  blendRows,
  sampleWindowed,
  applyBand,
  setTwoRows,
  addTwoRows,
  mark: () => 0,
  rewind: () => undefined,
  release: () => undefined,
};
