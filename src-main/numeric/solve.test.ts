import { describe, expect, it } from 'vitest';
import { choleskyUpper, polarFactor } from './decompose.ts';
import { identity, multiply, transpose } from './matrix.ts';
import { invert, solve } from './solve.ts';

const close = (found: Float64Array | undefined, expected: ArrayLike<number>): void => {
  expect(found).toBeDefined();
  Array.from(expected).forEach((value, i) => expect(found![i]).toBeCloseTo(value, 13));
};

describe('solve', () => {
  it('solves with a row exchange', () => {
    // [[0 1], [2 0]]·X = [[3 4], [5 6]]
    expect(Array.from(solve(Float64Array.of(0, 1, 2, 0), Float64Array.of(3, 4, 5, 6))!)).toEqual([2.5, 3, 3, 4]);
  });

  it('undoes a multiplication', () => {
    const a = Float64Array.of(2, 1, 0.5, -1, 3, 2, 0.25, -2, 4);
    const x = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    close(solve(a, multiply(a, x)), x);
    close(multiply(a, invert(a)!), identity(3));
  });

  it('multiplies by the rounded reciprocal instead of dividing', () => {
    // 1/49 rounds such that 49 · (1/49) is not 1; a division would give exactly 1.
    expect(49 * (1 / 49)).not.toBe(1);
    expect(solve(Float64Array.of(49, 0, 0, 1), Float64Array.of(49, 0, 0, 1))![0]).toBe(49 * (1 / 49));
  });

  it('refuses singular and non-finite matrices', () => {
    expect(invert(Float64Array.of(1, 2, 2, 4))).toBeUndefined();
    expect(invert(Float64Array.of(Number.NaN, 0, 0, 1))).toBeUndefined();
  });
});

describe('polarFactor', () => {
  it('is the rotation of a rotation times a stretch', () => {
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    const rotation = Float64Array.of(c, -s, s, c);
    close(polarFactor(multiply(rotation, Float64Array.of(3, 1, 1, 2))), rotation);
  });

  it('is orthogonal, also for a reflection', () => {
    const factor = polarFactor(Float64Array.of(-1, 0.2, 0, 0.1, 1, 0, 0.3, 0, 2))!;
    close(multiply(transpose(factor), factor), identity(3));
  });

  it('refuses singular matrices', () => {
    expect(polarFactor(Float64Array.of(1, 1, 1, 1))).toBeUndefined();
  });
});

describe('choleskyUpper', () => {
  it('gives the known factor', () => {
    // [[4 2], [2 5]] = UᵀU with U = [[2 1], [0 2]]
    expect(Array.from(choleskyUpper(Float64Array.of(4, 2, 2, 5))!)).toEqual([2, 1, 0, 2]);
  });

  it('refuses what is not positive definite', () => {
    expect(choleskyUpper(Float64Array.of(1, 2, 2, 1))).toBeUndefined();
    expect(choleskyUpper(Float64Array.of(0, 0, 0, 1))).toBeUndefined();
  });
});
