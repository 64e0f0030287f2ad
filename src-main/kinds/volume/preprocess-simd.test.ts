import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { linearWindow, intensityWindow } from '../../numeric/index.ts';
import { PLAIN_LOOPS, type RowLoops } from './preprocess-loops.ts';
import { SIMD_WASM, openLoops } from './preprocess-simd.ts';

/** Enough for the arrays of any test here. */
const BYTES = 1 << 20;

const value = fc.oneof(fc.double({ min: -4000, max: 4000, noNaN: true }), fc.constantFrom(0, -0, -1000, 1000, 1e12, -1e20, 3e38));
const int16 = fc.integer({ min: -32_768, max: 32_767 });

function doubles(loops: RowLoops, values: readonly number[]): Float64Array {
  const array = loops.float64(values.length);
  array.set(values);
  return array;
}

function integers(loops: RowLoops, values: readonly number[]): Int32Array {
  const array = loops.int32(values.length);
  array.set(values);
  return array;
}

/** What `run` writes with vectors, in memory that was used before, and without, in hexadecimal: a difference of one bit shows. */
function bothWays(run: (loops: RowLoops) => Float64Array): { readonly simd: string; readonly plain: string } {
  const hex = (loops: RowLoops): string => {
    const { buffer, byteOffset, byteLength } = run(loops);
    return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
  };
  const loops = openLoops(BYTES);
  expect(loops).not.toBe(PLAIN_LOOPS);
  try {
    return { simd: hex(loops), plain: hex(PLAIN_LOOPS) };
  } finally {
    loops.release();
  }
}

