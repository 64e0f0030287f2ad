import { describe, expect, it } from 'vitest';
import { encodeNifti, parseNiftiHeader, type NiftiHeader, type NiftiImage } from '../../formats/nifti/index.ts';
import type { VolumeParameters } from './contract.ts';
import { planGeometry } from './geometry.ts';

const PARAMETERS: VolumeParameters = { targetSpacing: [1, 1, 2], targetShape: [8, -1, 0], aMin: 0, aMax: 1, bMin: 0, bMax: 1, axcodes: 'RAS', dtype: 'float32' };

function headerOf(image: Partial<NiftiImage>): NiftiHeader {
  return parseNiftiHeader(encodeNifti({ sizes: [11, 12, 13], datatype: 4, voxels: [], ...image }));
}

/** x runs to the left at 2 mm, y forward at 1 mm, z up at 1 mm. */
const SFORM = Float64Array.of(-2, 0, 0, 30, 0, 1, 0, -5, 0, 0, 1, 7, 0, 0, 0, 1);

describe('planGeometry', () => {
  it('reorients, spaces and resizes, by hand', () => {
    const plan = planGeometry(headerOf({ sform: SFORM }), PARAMETERS);
    // RAS flips x: the first voxel is the file's last, at 30 - 2·10.
    expect(Array.from(plan.orientedAffine)).toEqual([2, 0, 0, 10, 0, 1, 0, -5, 0, 0, 1, 7, 0, 0, 0, 1]);
    // (11 - 1)·2 + 1, 12 unchanged, (13 - 1)/2 + 1
    expect(plan.spacedSizes).toEqual([21, 12, 7]);
    expect(plan.axes.map((axis) => axis.targetSize)).toEqual([8, 12, 7]);
    expect(plan.axes.map((axis) => axis.isFlipped)).toEqual([true, false, false]);
    expect([plan.isResampled, plan.isResized, plan.isSheared]).toEqual([true, true, false]);
    // x: 21 voxels of 1 mm become 8 of 21/8 mm, edges kept: the first centre moves by (21/8 - 1)/2.
    expect(Array.from(plan.finalAffine)).toEqual([2.625, 0, 0, 10.8125, 0, 1, 0, -5, 0, 0, 2, 7, 0, 0, 0, 1]);
  });

  it('gives a 2D image a third axis of one voxel', () => {
    const plan = planGeometry(headerOf({ sizes: [11, 12], sform: SFORM }), { ...PARAMETERS, targetShape: [8, 8, 3] });
    expect([plan.rank, plan.fileSizes, plan.spacedSizes]).toEqual([2, [11, 12], [21, 12, 1]]);
    expect(plan.orientedAffine).toHaveLength(9);
    expect(plan.axes[2]).toEqual({ fileAxis: 2, isFlipped: false, sourceSize: 1, spacedSize: 1, targetSize: 3 });
  });

  it('refuses a 2D image outside the wanted plane', () => {
    expect(() => planGeometry(headerOf({ sizes: [11, 12], sform: SFORM }), { ...PARAMETERS, axcodes: 'SAR' })).toThrow(/2D image/);
  });

  it('truncates the target shape, as Python does', () => {
    expect(planGeometry(headerOf({ sform: SFORM }), { ...PARAMETERS, targetShape: [8.9, 0.5, -3] }).axes.map((axis) => axis.targetSize)).toEqual([8, 12, 7]);
  });

  describe('memory order', () => {
    const stridesOf = (image: Partial<NiftiImage>, changes: Partial<VolumeParameters> = {}): readonly number[] => {
      // No translation, so that a 4D header agrees with pixdim.
      const header = headerOf({ sizes: [4, 5, 6, 3], sform: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), ...image });
      return planGeometry(header, { ...PARAMETERS, targetSpacing: [1], targetShape: [-1, -1, -1], ...changes }).strides;
    };

    it('stays the loader\'s only if nothing makes a copy', () => {
      expect(stridesOf({})).toEqual([1, 90, 18, 3]);
      expect(stridesOf({}, { axcodes: 'LPI' })).toEqual([1, 90, 18, 3]);
      expect(stridesOf({}, { axcodes: 'ARS' })).toEqual([1, 18, 90, 3]);
      expect(stridesOf({ sizes: [4, 5, 6] })).toEqual([120, 30, 6, 1]);
      expect(stridesOf({}, { dtype: 'float16' })).toEqual([120, 30, 6, 1]);
      // 2.5, 3 and 3.5 voxels, half to even: 2 × 3 × 4.
      expect(stridesOf({}, { targetSpacing: [2] })).toEqual([24, 12, 4, 1]);
      expect(stridesOf({}, { targetShape: [4, 5, 7] })).toEqual([140, 35, 7, 1]);
    });
  });
});
