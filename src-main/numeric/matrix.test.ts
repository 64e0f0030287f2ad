import { describe, expect, it } from 'vitest';
import {
  affineFrom,
  columnLengths,
  identity,
  multiply,
  narrowAffine,
  scaleColumns,
  transformPoint,
  translationOf,
  transpose,
  widenAffine,
} from './matrix.ts';

const AFFINE = Float64Array.of(0, -2, 0, 10, 3, 0, 0, 20, 0, 0, 6, 30, 0, 0, 0, 1);

describe('matrices', () => {
  it('multiplies rows by columns', () => {
    expect(Array.from(multiply(Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6, 7, 8)))).toEqual([19, 22, 43, 50]);
    expect(multiply(AFFINE, identity(4))).toEqual(AFFINE);
  });

  it('transposes', () => {
    expect(Array.from(transpose(Float64Array.of(1, 2, 3, 4)))).toEqual([1, 3, 2, 4]);
  });

  it('maps voxel indices to world', () => {
    // x = -2·j + 10, y = 3·i + 20, z = 6·k + 30
    expect(transformPoint(AFFINE, [1, 2, 3])).toEqual([6, 23, 48]);
    expect(translationOf(AFFINE)).toEqual([10, 20, 30]);
  });

  it('measures columns, a zero column as 1', () => {
    expect(columnLengths(AFFINE, 3)).toEqual([3, 2, 6]);
    expect(columnLengths(new Float64Array(16), 2)).toEqual([1, 1]);
    // All four columns: the translation is the fourth, with its 1 below.
    expect(columnLengths(AFFINE, 4)[3]).toBe(Math.sqrt(100 + 400 + 900 + 1));
  });

  it('scales columns, not rows', () => {
    expect(Array.from(scaleColumns(Float64Array.of(1, 2, 3, 4), [10, 100]))).toEqual([10, 200, 30, 400]);
  });

  it('cuts an affine to 2D and widens it again', () => {
    const flat = narrowAffine(AFFINE, 2);
    expect(Array.from(flat)).toEqual([0, -2, 10, 3, 0, 20, 0, 0, 1]);
    expect(Array.from(widenAffine(flat))).toEqual([0, -2, 0, 10, 3, 0, 0, 20, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect(affineFrom(Float64Array.of(0, -2, 3, 0), [10, 20])).toEqual(flat);
  });
});