describe('the loops with vectors', () => {
  it('are what their source says', async () => {
    const source = readFileSync(join(import.meta.dirname, 'preprocess-simd.wat'), 'utf8');
    const { buffer } = (await wabt()).parseWat('preprocess-simd.wat', source, { simd: true }).toBinary({});
    expect(SIMD_WASM).toBe(Buffer.from(buffer).toString('base64'));
  });

  it('blend slices of int16 and float32 as the plain ones do, to the bit, wherever a row begins', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(int16, int16), { minLength: 1, maxLength: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(5), fc.boolean(), (pairs, weight, offset, isFloat) => {
        const { simd, plain } = bothWays((loops) => {
          const slice = (from: readonly number[]): Int16Array | Float32Array => {
            const count = offset + from.length;
            const { buffer, byteOffset } = loops.bytes(count * 4);
            const array = isFloat ? new Float32Array(buffer, byteOffset, count) : new Int16Array(buffer, byteOffset, count);
            // Halves and thirds are no whole numbers in float32.
            array.set(isFloat ? from.map((one) => one / 3) : from, offset);
            return array;
          };
          const [a, b] = [slice(pairs.map(([one]) => one)), slice(pairs.map(([, one]) => one))];
          const target = loops.float64(pairs.length + 2);
          loops.blendSlices(target, 1, a, b, offset, pairs.length, weight);
          return target;
        });
        expect(simd).toBe(plain);
      }),
    );
  });

  it('blend rows', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.array(value, { minLength: 40, maxLength: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), (first, second, weight) => {
        const { simd, plain } = bothWays((loops) => {
          const rows = doubles(loops, [...first, ...second]);
          const target = loops.float64(first.length + 2);
          loops.blendRows(target, 1, rows, 0, first.length, first.length, weight);
          return target;
        });
        expect(simd).toBe(plain);
      }),
    );
  });

  it('sample a row forwards and backwards, in windows with both bounds, one, none, and exchanged ones', () => {
    const window = fc.constantFrom(...[[-1, 1], [1, -1], [0, 255], [null, 1], [0, null], [null, null]].map(([bMin, bMax]) => linearWindow(intensityWindow(-1000, 1000, bMin!, bMax!))));
    fc.assert(
      fc.property(fc.array(value, { minLength: 3, maxLength: 30 }), fc.array(fc.tuple(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 41 }), fc.boolean(), window, (line, places, isFlipped, linear) => {
        const { simd, plain } = bothWays((loops) => {
          // With a zero on either side, which is read at weight 0.
          const row = doubles(loops, [0, ...line, 0]);
          const lower = integers(loops, places.map(([place]) => place % line.length));
          const weight = doubles(loops, places.map(([, share]) => share));
          const target = loops.float64(places.length + 2);
          loops.sampleWindowed(target, 1, row, 1, lower, weight, isFlipped ? -1 : 1, linear);
          return target;
        });
        expect(simd).toBe(plain);
      }),
    );
  });

  it('apply a band, and set and add two rows of any length', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 4 }), fc.array(fc.nat(20), { minLength: 1, maxLength: 17 }), fc.double({ min: -2, max: 2, noNaN: true }), (values, fours, places, weight) => {
        const width = fours * 4;
        const { simd, plain } = bothWays((loops) => {
          const row = doubles(loops, Array.from({ length: 20 + width }, (_, i) => values[i % values.length]!));
          const weights = doubles(loops, Array.from({ length: places.length * width }, (_, i) => Math.sin(i) * weight));
          const rows = loops.float64(2 * places.length);
          loops.applyBand(rows, 0, row, integers(loops, places), weights, width);
          loops.applyBand(rows, places.length, row, integers(loops, places.toReversed()), weights, width);
          const target = loops.float64(places.length);
          loops.setTwoRows(target, rows, 0, weight, places.length, 0.3);
          loops.addTwoRows(target, rows, places.length, 0.7, 0, weight);
          return Float64Array.of(...rows, ...target);
        });
        expect(simd).toBe(plain);
      }),
    );
  });

  it('work out by hand', () => {
    const loops = openLoops(BYTES);
    const rows = doubles(loops, [1, 2, 3, 10, 20, 30]);
    const target = loops.float64(3);
    loops.blendRows(target, 0, rows, 0, 3, 3, 0.5);
    expect([...target]).toEqual([5.5, 11, 16.5]);
    loops.setTwoRows(target, rows, 0, 2, 3, 0.1);
    expect([...target]).toEqual([3, 6, 9]);
    // 1·1 + 2·2 + 3·3 + 10·4, and from the third on 3·1 + 10·1 + 20·1 + 30·1.
    loops.applyBand(target, 0, rows, integers(loops, [0, 2]), doubles(loops, [1, 2, 3, 4, 1, 1, 1, 1]), 4);
    expect([...target]).toEqual([54, 63, 9]);
    loops.release();
  });

  it('are the plain ones where an array finds no place, and find slices that lie elsewhere', () => {
    const loops = openLoops(1);
    const memory = loops.float64(1).buffer.byteLength;
    const rows = loops.float64(memory);
    expect(rows.buffer.byteLength).toBe(memory * 8);
    rows.set([1, 2, 3, 5]);
    const target = loops.float64(2);
    loops.blendRows(target, 0, rows, 0, 2, 2, 0.5);
    expect([...target]).toEqual([2, 3.5]);
    loops.release();
    const others = openLoops(BYTES);
    const blended = others.float64(2);
    others.blendSlices(blended, 0, Int16Array.of(7, 1, 2), Int16Array.of(7, 3, 6), 1, 2, 0.5);
    expect([...blended]).toEqual([2, 4]);
    others.release();
  });

  it('begin with zeros again, after another volume and after what was marked', () => {
    const loops = openLoops(BYTES);
    loops.float64(4).fill(9);
    const mark = loops.mark();
    const first = loops.float64(4).fill(9);
    loops.rewind(mark);
    const second = loops.float64(4);
    expect(second.byteOffset).toBe(first.byteOffset);
    expect([...second]).toEqual([0, 0, 0, 0]);
    loops.release();
    const again = openLoops(BYTES);
    expect([...again.float64(4), ...again.int32(4)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    // Two volumes at a time have a memory each.
    const other = openLoops(BYTES);
    expect(other.float64(1).buffer).not.toBe(again.float64(1).buffer);
    again.release();
    other.release();
  });
});
