import { describe, expect, it } from 'vitest';
import { LarderError } from '../../base/index.ts';
import { encodeNifti, parseNiftiHeader, type NiftiImage } from './index.ts';

const IMAGE: NiftiImage = { sizes: [2, 3, 4], datatype: 4, voxels: [] };

function failureOf(bytes: Uint8Array): LarderError {
  try {
    parseNiftiHeader(bytes);
  } catch (error) {
    if (error instanceof LarderError) return error;
    throw error;
  }
  throw new Error('the header was accepted');
}

const withFields = (fields: NonNullable<NiftiImage['fields']>, version: 1 | 2 = 1): Uint8Array => encodeNifti({ ...IMAGE, version, fields });
const text = (content: string): Uint8Array => new TextEncoder().encode(content.padEnd(600));

/** What is wrong, the code, the reason word, and a piece of the sentence. */
const CASES: readonly (readonly [string, Uint8Array, string, string, RegExp])[] = [
  ['no bytes', new Uint8Array(0), 'NIFTI_INVALID', 'empty', /empty/],
  ['half a header', withFields({}).subarray(0, 200), 'NIFTI_INVALID', 'truncated', /after 200 of 348 bytes/],
  ['half a NIfTI-2 header', withFields({}, 2).subarray(0, 400), 'NIFTI_INVALID', 'truncated', /after 400 of 540 bytes/],
  ['a web page', text('  <!DOCTYPE html><html>Sign in'), 'NIFTI_INVALID', 'html', /web page/],
  ['an LFS pointer', text('version https://git-lfs.github.com/spec/v1'), 'NIFTI_INVALID', 'lfs-pointer', /LFS/],
  ['a gzip file', Uint8Array.of(0x1f, 0x8b, ...new Uint8Array(600)), 'NIFTI_INVALID', 'gzip', /does not end in .gz/],
  ['other bytes', new Uint8Array(600).fill(7), 'NIFTI_INVALID', 'not-nifti', /magic/],
  ['a NIfTI-2 size without its magic', withFields({}, 2).map((byte, i) => (i === 4 ? 0 : byte)), 'NIFTI_INVALID', 'not-nifti', /magic/],
  ['a text transfer', withFields({ eol_check: [13, 10, 26, 13] }, 2), 'NIFTI_INVALID', 'text-transfer', /text mode/],
  ['a size of 0', withFields({ dim: [3, 2, 0, 4] }), 'NIFTI_INVALID', 'bad-dimensions', /impossible sizes/],
  ['a negative size', withFields({ dim: [3, 2, -3, 4] }), 'NIFTI_INVALID', 'bad-dimensions', /-3/],
  ['a size beyond all bounds', withFields({ dim: [3, 2, 2 ** 60, 4] }, 2), 'NIFTI_INVALID', 'bad-dimensions', /impossible/],
  ['no axes', withFields({ dim: [0, 2, 3, 4] }), 'NIFTI_INVALID', 'bad-dimensions', /impossible/],
  ['one axis', withFields({ dim: [1, 2] }), 'NIFTI_UNSUPPORTED', 'rank', /1 axis/],
  ['five axes', withFields({ dim: [5, 2, 3, 4, 1, 1] }), 'NIFTI_UNSUPPORTED', 'rank', /5 axes/],
  ['colours', withFields({ datatype: 128 }), 'NIFTI_UNSUPPORTED', 'datatype', /RGB/],
  ['colours with alpha', withFields({ datatype: 2304 }), 'NIFTI_UNSUPPORTED', 'datatype', /RGBA/],
  ['an unknown datatype', withFields({ datatype: 77 }), 'NIFTI_INVALID', 'bad-datatype', /77/],
  ['voxels at byte 0', withFields({ vox_offset: 0 }), 'NIFTI_INVALID', 'bad-offset', /byte 0/],
  ['voxels inside the header', withFields({ vox_offset: 351 }), 'NIFTI_INVALID', 'bad-offset', /351/],
  ['voxels at no byte', withFields({ vox_offset: Number.NaN }), 'NIFTI_INVALID', 'bad-offset', /NaN/],
  ['a slope without intercept', withFields({ scl_slope: 2, scl_inter: Number.NaN }), 'NIFTI_INVALID', 'bad-scaling', /intercept NaN/],
  ['NaN in the affine', withFields({ qform_code: 1, qoffset_y: Number.NaN }), 'NIFTI_INVALID', 'bad-affine', /NaN/],
  ['NaN in the sform and pixdim', withFields({ sform_code: 1, srow_x: [Number.NaN, 0, 0, 0], pixdim: [1, 9, 9, Number.NaN] }), 'NIFTI_INVALID', 'bad-affine', /NaN/],
  ['a quaternion too long', withFields({ qform_code: 1, quatern_b: 1, quatern_c: 0.5 }), 'NIFTI_INVALID', 'bad-quaternion', /longer than 1/],
];

describe('damaged and foreign headers', () => {
  for (const [what, bytes, code, reason, sentence] of CASES) {
    it(`${what}: ${code} (${reason})`, () => {
      const failure = failureOf(bytes);
      expect(failure.code).toBe(code);
      expect(failure.details?.['reason']).toBe(reason);
      expect(failure.message).toMatch(sentence);
      expect(failure.hint).toBeTruthy();
    });
  }

  it('never throws anything else, whatever single byte of a header is changed', () => {
    for (const version of [1, 2] as const) {
      const intact = withFields({ sform_code: 1, srow_x: [1, 0, 0, 0], srow_y: [0, 1, 0, 0], srow_z: [0, 0, 1, 0] }, version);
      for (let at = 0; at < intact.length; at++) {
        for (const value of [0, 0x80, 0xff]) {
          try {
            parseNiftiHeader(intact.with(at, value));
          } catch (error) {
            expect(error).toBeInstanceOf(LarderError);
          }
        }
      }
    }
  });
});
