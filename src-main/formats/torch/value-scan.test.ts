import { describe, expect, it } from 'vitest';
import type { TorchDtype } from './dtypes.ts';
import type { Histogram, ScanOptions, TensorStatistics } from './value-scan.ts';
import { bfloat16Value, createValueScan, float16Value } from './value-scan.ts';

function scan(dtype: TorchDtype, bytes: Uint8Array, options: ScanOptions = {}): { statistics: TensorStatistics; histogram: Histogram | undefined } {
  const made = createValueScan(dtype, options);
  if (!made) throw new Error(`No scan for ${dtype}.`);
  made.add(bytes);
  return made.finish();
}
function bytesOf(values: Float32Array | Float64Array | Uint16Array): Uint8Array {
  return new Uint8Array(values.buffer);
}

describe('createValueScan', () => {
  it('summarises float32, an odd number of them', () => {
    const { statistics } = scan('float32', bytesOf(Float32Array.of(1, -2, 4.5)));
    expect(statistics).toEqual({ min: -2, max: 4.5, mean: 3.5 / 3, nonFiniteCount: 0, count: 3 });
  });

  it('leaves NaN and infinities out of the summary, and counts them', () => {
    const values = [Number.NaN, 1, Infinity, -Infinity, 3];
    const expected = { min: 1, max: 3, mean: 2, nonFiniteCount: 3, count: 5 };
    expect(scan('float32', bytesOf(Float32Array.from(values))).statistics).toEqual(expected);
    expect(scan('float64', bytesOf(Float64Array.from(values))).statistics).toEqual(expected);
    // 0x7e00 NaN, 0x3c00 1, 0x7c00 inf, 0xfc00 -inf, 0x4200 3
    expect(scan('float16', bytesOf(Uint16Array.of(0x7e00, 0x3c00, 0x7c00, 0xfc00, 0x4200))).statistics).toEqual(expected);
    // the same as upper halves of float32
    expect(scan('bfloat16', bytesOf(Uint16Array.of(0x7fc0, 0x3f80, 0x7f80, 0xff80, 0x4040))).statistics).toEqual(expected);
  });

  it('does not take a sum that overflows for a value that is not finite', () => {
    const { statistics } = scan('float64', bytesOf(Float64Array.of(1e308, 1e308)));
    expect(statistics).toMatchObject({ min: 1e308, max: 1e308, nonFiniteCount: 0 });
  });

  it('has no summary where nothing is finite', () => {
    const nothing = { min: Number.NaN, max: Number.NaN, mean: Number.NaN };
    expect(scan('float32', new Uint8Array(0)).statistics).toEqual({ ...nothing, nonFiniteCount: 0, count: 0 });
    expect(scan('float16', bytesOf(Uint16Array.of(0x7c00))).statistics).toEqual({ ...nothing, nonFiniteCount: 1, count: 1 });
  });

  it('reads from unaligned and from big-endian bytes', () => {
    const shifted = new Uint8Array(9);
    shifted.set(bytesOf(Float32Array.of(2, 8)), 1);
    expect(scan('float32', shifted.subarray(1)).statistics).toMatchObject({ min: 2, max: 8 });
    const swapped = bytesOf(Float32Array.of(2, 8)).reverse();
    expect(scan('float32', swapped, { isBigEndian: true }).statistics).toMatchObject({ min: 2, max: 8, count: 2 });
    expect(scan('float16', Uint8Array.of(0x3c, 0, 0x42, 0), { isBigEndian: true }).statistics).toMatchObject({ min: 1, max: 3 });
  });

  it('negates where the tensor says so', () => {
    expect(scan('float32', bytesOf(Float32Array.of(1, 5)), { isNegative: true }).statistics).toMatchObject({ min: -5, max: -1, mean: -3 });
    expect(scan('float16', bytesOf(Uint16Array.of(0x3c00, 0x4200)), { isNegative: true }).statistics).toMatchObject({ min: -3, max: -1 });
  });

  it('adds up over pieces', () => {
    const made = createValueScan('float32');
    made?.add(bytesOf(Float32Array.of(1, 2)));
    made?.add(bytesOf(Float32Array.of(6)));
    expect(made?.finish().statistics).toEqual({ min: 1, max: 6, mean: 3, nonFiniteCount: 0, count: 3 });
  });

  it('counts values per bin; the right edge belongs to the last one', () => {
    const values = [-2, 0, 0.24, 0.25, 0.99, 1, 1.5, Number.NaN, Infinity];
    const histogram = { bins: 4, min: 0, max: 1 };
    const expected = { ...histogram, counts: [2, 1, 0, 2], below: 1, above: 1 };
    expect(scan('float64', bytesOf(Float64Array.from(values)), { histogram }).histogram).toEqual(expected);
    // -2, 0, 0.2499, 0.25, 0.9995, 1, 1.5, NaN, inf
    const halves = Uint16Array.of(0xc000, 0, 0x33ff, 0x3400, 0x3bff, 0x3c00, 0x3e00, 0x7e00, 0x7c00);
    expect(scan('float16', bytesOf(halves), { histogram }).histogram).toEqual(expected);
  });

  it('is for floating-point dtypes only', () => {
    expect(createValueScan('int16')).toBeUndefined();
    expect(createValueScan('complex64')).toBeUndefined();
  });
});

describe('16-bit floats', () => {
  // IEEE 754-2019, table 3.5; bfloat16 as in PyTorch c10/util/BFloat16.h.
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
  ])('float16 pattern %i', (bits, expected) => expect(float16Value(bits)).toBe(expected));

  it.each([
    [0x3f80, 1],
    [0xc040, -3],
    [0x7f80, Infinity],
    [0x0080, 2 ** -126],
  ])('bfloat16 pattern %i', (bits, expected) => expect(bfloat16Value(bits)).toBe(expected));

  it('has NaN above infinity', () => {
    expect([float16Value(0x7c01), bfloat16Value(0x7f81)]).toEqual([Number.NaN, Number.NaN]);
  });
});
