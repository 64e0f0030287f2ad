import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { parseNiftiHeader } from '../../formats/nifti/index.ts';
import { drawNifti, drawSlices, drawThumbnail } from './preview.ts';
import { firstAxisFastest } from './preview-nifti.ts';

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

it('says what is wrong with files that hold nothing to draw', async () => {
  const path = join(folder, 'bad.pt');
  writeFileSync(path, 'not a zip');
  await expect(drawNifti({ path, key: 'k', expected: {}, outputPath: join(folder, 'c.nii') })).rejects.toMatchObject({ code: 'TORCH_INVALID' });
  await expect(drawThumbnail({ path: join(folder, 'nothing.pt'), key: 'k', expected: {}, outputPath: join(folder, 'c.png') })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
