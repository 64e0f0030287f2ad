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
      expect(Array.from(header.affine, (value) => value + 0)).toEqual(wanted.affine.map((value) => value + 0));
    });
  }
});

describe('rotated qforms', () => {
  // nibabel 5.3.2, `get_qform`, with its 80-bit floats; a computation in float64 or in more than 64 bits of mantissa gives other last bits.
  it.each([
    {
      version: 1 as const,
      quaternion: [0.001_705_961_418_338_12, -0.983_836_293_220_52, -0.173_858_538_269_996_64],
      pixdim: [-1, 0.75, 2, 0.75],
      affine: [-0.7472409647809094, 0.023088435557901105, 0.06368655086416447, -0.013693323608797905, 1.879081193465037, -0.2564628494100368, 0.06279676298855265, 0.6844857869302333, 0.7019051432433808],
    },
    {
      version: 1 as const,
      quaternion: [-0.037_434_153_258_800_51, 0.974_416_911_602_020_3, -0.101_506_620_645_523_07],
      pixdim: [1, 1, 1, 0.5],
      affine: [-0.919583823301787, -0.03296048323232751, 0.19575443702938078, -0.11294540479518086, 0.976590180269845, -0.09153545124180626, -0.3763096164826518, -0.21256816870266132, -0.45088963344622274],
    },
    {
      version: 2 as const,
      quaternion: [-0.109_718_935_472_779_44, -0.992_685_332_929_080_1, 0.009_069_874_726_983_968],
      pixdim: [1, 1, 1.499_999_999_999_999_8, 1],
      affine: [-0.9710128656801637, 0.32540086417822794, -0.10036779171328808, 0.2187316025015293, 1.4636384777134703, -0.0071336513199700795, 0.09638724371362349, -0.043320712697931654, -0.9949248300275971],
    },
    {
      version: 2 as const,
      quaternion: [-0.065_849_317_125_341_27, -0.215_532_799_864_266_1, 0.974_080_426_317_700_4],
      pixdim: [1, 0.750_000_000_000_000_1, 0.5, 1.5],
      affine: [-0.7429305971289043, -0.004715582908272462, -0.20497897672511783, 0.04965143742993301, -0.45316880950114674, -0.6260041612500559, -0.08993810433198672, -0.2112245094044452, 1.3476284388503894],
    },
  ])('NIfTI-$version, quaternion $quaternion', ({ version, quaternion: [quatern_b, quatern_c, quatern_d], pixdim, affine }) => {
    const fields = { qform_code: 1, sform_code: 0, quatern_b: quatern_b!, quatern_c: quatern_c!, quatern_d: quatern_d!, pixdim };
    const header = parseNiftiHeader(encodeNifti({ version, sizes: [2, 3, 4], datatype: 4, voxels: [], fields }));
    expect([0, 1, 2].flatMap((row) => Array.from(header.affine.subarray(4 * row, 4 * row + 3)))).toEqual(affine);
  });
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
