import { describe, expect, it } from 'vitest';
import ties from './__fixtures__/spacing-ties.json' with { type: 'json' };
import { multiply } from './matrix.ts';
import { shearDisplacement, spaceGrid, targetSpacing } from './spacing.ts';

function diagonal(spacing: number, translation: number): Float64Array {
  const t = translation;
  return Float64Array.of(spacing, 0, 0, t, 0, spacing, 0, t, 0, 0, spacing, t, 0, 0, 0, 1);
}

describe('targetSpacing', () => {
  it('repeats the last value, cuts surplus ones, keeps an axis for values <= 0', () => {
    expect(targetSpacing([1.5], [0.7, 0.8, 5])).toEqual([1.5, 1.5, 1.5]);
    expect(targetSpacing([1, 2, 3, 4], [0.7, 0.8, 5])).toEqual([1, 2, 3]);
    expect(targetSpacing([-1, 0, 3], [0.7, 0.8, 5])).toEqual([0.7, 0.8, 3]);
  });

  it('keeps a spacing within a micrometre of the wanted one', () => {
    expect(targetSpacing([1], [1.0009])).toEqual([1.0009]);
    expect(targetSpacing([1], [1.0011])).toEqual([1]);
  });
});

describe('spaceGrid', () => {
  it('keeps the first voxel where it was and covers the same extent', () => {
    const grid = spaceGrid(diagonal(1, -10), [11, 11, 11], [2]);
    expect(grid.sizes).toEqual([6, 6, 6]);
    expect(Array.from(grid.toOld)).toEqual([2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]);
    expect(grid.isResampled).toBe(true);
  });

  it('changes nothing when size and spacing stay', () => {
    expect(spaceGrid(diagonal(1, 5), [4, 5, 6], [1.0005]).isResampled).toBe(false);
    expect(spaceGrid(diagonal(1, 5), [4, 5, 6], [-1]).isResampled).toBe(false);
  });

  it('rounds a size that lies exactly half-way to even when no translation disturbs it', () => {
    // (n - 1)·0.5 + 1 for n = 4, 6, 8: 2.5, 3.5, 4.5
    expect(spaceGrid(diagonal(0.75, 0), [4, 6, 8], [1.5]).sizes).toEqual([2, 4, 4]);
  });

  it.each(ties.cases)('decides exact ties of oblique grids as MONAI does: $sizes to $spacing mm', ({ affine, sizes, spacing, newSizes, offset }) => {
    const old = Float64Array.from(affine);
    const grid = spaceGrid(old, sizes, [spacing]);
    expect(grid.sizes).toEqual(newSizes);
    // The origin of the new grid: old affine times the image of new voxel (0, 0, 0).
    const spaced = multiply(old, grid.toOld);
    [3, 7, 11].forEach((at, axis) => expect(spaced[at]).toBeCloseTo(offset[axis]!, 9));
  });

  it('makes the grid orthogonal again when the axes shear', () => {
    const sheared = Float64Array.of(1, 0, 0, 0, 0, 1, 0.2, 0, 0, 0, 1, 0, 0, 0, 0, 1);
    const grid = spaceGrid(sheared, [10, 10, 11], [1, 1, 1]);
    // Column 2 = (0, 0.2, 1) loses its part along column 1: new z runs along world z.
    expect(grid.sizes).toEqual([10, 12, 11]);
    // One new step along axis 2 goes back 0.2 along the old axis 1, over 10 steps 2 voxels.
    expect(grid.toOld[6]).toBeCloseTo(-0.2, 12);
    expect(shearDisplacement(grid.toOld, grid.sizes)).toBeCloseTo(2, 12);
  });

  it('refuses dependent axes', () => {
    expect(() => spaceGrid(Float64Array.of(1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), [4, 4, 4], [1])).toThrow(/degenerate/);
  });
});
