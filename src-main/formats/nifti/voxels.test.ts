import { describe, expect, it } from 'vitest';
import { canBeNonFinite, decodeVoxels, encodeNifti, isPlainInt16, parseNiftiHeader, type NiftiImage } from './index.ts';

const STORED = [0, 1, 100, 77];
const DATATYPES = [2, 4, 8, 16, 32, 64, 256, 512, 768, 1024, 1280, 1792];

function decode(image: Partial<NiftiImage> & { datatype: number }): number[] {
  const bytes = encodeNifti({ sizes: [4, 1], voxels: STORED, ...image });
  const header = parseNiftiHeader(bytes);
  const target = new Float32Array(4);
  decodeVoxels(header, bytes.slice(header.dataOffset), target);
  return Array.from(target);
}

describe('decodeVoxels', () => {
  for (const datatype of DATATYPES) {
    for (const isLittleEndian of [true, false]) {
      it(`reads datatype ${datatype}, ${isLittleEndian ? 'little' : 'big'}-endian`, () => {
        expect(decode({ datatype, isLittleEndian })).toEqual(STORED);
        const fields = { scl_slope: 0.5, scl_inter: -3 };
        expect(decode({ datatype, isLittleEndian, fields })).toEqual([-3, -2.5, 47, 35.5]);
      });
    }
  }

  it('keeps signs and the ends of the ranges', () => {
    expect(decode({ datatype: 256, voxels: [-128, 127, -1, 0] })).toEqual([-128, 127, -1, 0]);
    expect(decode({ datatype: 512, voxels: [65535, 32768, 1, 0] })).toEqual([65535, 32768, 1, 0]);
    expect(decode({ datatype: 768, voxels: [2 ** 32 - 256, 0, 1, 2] })).toEqual([2 ** 32 - 256, 0, 1, 2]);
  });

  it('scales in float64 and rounds once: 16777217 is lost only where float32 cannot hold it', () => {
    // 2^24 + 1 is not a float32; (2^24 + 1) - 2^24 is 1 in float64 and would be 0 if rounded first.
    expect(decode({ datatype: 8, voxels: [2 ** 24 + 1, 0, 0, 0], fields: { scl_slope: 1, scl_inter: -(2 ** 24) } })[0]).toBe(1);
    expect(decode({ datatype: 8, voxels: [2 ** 24 + 1, 0, 0, 0] })[0]).toBe(2 ** 24);
  });
});

describe('integers of more than 53 bits', () => {
  // numpy 1.26.4, `np.array([…]).astype('float32')`: rounded once. By way of float64 the ties would go the other way.
  it.each([
    [1024, [2n ** 60n + 2n ** 36n + 1n, 2n ** 53n + 1n, 2n ** 62n + 2n ** 38n + 1n, -(2n ** 60n + 2n ** 36n + 1n)], [1.1529216420458004e18, 9007199254740992, 4.611686568183202e18, -1.1529216420458004e18]],
    [1280, [2n ** 64n - 1n, 2n ** 63n + 2n ** 39n + 1n, 2n ** 63n + 2n ** 39n, 7n], [1.8446744073709552e19, 9.223373136366404e18, 9.223372036854775808e18, 7]],
  ])('datatype %i', (datatype, stored, expected) => {
    const bytes = encodeNifti({ sizes: [4, 1], voxels: STORED, datatype });
    const header = parseNiftiHeader(bytes);
    const voxels = bytes.slice(header.dataOffset);
    stored.forEach((value, i) => new DataView(voxels.buffer).setBigUint64(8 * i, BigInt.asUintN(64, value), true));
    const target = new Float32Array(4);
    decodeVoxels(header, voxels, target);
    expect(Array.from(target)).toEqual(expected);
  });
});

describe('what a header promises', () => {
  const header = (image: Partial<NiftiImage>) => parseNiftiHeader(encodeNifti({ sizes: [2, 2], datatype: 4, voxels: [], ...image }));

  it('knows plain int16', () => {
    expect(isPlainInt16(header({}))).toBe(true);
    expect(isPlainInt16(header({ datatype: 512 }))).toBe(false);
    expect(isPlainInt16(header({ isLittleEndian: false }))).toBe(false);
    expect(isPlainInt16(header({ fields: { scl_slope: 2 } }))).toBe(false);
  });

  it('knows which types can hold NaN, and warns about complex ones', () => {
    expect([4, 8, 16, 64, 32].map((datatype) => canBeNonFinite(header({ datatype })))).toEqual([false, false, true, true, true]);
    expect([1e35, -1e33].map((scl_slope) => canBeNonFinite(header({ fields: { scl_slope } })))).toEqual([true, false]);
    expect(header({ datatype: 32 }).warnings).toEqual(['The voxels are complex64; only their real part is used.']);
    expect(header({}).warnings).toEqual([]);
  });
});
