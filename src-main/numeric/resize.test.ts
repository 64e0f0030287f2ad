import { describe, expect, it } from 'vitest';
import { erf } from './erf.ts';
import { linearPosition, resizeBand, resizeSigma, smoothingKernel } from './resize.ts';

describe('erf', () => {
  // Abramowitz and Stegun, table 7.1, and the values of the C library to 15 digits.
  it.each([
    [0, 0],
    [0.1, 0.112_462_916_018_285],
    [0.5, 0.520_499_877_813_047],
    [1, 0.842_700_792_949_715],
    [2, 0.995_322_265_018_953],
    [2.4, 0.999_311_486_103_355],
    [2.6, 0.999_763_965_583_471],
    [3.5, 0.999_999_256_901_628],
    [7, 1],
  ])('erf(%d)', (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThan(2e-15);
    expect(erf(-x)).toBe(-erf(x));
  });
});

describe('smoothing', () => {
  it('chooses no width for an axis that does not shrink', () => {
    expect(resizeSigma(10, 10)).toBe(0);
    expect(resizeSigma(10, 20)).toBe(0);
    expect(resizeSigma(30, 10)).toBe(1);
  });

  it('integrates the normal distribution over each voxel, without normalising', () => {
    const kernel = smoothingKernel(1);
    expect(kernel).toHaveLength(9);
    // Areas of the standard normal distribution: 0.38292 within half a unit, 0.24173 for 0.5 to 1.5.
    expect(kernel[4]).toBeCloseTo(0.382_924_9, 6);
    expect(kernel[5]).toBeCloseTo(0.241_730_3, 6);
    expect(kernel[3]).toBe(kernel[5]);
    // Everything within 4.5 sigma: 1 - 6.8e-6.
    expect(kernel.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0.999_993_2, 6);
  });
});

describe('resizeBand', () => {
  it('copies an axis that keeps its size', () => {
    expect(resizeBand(3, 3)).toEqual({ inputSize: 3, outputSize: 3, width: 1, starts: Int32Array.of(0, 1, 2), weights: Float64Array.of(1, 1, 1) });
  });

  it('interpolates between voxel centres when enlarging', () => {
    // Positions (i + 0.5)/2 - 0.5: -0.25 (raised to 0), 0.25, 0.75, 1.25 (beyond the last centre).
    const { starts, weights, width } = resizeBand(2, 4);
    expect(width).toBe(2);
    expect(Array.from(starts)).toEqual([0, 0, 0, 1]);
    expect(Array.from(weights)).toEqual([1, 0, 0.75, 0.25, 0.25, 0.75, 1, 0]);
  });

  it('rounds positions to float32 once', () => {
    expect(linearPosition(100, 333, 256)).toBe(Math.fround(Math.fround(333 / 256) * 100.5 - 0.5));
    expect(linearPosition(0, 100, 300)).toBe(0);
  });

  it('reaches beyond the borders when shrinking, where voxels count as 0', () => {
    const band = resizeBand(30, 10);
    expect(band.width).toBe(10);
    expect(band.starts[0]).toBe(1 - 4);
    // Output 5 is centred on voxel 16 exactly: the kernel, and nothing for the voxel after it.
    expect(band.starts[5]).toBe(16 - 4);
    expect(Array.from(band.weights.subarray(50, 60))).toEqual([...smoothingKernel(1), 0]);
  });
});
