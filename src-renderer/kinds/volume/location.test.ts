import { expect, it } from 'vitest';
import { formatValue, indexOf, millimetres, offsetOf } from './location.ts';

// LPS with spacing 2, 3, 4 mm; the first voxel lies at (10, 20, -30).
const affine = [-2, 0, 0, 10, 0, -3, 0, 20, 0, 0, 4, -30, 0, 0, 0, 1];
const sizes = [5, 6, 7] as const;

it('finds the voxel of a place by the inverse of the affine', () => {
  expect(indexOf([10, 20, -30], { affine, sizes })).toEqual([0, 0, 0]);
  expect(indexOf([10 - 2 * 4, 20 - 3 * 5, -30 + 4 * 6], { affine, sizes })).toEqual([4, 5, 6]);
  expect(indexOf([10 - 2 * 1.4, 20, -30], { affine, sizes })).toEqual([1, 0, 0]);
});

it('knows no voxel outside of the array or where the affine is singular', () => {
  expect(indexOf([14, 20, -30], { affine, sizes })).toBeUndefined();
  expect(indexOf([0, 0, 0], { affine: affine.map((value, i) => (i === 0 ? 0 : value)), sizes })).toBeUndefined();
});

it('turns oblique axes', () => {
  // Array axes run along S, R, A.
  const turned = [0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1];
  expect(indexOf([2, 3, 4], { affine: turned, sizes })).toEqual([4, 2, 3]);
});

it('counts the first axis fastest', () => {
  expect(offsetOf([1, 2, 3], 0, sizes)).toBe(1 + 5 * (2 + 6 * 3));
  expect(offsetOf([0, 0, 0], 2, sizes)).toBe(2 * 5 * 6 * 7);
});

it('says places and values as people do', () => {
  expect(millimetres([-12.34, 40, -200])).toBe('12.3 L  40.0 A  200.0 I');
  expect([0, -0.94, 1234.56, 1e-7, NaN, -Infinity].map(formatValue)).toEqual(['0', '−0.94', '1235', '1.00e−7', 'NaN', '−∞']);
});
