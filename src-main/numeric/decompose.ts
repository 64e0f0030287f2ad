import { fusedMultiplyAdd } from './double-double.ts';
import { orderOf, transpose, type Matrix } from './matrix.ts';
import { invert } from './solve.ts';

/** Newton's iteration doubles the correct digits each round; 6 to 8 rounds are usual, this is a stop. */
const MAX_POLAR_ROUNDS = 100;

/**
 * Orthogonal polar factor of M, that is M(MᵀM)^(−1/2): the closest orthogonal matrix, P·Qᵀ of the
 * singular value decomposition that nibabel uses in `io_orientation` and `set_qform`.
 * Newton's iteration X ← (X + X⁻ᵀ)/2 (Higham 1986), to a change of 1e-15·max|X|.
 *
 * @returns undefined if M is singular or not finite
 */
export function polarFactor(matrix: Matrix): Matrix | undefined {
  let x = Float64Array.from(matrix);
  for (let round = 0; round < MAX_POLAR_ROUNDS; round++) {
    const inverse = invert(x);
    if (inverse === undefined) return undefined;
    const inverseTransposed = transpose(inverse);
    const next = x.map((value, i) => (value + inverseTransposed[i]!) / 2);
    const change = Math.max(...next.map((value, i) => Math.abs(value - x[i]!)));
    x = next;
    if (!Number.isFinite(change)) return undefined;
    if (change <= 1e-15 * Math.max(...x.map(Math.abs))) break;
  }
  return x;
}

/**
 * Upper Cholesky factor: S = UᵀU with a positive diagonal. In the operation order of numpy's
 * `linalg.cholesky` (OpenBLAS `dpotrf`), like `solve`.
 *
 * @param symmetric (n, n)
 * @returns U, or undefined if S is not positive definite
 */
export function choleskyUpper(symmetric: Matrix): Matrix | undefined {
  const n = orderOf(symmetric);
  const u = new Float64Array(n * n);
  for (let r = 0; r < n; r++) {
    for (let c = r; c < n; c++) {
      let sum = 0;
      for (let k = 0; k < r; k++) sum = fusedMultiplyAdd(u[k * n + r]!, u[k * n + c]!, sum);
      const rest = symmetric[r * n + c]! - sum;
      if (c > r) u[r * n + c] = rest * (1 / u[r * n + r]!);
      else if (rest > 0) u[r * n + r] = Math.sqrt(rest);
      else return undefined;
    }
  }
  return u;
}
