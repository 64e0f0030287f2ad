import { describe, expect, it } from 'vitest';
import { toBfloat16Bits, toFloat16Bits } from './half.ts';
import { allClose, roundHalfEven } from './rounding.ts';

describe('toFloat16Bits', () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65520, 0x7c00],
    [-Infinity, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -14 - 2 ** -25, 0x0400],
    [2 ** -15, 0x0200],
    [2 ** -26, 0x0000],
    // Half a step above 1: a tie, to the even 1; three halves: to 1 + 2 steps.
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
  ])('%d', (value, bits) => {
    expect(toFloat16Bits(Float32Array.of(value))[0]).toBe(bits);
  });

  it('agrees with the platform for every half value', () => {
    const all = Uint16Array.from({ length: 0x7c00 }, (_, bits) => bits);
    const values = new Float32Array(new Float16Array(all.buffer));
    expect(toFloat16Bits(values)).toEqual(all);
  });

  it('keeps NaN', () => {
    expect(toFloat16Bits(Float32Array.of(Number.NaN))[0]! & 0x7fff).toBeGreaterThan(0x7c00);
  });
});

describe('toBfloat16Bits', () => {
  it.each([
    [1, 0x3f80],
    [-1, 0xbf80],
    [Infinity, 0x7f80],
    [1 + 2 ** -8, 0x3f80],
    [1 + 3 * 2 ** -8, 0x3f82],
    [1 + 2 ** -8 + 2 ** -20, 0x3f81],
    [Number.NaN, 0x7fc0],
  ])('%d', (value, bits) => {
    expect(toBfloat16Bits(Float32Array.of(value))[0]).toBe(bits);
  });
});

describe('roundHalfEven', () => {
  it('sends ties to the even neighbour', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6, 7].map(roundHalfEven)).toEqual([0, 2, 2, 0, -2, 2, 3, 7]);
  });
});

describe('allClose', () => {
  it('is relative to the second argument, with an absolute part', () => {
    expect(allClose([1.000_01], [1])).toBe(true);
    expect(allClose([1.000_02], [1])).toBe(false);
    expect(allClose([1e-8], [0])).toBe(true);
    expect(allClose([1.1e-8], [0])).toBe(false);
    expect(allClose([0.5], [0], 0.5)).toBe(true);
  });

  it('finds NaN close to nothing, infinity close to itself', () => {
    expect(allClose([Number.NaN], [Number.NaN])).toBe(false);
    expect(allClose([Infinity, 1], [Infinity, 1])).toBe(true);
    expect(allClose([1], [Infinity])).toBe(false);
  });
});
