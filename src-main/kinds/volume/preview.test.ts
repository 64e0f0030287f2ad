import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { encodeNifti, parseNiftiHeader } from '../../formats/nifti/index.ts';
import { drawNifti, drawSlices, drawThumbnail } from './preview.ts';
import { firstAxisFastest, writeNiftiPreview } from './preview-nifti.ts';
import { drawRaw } from './preview-raw.ts';
import { reduceTo, reducedAffine } from './preview-reduce.ts';
import { openFileSource } from './file-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'larder-preview-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const FIXTURES = join(import.meta.dirname, '../../formats/torch/__fixtures__');
const MONAI_ENTRIES = join(FIXTURES, 'monai/e1/a');

it('puts the first axis first, channel by channel', () => {
  // Two channels of 2 × 3 × 2; the digits of each value are c, x, y, z.
  const values = new Float32Array(24);
  let at = 0;
  for (let c = 0; c < 2; c++) for (let x = 0; x < 2; x++) for (let y = 0; y < 3; y++) for (let z = 0; z < 2; z++) values[at++] = 1000 * c + 100 * x + 10 * y + z;
  const turned = firstAxisFastest(values, { channels: 2, sizes: [2, 3, 2] });
  expect(Array.from(turned.subarray(0, 8))).toEqual([0, 100, 10, 110, 20, 120, 1, 101]);
  expect(turned[12]).toBe(1000);
});

it('goes beyond one tile without losing a voxel', () => {
  const sizes = [17, 2, 33] as const;
  const values = Float32Array.from({ length: 17 * 2 * 33 }, (_, i) => i);
  const turned = firstAxisFastest(values, { channels: 1, sizes });
  for (const [x, y, z] of [[0, 0, 0], [16, 1, 32], [15, 0, 16], [16, 0, 15], [3, 1, 31]] as const) expect(turned[x + 17 * (y + 2 * z)]).toBe((x * 2 + y) * 33 + z);
});

it('makes a NIfTI and pictures of an entry that MONAI wrote', async () => {
  const file = readdirSync(MONAI_ENTRIES).find((name) => name.endsWith('.pt'))!;
  const payload = (name: string) => ({ path: join(MONAI_ENTRIES, file), key: file.slice(0, -3), expected: { bMin: -1, bMax: 1 }, outputPath: join(folder, name) });
  await drawNifti(payload('a.nii'));
  const bytes = readFileSync(join(folder, 'a.nii'));
  const header = parseNiftiHeader(bytes);
  expect(bytes.length).toBe(352 + 4 * header.sizes.reduce((product, size) => product * size, 1));
  await drawThumbnail(payload('a.png'));
  expect(await sharp(join(folder, 'a.png')).metadata()).toMatchObject({ format: 'png', width: 128, height: 128 });
  await drawSlices(payload('b.png'));
  expect(await sharp(join(folder, 'b.png')).metadata()).toMatchObject({ format: 'png', width: 960, height: 320 });
});

it('takes steps only where an axis is too long, from the middle of each step, and keeps places', () => {
  expect(reduceTo([256, 257, 700], 256)).toEqual({ steps: [1, 2, 3], firsts: [0, 0, 1], sizes: [256, 129, 233] });
  // 700 voxels in steps of 3 from 1 on: 1, 4, … 697.
  const affine = Float64Array.from([-2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 5, -30, 0, 0, 0, 1]);
  const reduced = reducedAffine(affine, reduceTo([256, 257, 700], 256));
  expect(Array.from(reduced)).toEqual([-2, 0, 0, 10, 0, 6, 0, 20, 0, 0, 15, -25, 0, 0, 0, 1]);
});

