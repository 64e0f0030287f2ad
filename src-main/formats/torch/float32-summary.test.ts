import { describe, expect, it } from 'vitest';
import { SCAN_BYTES, scanBuffer, summariseFloat32 } from './float32-summary.ts';

/** Eighths, so that every sum is exact in float64 in any order. */
function eighths(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state >>> 12) - 2 ** 19) / 8;
  });
}

function expected(values: Float32Array): { sum: number; min: number; max: number } {
  return { sum: values.reduce((sum, x) => sum + x, 0), min: values.reduce((a, b) => Math.min(a, b), Infinity), max: values.reduce((a, b) => Math.max(a, b), -Infinity) };
}

describe('the summary of float32 values', () => {
  it('runs through SIMD here, or this test shows nothing', () => {
    expect(scanBuffer()?.length).toBe(SCAN_BYTES);
  });

  it.each([0, 1, 7, 8, 9, 15, 16, 31, 1000, SCAN_BYTES / 4 - 1, SCAN_BYTES / 4, SCAN_BYTES / 4 + 1, SCAN_BYTES + 13])('of %i values is that of a plain loop', (length) => {
    const values = eighths(length, length + 1);
    expect(summariseFloat32(values)).toEqual(expected(values));
  });

  it('finds the extreme wherever it stands', () => {
    for (let at = 0; at < 40; at++) {
      const values = new Float32Array(40);
      values[at] = -3;
      values[(at + 1) % 40] = 5;
      expect(summariseFloat32(values)).toEqual({ sum: 2, min: -3, max: 5 });
    }
  });

  it.each([NaN, Infinity, -Infinity])('has a sum that is not finite if one value is %d', (odd) => {
    for (let at = 0; at < 40; at++) {
      const values = new Float32Array(40).fill(0.5);
      values[at] = odd;
      expect(Number.isFinite(summariseFloat32(values).sum)).toBe(false);
    }
  });

  it('reads values that lie in its own memory in place, also behind its beginning', () => {
    const buffer = scanBuffer()!;
    const values = new Float32Array(buffer.buffer as ArrayBuffer, buffer.byteOffset + 64, 100);
    values.set(eighths(100, 5));
    expect(summariseFloat32(values)).toEqual(expected(eighths(100, 5)));
  });

  it('takes values at any offset of another buffer', () => {
    const values = eighths(101, 9).subarray(1);
    expect(summariseFloat32(values)).toEqual(expected(values));
  });
});
