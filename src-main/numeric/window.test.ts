import { describe, expect, it } from 'vitest';
import { applyLinearWindow, applyWindow, intensityWindow, linearWindow, type IntensityWindow } from './window.ts';

function both(window: IntensityWindow, value: number): number {
  const linear = linearWindow(window);
  const exact = applyWindow(window, value);
  // float32 steps against one float64 multiply-add: 2e-7 of the range.
  expect(applyLinearWindow(linear, value)).toBeCloseTo(exact, 6);
  if (linear.half >= 0 && linear.half < Infinity) {
    const scaled = value * linear.factor + linear.shift;
    expect((Math.abs(scaled + linear.half) - Math.abs(scaled - linear.half)) / 2 + linear.middle).toBeCloseTo(exact, 6);
  }
  return exact;
}

describe('intensity window', () => {
  it('maps the ends and clips beyond them', () => {
    const window = intensityWindow(-1000, 1000, -1, 1);
    expect([-3000, -1000, 0, 500, 1000, 3000].map((value) => both(window, value))).toEqual([-1, -1, 0, 0.5, 1, 1]);
  });

  it('inverts when the ends are exchanged', () => {
    const window = intensityWindow(1000, -1000, 0, 1);
    expect([1000, -1000, 2000].map((value) => both(window, value))).toEqual([0, 1, 0]);
  });

  it('only subtracts, adds and never clips when the window is empty', () => {
    const window = intensityWindow(100, 100, -1, 1);
    expect([100, 5100, -900].map((value) => both(window, value))).toEqual([-1, 4999, -1001]);
    expect(both(intensityWindow(100, 100, null, 1), 150)).toBe(50);
  });

  it('does not rescale when a bound is missing, and clips by the other one', () => {
    const withoutMin = intensityWindow(0, 100, null, 0.5);
    expect([-200, 20, 80].map((value) => both(withoutMin, value))).toEqual([-2, Math.fround(0.2), 0.5]);
    const withoutMax = intensityWindow(0, 100, 0.25, null);
    expect([-200, 80, 300].map((value) => both(withoutMax, value))).toEqual([0.25, Math.fround(0.8), 3]);
  });

  it('raises first and lowers last when the bounds are exchanged', () => {
    expect(both(intensityWindow(0, 100, 1, -1), 50)).toBe(-1);
  });
});
