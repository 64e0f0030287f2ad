import { fusedMultiplyAdd } from './double-double.ts';

/**
 * Small square matrices, order 2 to 4: float64, row-major, element (r, c) at `r * order + c`.
 *
 * Products are summed left to right with fused multiply-adds, as numpy's matrix product (OpenBLAS on a CPU
 * with AVX2) does. The output size of a resampled volume is the rounding of a number that often lies
 * exactly half-way, so the last bit decides a voxel.
 */
export type Matrix = Float64Array;

export function orderOf(matrix: Matrix): number {
  return Math.sqrt(matrix.length);
}

export function identity(order: number): Matrix {
  const result = new Float64Array(order * order);
  for (let k = 0; k < order; k++) result[k * order + k] = 1;
  return result;
}

export function multiply(a: Matrix, b: Matrix): Matrix {
  const order = orderOf(a);
  const result = new Float64Array(order * order);
  for (let r = 0; r < order; r++) {
    for (let c = 0; c < order; c++) {
      let sum = 0;
      for (let k = 0; k < order; k++) sum = fusedMultiplyAdd(a[r * order + k]!, b[k * order + c]!, sum);
      result[r * order + c] = sum;
    }
  }
  return result;
}

/**
 * The product with every multiplication and addition rounded on its own. PyTorch multiplies this way when the
 * right factor is column-major, which is how numpy's `linalg.solve` returns it.
 */
export function multiplyUnfused(a: Matrix, b: Matrix): Matrix {
  const order = orderOf(a);
  const result = new Float64Array(order * order);
  for (let r = 0; r < order; r++) {
    for (let c = 0; c < order; c++) {
      let sum = 0;
      for (let k = 0; k < order; k++) sum += a[r * order + k]! * b[k * order + c]!;
      result[r * order + c] = sum;
    }
  }
  return result;
}

export function transpose(a: Matrix): Matrix {
  const order = orderOf(a);
  return Float64Array.from(a, (_, i) => a[(i % order) * order + Math.floor(i / order)]!);
}

/** First `rank` components of `affine · (point, 1)`, for an affine of order rank + 1. */
export function transformPoint(affine: Matrix, point: ArrayLike<number>): number[] {
  const order = orderOf(affine);
  const result: number[] = [];
  for (let r = 0; r < order - 1; r++) {
    let sum = 0;
    for (let c = 0; c < order - 1; c++) sum = fusedMultiplyAdd(affine[r * order + c]!, point[c]!, sum);
    result.push(sum + affine[r * order + order - 1]!);
  }
  return result;
}

/** Rows and columns 0…size−1. */
export function topLeft(matrix: Matrix, size: number): Matrix {
  const order = orderOf(matrix);
  const result = new Float64Array(size * size);
  for (let r = 0; r < size; r++) {
    for (let c = 0; c < size; c++) result[r * size + c] = matrix[r * order + c]!;
  }
  return result;
}

/**
 * Affine of order rank + 1 from its direction block and its translation.
 *
 * @param block (rank, rank)
 * @param translation length rank
 */
export function affineFrom(block: Matrix, translation: ArrayLike<number>): Matrix {
  const rank = orderOf(block);
  const result = identity(rank + 1);
  for (let r = 0; r < rank; r++) {
    for (let c = 0; c < rank; c++) result[r * (rank + 1) + c] = block[r * rank + c]!;
    result[r * (rank + 1) + rank] = translation[r]!;
  }
  return result;
}

/** The last column of an affine without its 1. */
export function translationOf(affine: Matrix): number[] {
  const order = orderOf(affine);
  return Array.from({ length: order - 1 }, (_, r) => affine[r * order + order - 1]!);
}

/** 4x4 form of an affine of a lower rank: block and translation copied, the rest identity. */
export function widenAffine(affine: Matrix): Matrix {
  const order = orderOf(affine);
  if (order === 4) return affine;
  const result = identity(4);
  for (let r = 0; r < order - 1; r++) {
    for (let c = 0; c < order - 1; c++) result[r * 4 + c] = affine[r * order + c]!;
    result[r * 4 + 3] = affine[r * order + order - 1]!;
  }
  return result;
}

/** 4x4 affine cut to a lower rank: the (rank, rank) block with its translation. */
export function narrowAffine(affine: Matrix, rank: number): Matrix {
  return affineFrom(topLeft(affine, rank), translationOf(affine).slice(0, rank));
}

/**
 * Euclidean lengths of the first `rank` columns of the top-left (rank, rank) block; a length of 0
 * counts as 1. Same as MONAI 1.5.0 `affine_to_spacing` (monai/data/utils.py) with its default
 * `suppress_zeros`; for a voxel→world affine these are mm per voxel along each array axis.
 */
export function columnLengths(matrix: Matrix, rank: number): number[] {
  const order = orderOf(matrix);
  const lengths: number[] = [];
  for (let c = 0; c < rank; c++) {
    let sum = 0;
    for (let r = 0; r < rank; r++) sum += matrix[r * order + c]! * matrix[r * order + c]!;
    const length = Math.sqrt(sum);
    lengths.push(length === 0 ? 1 : length);
  }
  return lengths;
}

/** Multiplies column c by `factors[c]`. */
export function scaleColumns(matrix: Matrix, factors: ArrayLike<number>): Matrix {
  const order = orderOf(matrix);
  return Float64Array.from(matrix, (value, i) => value * factors[i % order]!);
}
