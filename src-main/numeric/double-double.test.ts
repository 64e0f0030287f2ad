import { describe, expect, it } from 'vitest';
import { addWide, divideWide, fusedMultiplyAdd, multiplyWide, sqrtWide, subtractWide, toExtended, wide, type Wide } from './double-double.ts';

/** The value as an exact fraction of 2^200. */
function scaled({ hi, lo }: Wide): bigint {
  return exact(hi) + exact(lo);
}

function exact(value: number): bigint {
  const exponent = Math.max(-1000, Math.floor(Math.log2(Math.abs(value) || 1)) - 60);
  return BigInt(value * 2 ** -exponent) * 2n ** BigInt(200 + exponent);
}

describe('double-double arithmetic', () => {
  it('keeps what a float64 sum loses', () => {
    expect(subtractWide(addWide(wide(1), wide(2 ** -80)), wide(1))).toEqual({ hi: 2 ** -80, lo: 0 });
  });

  it('multiplies exactly', () => {
    const [a, b] = [1 + 2 ** -52, 1 - 2 ** -50];
    expect(scaled(multiplyWide(wide(a), wide(b)))).toBe((exact(a) * exact(b)) >> 200n);
  });

  it('adds to a product before rounding', () => {
    // (1 + 2^-30)² = 1 + 2^-29 + 2^-60: the last term is lost when the product is rounded first.
    const a = 1 + 2 ** -30;
    expect(a * a - (1 + 2 ** -29)).toBe(0);
    expect(fusedMultiplyAdd(a, a, -(1 + 2 ** -29))).toBe(2 ** -60);
    expect(fusedMultiplyAdd(3, 4, 5)).toBe(17);
    expect(fusedMultiplyAdd(0.1, 0, 7)).toBe(7);
  });

  it('divides to 100 bits', () => {
    const third = divideWide(wide(1), wide(3));
    expect(third.hi).toBe(1 / 3);
    const error = scaled(third) * 3n - (1n << 200n);
    expect(error < 1n << 98n && error > -(1n << 98n)).toBe(true);
  });

  it('rounds to the 64 bits of an 80-bit float', () => {
    // numpy 1.26.4 on x86-64: longdouble results as the nearest float64 and what is left of them.
    expect(toExtended(divideWide(wide(1), wide(3)))).toEqual({ hi: 0.3333333333333333, lo: 1.8512752095189988e-17 });
    expect(toExtended(multiplyWide(wide(0.1), wide(0.2)))).toEqual({ hi: 0.020000000000000004, lo: -1.6652667743019545e-18 });
    expect(toExtended(addWide(wide(1 / 3), wide(3)))).toEqual({ hi: 3.3333333333333335, lo: -1.6653345369377348e-16 });
    expect(toExtended(sqrtWide(wide(0.1)))).toEqual({ hi: 0.31622776601683794, lo: 8.131516293641283e-19 });
    expect(toExtended(sqrtWide(wide(0.7)))).toEqual({ hi: 0.8366600265340756, lo: -4.119968255444917e-17 });
    // By hand: a tie goes to the even neighbour, and below a power of two the unit is half as large.
    expect(toExtended({ hi: 1, lo: 2 ** -64 })).toEqual({ hi: 1, lo: 0 });
    expect(toExtended({ hi: 1, lo: 3 * 2 ** -64 })).toEqual({ hi: 1, lo: 2 ** -62 });
    expect(toExtended({ hi: 1, lo: -(2 ** -64) })).toEqual({ hi: 1, lo: -(2 ** -64) });
    expect(toExtended({ hi: -1, lo: 2 ** -65 })).toEqual({ hi: -1, lo: 0 });
    expect(toExtended(wide(0.1))).toEqual(wide(0.1));
  });

  it('takes roots to 100 bits', () => {
    const root = sqrtWide(wide(2));
    expect(root.hi).toBe(Math.SQRT2);
    const error = scaled(root) * scaled(root) - (2n << 400n);
    expect(error < 1n << 300n && error > -(1n << 300n)).toBe(true);
  });
});