it('leaves values as they are in a reduced volume', async () => {
  const file = readdirSync(MONAI_ENTRIES).find((name) => name.endsWith('.pt'))!;
  const source = openFileSource(join(MONAI_ENTRIES, file));
  writeNiftiPreview(source, join(folder, 'whole.nii'), undefined);
  writeNiftiPreview(source, join(folder, 'reduced.nii'), undefined, 3);
  source.close();
  const [whole, reduced] = ['whole.nii', 'reduced.nii'].map((name) => readFileSync(join(folder, name)));
  const [large, small] = [parseNiftiHeader(whole!).sizes, parseNiftiHeader(reduced!).sizes];
  const { steps, firsts } = reduceTo([large[0]!, large[1]!, large[2]!], 3);
  expect(Math.max(...small)).toBe(3);
  for (const [x, y, z] of [[0, 0, 0], [1, 0, 2], [small[0]! - 1, small[1]! - 1, small[2]! - 1]] as const) {
    const [X, Y, Z] = [x, y, z].map((at, axis) => firsts[axis]! + at * steps[axis]!);
    expect(reduced!.readFloatLE(352 + 4 * (x + small[0]! * (y + small[1]! * z)))).toBe(whole!.readFloatLE(352 + 4 * (X! + large[0]! * (Y! + large[1]! * Z!))));
  }
});

it('shows a raw file as it is: scaled values, its own axes, what the parameters clip', async () => {
  const path = join(folder, 'raw.nii');
  const voxels = Int16Array.from({ length: 600 * 2 * 3 }, (_, i) => i);
  writeFileSync(path, encodeNifti({ sizes: [600, 2, 3], datatype: 4, voxels, sform: Float64Array.from([-1, 0, 0, 5, 0, 1, 0, 6, 0, 0, 2, 7, 0, 0, 0, 1]), fields: { scl_slope: 2, scl_inter: -1024 } }));
  const request = { path, isGzip: false, channel: 0 };
  await drawRaw({ ...request, window: { min: -1000, max: 400 }, outputPath: join(folder, 'raw-preview.nii') }, new AbortController().signal, 256);
  const bytes = readFileSync(join(folder, 'raw-preview.nii'));
  const header = parseNiftiHeader(bytes);
  // 600 voxels in steps of 3 from 1 on.
  expect(header.sizes).toEqual([200, 2, 3]);
  expect(Array.from(header.affine).slice(0, 4)).toEqual([-3, 0, 0, 4]);
  expect([bytes.readFloatLE(124), bytes.readFloatLE(128), bytes.readFloatLE(56)]).toEqual([400, -1000, 3]);
  // Voxel (199, 1, 2) of the preview is (598, 1, 2) of the file: stored 598 + 600 · (1 + 2 · 2) = 3598.
  expect(bytes.readFloatLE(352 + 4 * (199 + 200 * (1 + 2 * 2)))).toBe(3598 * 2 - 1024);
  // Without a limit and a window: all of it, between the hundredths.
  await drawRaw({ ...request, window: undefined, outputPath: join(folder, 'raw-whole.nii') }, new AbortController().signal);
  const whole = readFileSync(join(folder, 'raw-whole.nii'));
  expect([parseNiftiHeader(whole).sizes, whole.length]).toEqual([[600, 2, 3], 352 + 4 * 3600]);
  expect([whole.readFloatLE(124), whole.readFloatLE(128)]).toEqual([3563 * 2 - 1024, 36 * 2 - 1024]);
});

it('shows any channel of a raw file, and says which there are', async () => {
  const path = join(folder, 'raw-4d.nii');
  writeFileSync(path, encodeNifti({ sizes: [2, 3, 4, 5], datatype: 16, voxels: Float32Array.from({ length: 120 }, (_, i) => i), sform: Float64Array.from([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]) }));
  await drawRaw({ path, isGzip: false, channel: 3, window: undefined, outputPath: join(folder, 'raw-3.nii') }, new AbortController().signal);
  const bytes = readFileSync(join(folder, 'raw-3.nii'));
  expect(parseNiftiHeader(bytes).sizes).toEqual([2, 3, 4]);
  expect([bytes.readFloatLE(352), bytes.readFloatLE(352 + 4 * 23)]).toEqual([72, 95]);
  await expect(drawRaw({ path, isGzip: false, channel: 5, window: undefined, outputPath: join(folder, 'raw-5.nii') }, new AbortController().signal)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

it('says what is wrong with files that hold nothing to draw', async () => {
  const path = join(folder, 'bad.pt');
  writeFileSync(path, 'not a zip');
  await expect(drawNifti({ path, key: 'k', expected: {}, outputPath: join(folder, 'c.nii') })).rejects.toMatchObject({ code: 'TORCH_INVALID' });
  await expect(drawThumbnail({ path: join(folder, 'nothing.pt'), key: 'k', expected: {}, outputPath: join(folder, 'c.png') })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
