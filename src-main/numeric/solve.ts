import { fusedMultiplyAdd } from './double-double.ts';
import { identity, orderOf, type Matrix } from './matrix.ts';

/**
 * Solves A·X = B.
 *
 * LU with partial pivoting in the operation order of numpy's `linalg.solve` (LAPACK `dgesv` of OpenBLAS with its
 * kernels for AVX-512): columns of the factors from dot products, substitution by columns, fused multiply-adds
 * throughout, and multiplication by the rounded reciprocal of a pivot instead of division. This gives the
 * same bits; with any of it done differently some sizes that lie exactly half-way come out wrong (by one
 * voxel, in 0.5 to 20 % of ties of rotated affines). The kernels for CPUs without AVX-512, and for AMD, give other bits:
 * there the reference itself differs in 5 % of such ties.
 *
 * @param a (n, n), not modified
 * @param b (n, n), not modified
 * @returns X (n, n), or undefined if A is singular or not finite
 */
export function solve(a: Matrix, b: Matrix): Matrix | undefined {
  const n = orderOf(a);
  const lu = Float64Array.from(a);
  const x = Float64Array.from(b);
  for (let column = 0; column < n; column++) {
    factorColumn(lu, n, column);
    const pivot = pivotRow(lu, n, column);
    if (pivot === undefined) return undefined;
    swapRows(lu, n, column, pivot);
    swapRows(x, n, column, pivot);
    const reciprocal = 1 / lu[column * n + column]!;
    for (let r = column + 1; r < n; r++) lu[r * n + column]! *= reciprocal;
  }
  for (let k = 0; k < n; k++) substituteForward(lu, x, n, k);
  for (let k = n - 1; k >= 0; k--) substituteBack(lu, x, n, k);
  return x;
}

export function invert(a: Matrix): Matrix | undefined {
  return solve(a, identity(orderOf(a)));
}

/** Subtracts from each entry of the column what the finished columns contribute to it. */
function factorColumn(lu: Matrix, n: number, column: number): void {
  for (let r = 1; r < n; r++) {
    let sum = 0;
    for (let k = 0; k < Math.min(r, column); k++) sum = fusedMultiplyAdd(lu[r * n + k]!, lu[k * n + column]!, sum);
    lu[r * n + column]! -= sum;
  }
}

/** Row of the largest entry of a column, on or below the diagonal. */
function pivotRow(lu: Matrix, n: number, column: number): number | undefined {
  let pivot = column;
  for (let r = column + 1; r < n; r++) {
    if (Math.abs(lu[r * n + column]!) > Math.abs(lu[pivot * n + column]!)) pivot = r;
  }
  const value = lu[pivot * n + column]!;
  return value === 0 || !Number.isFinite(value) ? undefined : pivot;
}

function swapRows(matrix: Matrix, n: number, i: number, j: number): void {
  if (i === j) return;
  for (let c = 0; c < n; c++) {
    const held = matrix[i * n + c]!;
    matrix[i * n + c] = matrix[j * n + c]!;
    matrix[j * n + c] = held;
  }
}

function substituteForward(lu: Matrix, x: Matrix, n: number, k: number): void {
  for (let c = 0; c < n; c++) {
    for (let r = k + 1; r < n; r++) x[r * n + c] = fusedMultiplyAdd(-x[k * n + c]!, lu[r * n + k]!, x[r * n + c]!);
  }
}

function substituteBack(lu: Matrix, x: Matrix, n: number, k: number): void {
  const reciprocal = 1 / lu[k * n + k]!;
  for (let c = 0; c < n; c++) {
    const value = x[k * n + c]! * reciprocal;
    x[k * n + c] = value;
    for (let r = 0; r < k; r++) x[r * n + c] = fusedMultiplyAdd(-value, lu[r * n + k]!, x[r * n + c]!);
  }
}
