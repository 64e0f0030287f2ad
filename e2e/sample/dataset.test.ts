import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { NIFTI1, readHeader } from 'nifti-reader-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeSampleDataset, makeSampleVolumes, sampleFiles, sampleNames, sampleUploads } from './index.ts';
import type { SampleDataset } from './index.ts';
import { SAMPLE_RECIPES } from './recipes.ts';

let dataset: SampleDataset;
beforeAll(() => {
  dataset = makeSampleDataset();
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Digests as a process of its own computes them. */
async function digestsElsewhere(): Promise<string[]> {
  const module = new URL('index.ts', import.meta.url).href;
  const program = `
    import { createHash } from 'node:crypto';
    const { makeSampleDataset, sampleFiles } = await import(${JSON.stringify(module)});
    for (const { content } of sampleFiles(makeSampleDataset())) console.log(createHash('sha256').update(content).digest('hex'));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  return stdout.trim().split('\n');
}

function headerOf(bytes: Buffer): NIFTI1 {
  const content = gunzipSync(bytes);
  const header = readHeader(content.buffer.slice(content.byteOffset, content.byteOffset + content.length) as ArrayBuffer);
  if (!(header instanceof NIFTI1)) throw new Error('no NIFTI-1 header');
  return header;
}

/** Letter of the world direction an array axis follows most, from the voxel→world matrix (RAS+). */
function axcodesOf(affine: readonly (readonly number[])[]): string {
  return [0, 1, 2]
    .map((n) => {
      const column = [0, 1, 2].map((row) => affine[row]![n]!);
      const axis = column.reduce((best, value, row) => (Math.abs(value) > Math.abs(column[best]!) ? row : best), 0);
      return (column[axis]! > 0 ? 'RAS' : 'LPI')[axis];
    })
    .join('');
}

/** HU at an array position. */
function huAt(bytes: Buffer, header: NIFTI1, [i, j, k]: readonly [number, number, number]): number {
  const content = gunzipSync(bytes);
  const index = i + header.dims[1]! * (j + header.dims[2]! * k);
  const stored = header.datatypeCode === 16 ? content.readFloatLE(352 + index * 4) : content.readInt16LE(352 + index * 2);
  return stored * header.scl_slope + header.scl_inter;
}

describe('the sample dataset', () => {
  it('has the same bytes in every process', async () => {
    const [first, second] = await Promise.all([digestsElsewhere(), digestsElsewhere()]);
    expect(first).toHaveLength(15);
    expect(second).toEqual(first);
    expect(sampleFiles(dataset).map((file) => sha256(file.content))).toEqual(first);
  });

  it('can be made one file at a time', () => {
    expect(sampleNames()).toEqual(dataset.names);
    expect(sampleUploads().map((upload) => ({ path: upload.repositoryPath, digest: sha256(upload.make()) }))).toEqual(sampleFiles(dataset).map(({ path, content }) => ({ path, digest: sha256(content) })));
  });

  it('has other bytes from another seed', () => {
    const others = makeSampleVolumes(7).map((volume) => sha256(volume.bytes));
    const own = dataset.volumes.map((volume) => sha256(volume.bytes));
    expect(new Set([...own, ...others]).size).toBe(2 * own.length);
  });

  it('covers shapes, spacings, orientations and storages', () => {
    expect(dataset.volumes.length).toBeGreaterThanOrEqual(12);
    expect(new Set(SAMPLE_RECIPES.map((recipe) => recipe.shape.join())).size).toBe(SAMPLE_RECIPES.length);
    expect(new Set(SAMPLE_RECIPES.map((recipe) => recipe.axcodes)).size).toBeGreaterThanOrEqual(9);
    expect(new Set(SAMPLE_RECIPES.map((recipe) => recipe.dtype))).toEqual(new Set(['int16', 'float32']));
    const spacings = SAMPLE_RECIPES.flatMap((recipe) => recipe.spacing);
    expect([Math.min(...spacings), Math.max(...spacings)]).toEqual([0.6, 5]);
    const lengths = SAMPLE_RECIPES.flatMap((recipe) => recipe.shape);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([40, 110]);
  });

  it('lists every volume, the damaged one and the absent one, by split', () => {
    const listed = [...dataset.names.train, ...dataset.names.valid];
    const uploaded = sampleFiles(dataset).map((file) => file.path.slice(file.path.lastIndexOf('/') + 1));
    expect(listed.toSorted()).toEqual([...uploaded, dataset.absentName].toSorted());
    expect(dataset.names.valid).toContain(dataset.absentName);
  });

  it('lies in the repository as CT-RATE does', () => {
    expect(dataset.volumes[0]).toMatchObject({
      volumeName: 'train_1_a_1.nii.gz',
      repositoryPath: 'dataset/train_fixed/train_1/train_1_a/train_1_a_1.nii.gz',
    });
  });

  it('has an upload that cannot be inflated', () => {
    expect(() => gunzipSync(dataset.damaged.bytes)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^Z_(?:DATA|BUF)_ERROR$/) }));
  });

  it.each(SAMPLE_RECIPES)('writes a header that says what $volumeName is: $about', (recipe) => {
    const { bytes } = dataset.volumes.find((volume) => volume.volumeName === recipe.volumeName)!;
    const header = headerOf(bytes);
    expect(header.dims.slice(0, 4)).toEqual([3, ...recipe.shape]);
    expect(header.pixDims.slice(1, 4)).toEqual(recipe.spacing.map(Math.fround));
    expect(axcodesOf(header.affine)).toBe(recipe.axcodes);
    expect([header.sform_code, header.qform_code]).toEqual(recipe.affineIn === 'sform' ? [1, 0] : [0, 1]);
    expect([header.datatypeCode, header.numBitsPerVoxel]).toEqual(recipe.dtype === 'int16' ? [4, 16] : [16, 32]);
    expect([header.scl_slope, header.scl_inter]).toEqual([recipe.slope, recipe.intercept]);
    expect(gunzipSync(bytes)).toHaveLength(352 + recipe.shape.reduce((a, b) => a * b) * (header.numBitsPerVoxel / 8));
  });

  it('puts the middle of every array where its recipe says, in mm', () => {
    for (const [n, recipe] of SAMPLE_RECIPES.entries()) {
      const { affine } = headerOf(dataset.volumes[n]!.bytes);
      for (const row of [0, 1, 2]) {
        const middle = [0, 1, 2].reduce((sum, axis) => sum + (affine[row]![axis]! * (recipe.shape[axis]! - 1)) / 2, affine[row]![3]!);
        // float32 rows: positions of a few hundred mm are good to about 2e-5 mm.
        expect(middle).toBeCloseTo(recipe.centre[row]!, 3);
      }
    }
  });

  it('shows air outside the body, and a heart in its middle, in HU whatever the storage', () => {
    for (const name of ['train_1_a_1.nii.gz', 'train_2_a_1.nii.gz', 'valid_3_a_1.nii.gz']) {
      const { bytes } = dataset.volumes.find((volume) => volume.volumeName === name)!;
      const header = headerOf(bytes);
      const [n0, n1, n2] = header.dims.slice(1, 4) as [number, number, number];
      // Noise is at most 3.5 times 22 HU.
      expect(huAt(bytes, header, [0, 0, 0])).toBeGreaterThan(-1080);
      expect(huAt(bytes, header, [0, 0, 0])).toBeLessThan(-920);
      const anterior = Math.round((n1 - 1) / 2) + (axcodesOf(header.affine)[1] === 'A' ? 1 : -1) * Math.round(28 / header.pixDims[2]!);
      const left = Math.round((n0 - 1) / 2) + (axcodesOf(header.affine)[0] === 'L' ? 1 : -1) * Math.round(22 / header.pixDims[1]!);
      const heart = huAt(bytes, header, [left, anterior, Math.round((n2 - 1) / 2) - Math.round(10 / header.pixDims[3]!)]);
      expect(heart).toBeGreaterThan(10);
      expect(heart).toBeLessThan(180);
    }
  });
});
