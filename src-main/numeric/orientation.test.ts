import { describe, expect, it } from 'vitest';
import { LarderError } from '../base/index.ts';
import { multiply } from './matrix.ts';
import { directionsOf, orientationMatrix, orientAxes, parseAxcodes } from './orientation.ts';

/** Axis 0 runs to posterior, axis 1 to superior, axis 2 to left. */
const SAGITTAL = Float64Array.of(0, 0, -3, 100, -2, 0, 0, 50, 0, 1, 0, -20, 0, 0, 0, 1);

describe('directionsOf', () => {
  it('names the world axis and the sign of each array axis', () => {
    expect(directionsOf(SAGITTAL, 3)).toEqual([
      { worldAxis: 1, sign: -1 },
      { worldAxis: 2, sign: 1 },
      { worldAxis: 0, sign: -1 },
    ]);
  });

  it('takes the nearest axis of an oblique affine', () => {
    const [c, s] = [Math.cos(0.6), Math.sin(0.6)];
    const oblique = Float64Array.of(c, -s, 0, 0, s, c, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1);
    expect(directionsOf(oblique, 3).map(({ worldAxis, sign }) => worldAxis * sign)).toEqual([0, 1, -2]);
  });

  it('refuses a singular affine', () => {
    expect(() => directionsOf(Float64Array.of(1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), 3)).toThrow(LarderError);
  });
});

describe('parseAxcodes', () => {
  it('reads capitals and ignores surplus letters', () => {
    expect(parseAxcodes('LPSX', 3)).toEqual([
      { worldAxis: 0, sign: -1 },
      { worldAxis: 1, sign: -1 },
      { worldAxis: 2, sign: 1 },
    ]);
    expect(parseAxcodes('SL', 2).map(({ worldAxis }) => worldAxis)).toEqual([2, 0]);
  });

  it.each(['', 'LP', 'lps', 'LPX', 'LRS', 'LLS'])('refuses "%s"', (axcodes) => {
    expect(() => parseAxcodes(axcodes, 3)).toThrow(/does not name 3 different axes/);
  });
});

describe('orientAxes', () => {
  it('permutes and flips to the wanted orientation', () => {
    const axes = orientAxes(directionsOf(SAGITTAL, 3), parseAxcodes('RAS', 3));
    expect(axes).toEqual([
      { inputAxis: 2, isFlipped: true },
      { inputAxis: 0, isFlipped: true },
      { inputAxis: 1, isFlipped: false },
    ]);
    const oriented = multiply(SAGITTAL, orientationMatrix(axes, [5, 6, 7]));
    // First voxel: last of axis 2 and of axis 0, so x = 100 - 3·6 and y = 50 - 2·4.
    expect(Array.from(oriented)).toEqual([3, 0, 0, 82, 0, 2, 0, 42, 0, 0, 1, -20, 0, 0, 0, 1]);
  });

  it('refuses an axis that a 2D image does not have', () => {
    const given = directionsOf(Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1), 2);
    expect(() => orientAxes(given, parseAxcodes('SL', 2))).toThrow(/2D image/);
  });
});
