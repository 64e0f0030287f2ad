import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import expected from '../../formats/nifti/__fixtures__/expected-headers.json' with { type: 'json' };
import { RAW_HEAD_BYTES } from '../kind.ts';
import { rawFacts, readRawHeader } from './raw-facts.ts';

const HEAD_BYTES = 16 * 1024;
/** Does not pack: the high bytes of a linear congruential sequence. */
const NOISE = new Uint8Array(50_000);
for (let state = 1, i = 0; i < NOISE.length; i++) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  NOISE[i] = state >>> 24;
}

function headOf(name: string): Uint8Array {
  return readFileSync(new URL(`../../formats/nifti/__fixtures__/${name}`, import.meta.url)).subarray(0, HEAD_BYTES);
}
function lineOf(name: string, line: string): string | undefined {
  return rawFacts(name, headOf(name))?.lines.find((one) => one.name === line)?.value;
}

describe('facts of a raw volume, against what nibabel reads', () => {
  for (const [name, wanted] of Object.entries(expected.files)) {
    it(name, () => {
      expect(lineOf(name, 'Size')!.split(' × ').slice(0, 3).map(Number)).toEqual(wanted.spatialShape);
      const column = (axis: number): number[] => [0, 1, 2].map((row) => wanted.affine[row * 4 + axis]!);
      const spacing = [0, 1, 2].map((axis) => Math.hypot(...column(axis)));
      const shown = lineOf(name, 'Spacing')!.replace(' mm', '').split(' × ').map(Number);
      shown.forEach((value, axis) => expect(Math.abs(value - spacing[axis]!)).toBeLessThanOrEqual(0.00005001));
      // Where each axis is nearest to one world axis of its own, the letter can be read off its column.
      const nearest = [0, 1, 2].map((axis) => column(axis).reduce((best, value, row, all) => (Math.abs(value) > Math.abs(all[best]!) ? row : best), 0));
      if (new Set(nearest).size < 3) return;
      const letters = nearest.map((row, axis) => (column(axis)[row]! > 0 ? 'RAS' : 'LPI').charAt(row)).join('');
      expect(lineOf(name, 'Axes point to')).toBe(letters);
    });
  }

  it('need only the beginning of a packed file', () => {
    const whole = gzipSync(Buffer.concat([headOf('i16_plain.nii').subarray(0, 352), NOISE]));
    expect(whole.length).toBeGreaterThan(HEAD_BYTES);
    expect(rawFacts('a.nii.gz', whole.subarray(0, HEAD_BYTES))!.lines[0]).toEqual({ name: 'Size', value: lineOf('i16_plain.nii', 'Size') });
  });

  it('are none of another file, and a damaged one is named', () => {
    expect(rawFacts('a.pt', new Uint8Array(400))).toBeUndefined();
    expect(() => rawFacts('a.nii', new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'NIFTI_INVALID', message: expect.stringContaining('a.nii: ') }));
    expect(() => rawFacts('a.nii.gz', Uint8Array.from([0x1f, 0x8b, 9, 9, 9, 9]))).toThrow(expect.objectContaining({ code: 'NIFTI_INVALID' }));
  });
});

describe('the header of a raw volume', () => {
  const plain = headOf('i16_plain.nii');

  it('is read from the first bytes, packed or not', () => {
    const { sizes } = readRawHeader(plain.subarray(0, RAW_HEAD_BYTES));
    const packed = gzipSync(Buffer.concat([plain.subarray(0, 352), NOISE]));
    expect(readRawHeader(packed.subarray(0, RAW_HEAD_BYTES)).sizes).toEqual(sizes);
    expect(sizes.join(' × ')).toBe(lineOf('i16_plain.nii', 'Size'));
  });

  it('is refused by name where there is none', () => {
    expect(() => readRawHeader(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'NIFTI_INVALID' }));
  });
});
