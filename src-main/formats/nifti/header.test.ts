import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeNifti, parseNiftiHeader } from './index.ts';
import expected from './__fixtures__/expected-headers.json' with { type: 'json' };

function fixture(name: string): Uint8Array {
  const bytes = readFileSync(new URL(`__fixtures__/${name}`, import.meta.url));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

describe('headers as MONAI 1.5.0 loads them', () => {
  for (const [name, wanted] of Object.entries(expected.files)) {
    it(name, () => {
      const header = parseNiftiHeader(fixture(name));
      const fields = header.fields.map((field) => [field.name, [field.dtype, field.shape, Buffer.from(field.bytes).toString('hex')]]);
      expect(fields).toEqual(Object.entries(wanted.fields));
      expect(header.sizes.slice(0, 3)).toEqual(wanted.spatialShape);
      // nibabel computes qforms in 80-bit floats: up to one unit in the last place of the entry.
      header.affine.forEach((value, i) => expect(Math.abs(value - wanted.affine[i]!)).toBeLessThan(1e-12));
    });
  }
});

describe('repairs', () => {
  const image = { sizes: [2, 3, 4], datatype: 4, voxels: new Int16Array(24) };
  const pixdimOf = (fields: Record<string, number | number[]>): number[] => {
    const field = parseNiftiHeader(encodeNifti({ ...image, fields })).fields.find(({ name }) => name === 'pixdim')!;
    return Array.from(new Float32Array(field.bytes.buffer));
  };

  it('makes zero spacings 1 and negative ones positive', () => {
    expect(pixdimOf({ pixdim: [1, 0, -2, 3] })).toEqual([1, 1, 2, 3, 1, 1, 1, 1]);
  });

  it('takes a first pixdim that is neither 1 nor -1 for 1', () => {
    expect(pixdimOf({ pixdim: [0, 1, 1, 1] })[0]).toBe(1);
    expect(pixdimOf({ pixdim: [-1, 1, 1, 1] })[0]).toBe(-1);
  });

  it('ignores form codes outside 0 to 5', () => {
    // Without a form the base affine is used: x runs to the left, centre at the origin.
    const { affine } = parseNiftiHeader(encodeNifti({ ...image, fields: { sform_code: 6, qform_code: -1 } }));
    expect(Array.from(affine)).toEqual([-1, 0, 0, 0.5, 0, 1, 0, -1, 0, 0, 1, -1.5, 0, 0, 0, 1]);
  });

  it('tolerates a wrong sizeof_hdr', () => {
    expect(parseNiftiHeader(encodeNifti({ ...image, fields: { sizeof_hdr: 17 } })).sizes).toEqual([2, 3, 4]);
  });

  it('ignores a slope that is 0, NaN or infinite, and one of 1 without intercept', () => {
    const scaling = (scl_slope: number, scl_inter: number) => parseNiftiHeader(encodeNifti({ ...image, fields: { scl_slope, scl_inter } })).scaling;
    expect([scaling(0, 5), scaling(NaN, 5), scaling(Infinity, 5), scaling(1, 0)]).toEqual([undefined, undefined, undefined, undefined]);
    expect(scaling(2, -1024)).toEqual({ slope: 2, intercept: -1024 });
    expect(scaling(1, 3)).toEqual({ slope: 1, intercept: 3 });
  });
});

describe('byte order and version', () => {
  for (const version of [1, 2] as const) {
    for (const isLittleEndian of [true, false]) {
      it(`reads NIfTI-${version}, ${isLittleEndian ? 'little' : 'big'}-endian`, () => {
        const sform = Float64Array.of(-0.5, 0, 0, 10, 0, 2, 0, -20, 0, 0, 3, 30, 0, 0, 0, 1);
        const header = parseNiftiHeader(encodeNifti({ version, isLittleEndian, sizes: [5, 6, 7], datatype: 16, voxels: [], sform }));
        expect([header.version, header.isLittleEndian, header.sizes, header.datatype.name]).toEqual([version, isLittleEndian, [5, 6, 7], 'float32']);
        expect(Array.from(header.affine)).toEqual(Array.from(sform));
        expect(header.dataOffset).toBe(version === 1 ? 352 : 544);
      });
    }
  }
});
