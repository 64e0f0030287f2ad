import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { LarderError } from '../../base/index.ts';
import { encodeNifti, type NiftiImage } from '../../formats/nifti/index.ts';
import type { VolumeParameters } from './contract.ts';
import { estimateMemoryBytes, preprocessVolume, readVolumeHeader } from './preprocess.ts';
import { valuesOf, VolumeFolder } from './preprocess-test-volume.ts';

const folder = new VolumeFolder();
afterAll(() => folder.remove());

const PARAMETERS: VolumeParameters = { targetSpacing: [1], targetShape: [6, 7, 8], aMin: -1000, aMax: 1000, bMin: -1, bMax: 1, axcodes: 'RAS', dtype: 'float32' };
const SFORM = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1);
const IMAGE: NiftiImage = { sizes: [20, 21, 22], datatype: 4, voxels: Int16Array.from({ length: 20 * 21 * 22 }, (_, i) => (i * 37) % 1500), sform: SFORM };
const BYTES = encodeNifti(IMAGE);
const PACKED = gzipSync(BYTES);

async function failureOf(bytes: Uint8Array, ending: '.nii' | '.nii.gz', parameters = PARAMETERS): Promise<LarderError> {
  const path = folder.write(bytes, ending);
  const failure: unknown = await preprocessVolume({ path, isGzip: ending === '.nii.gz' }, parameters).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof LarderError)) throw new Error(`expected a LarderError, got ${String(failure)}`);
  expect(failure.message).toContain(path);
  expect(failure.details?.['path']).toBe(path);
  expect(failure.hint).toBeTruthy();
  return failure;
}

const concat = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
const flip = (bytes: Uint8Array, at: number): Uint8Array => Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 4 : byte));
const text = (content: string): Uint8Array => new TextEncoder().encode(content.padEnd(2000));

/** The image with header extensions of these sizes, padded to where the voxels are said to start. */
function withExtensions(sizes: readonly number[], dataOffset: number, isLittleEndian = true): Uint8Array {
  const moved = encodeNifti({ ...IMAGE, isLittleEndian, fields: { vox_offset: dataOffset } });
  const between = new DataView(new ArrayBuffer(dataOffset - 348));
  between.setUint8(0, 1);
  let at = 4;
  for (const size of sizes) {
    between.setInt32(at, size, isLittleEndian);
    between.setInt32(at + 4, 6, isLittleEndian);
    at += size;
  }
  return concat(moved.subarray(0, 348), new Uint8Array(between.buffer), moved.subarray(352));
}

/** What is wrong, its bytes, the file's ending, code and reason. */
const DAMAGES: readonly (readonly [string, Uint8Array, '.nii' | '.nii.gz', string, string])[] = [
  ['no bytes', new Uint8Array(0), '.nii', 'NIFTI_INVALID', 'empty'],
  ['no bytes, gzip', new Uint8Array(0), '.nii.gz', 'NIFTI_INVALID', 'empty'],
  ['an empty gzip stream', gzipSync(''), '.nii.gz', 'NIFTI_INVALID', 'empty'],
  ['cut in the header', BYTES.subarray(0, 100), '.nii', 'NIFTI_INVALID', 'truncated'],
  ['cut in the voxels', BYTES.subarray(0, -1), '.nii', 'NIFTI_INVALID', 'truncated'],
  ['cut in the voxels before packing', gzipSync(BYTES.subarray(0, -1)), '.nii.gz', 'NIFTI_INVALID', 'truncated'],
  ['cut in the gzip stream', PACKED.subarray(0, PACKED.length >> 1), '.nii.gz', 'NIFTI_INVALID', 'gzip-truncated'],
  ['cut in the gzip trailer', PACKED.subarray(0, -3), '.nii.gz', 'NIFTI_INVALID', 'gzip-truncated'],
  ['a wrong checksum', flip(PACKED, PACKED.length - 6), '.nii.gz', 'NIFTI_INVALID', 'gzip-damaged'],
  ['a wrong length', flip(PACKED, PACKED.length - 2), '.nii.gz', 'NIFTI_INVALID', 'gzip-damaged'],
  ['a flipped bit in the middle', flip(PACKED, PACKED.length >> 1), '.nii.gz', 'NIFTI_INVALID', 'gzip-damaged'],
  ['bytes behind the gzip data', concat(PACKED, text('behind')), '.nii.gz', 'NIFTI_INVALID', 'not-gzip'],
  ['more packed behind the voxels than anybody has there', concat(PACKED, gzipSync(new Uint8Array(65 << 20))), '.nii.gz', 'NIFTI_INVALID', 'trailing-data'],
  ['bytes behind zero padding', concat(PACKED, new Uint8Array(50), text('behind')), '.nii.gz', 'NIFTI_INVALID', 'trailing-bytes'],
  ['a web page', text('<!doctype html><html>'), '.nii', 'NIFTI_INVALID', 'html'],
  ['a web page instead of gzip', text('<!doctype html><html>'), '.nii.gz', 'NIFTI_INVALID', 'not-gzip'],
  ['not compressed under a .gz name', BYTES, '.nii.gz', 'NIFTI_INVALID', 'not-gzip'],
  ['compressed under a plain name', PACKED, '.nii', 'NIFTI_INVALID', 'gzip'],
  ['five axes', encodeNifti({ ...IMAGE, fields: { dim: [5, 20, 21, 22, 1, 1] } }), '.nii', 'NIFTI_UNSUPPORTED', 'rank'],
  // nibabel 5.3.2 on these: "read length must be non-negative or -1", "failed to read extension content".
  ['an extension of no bytes', withExtensions([0], 368), '.nii', 'NIFTI_INVALID', 'bad-extension'],
  ['an extension of less than no bytes', gzipSync(withExtensions([-16], 368)), '.nii.gz', 'NIFTI_INVALID', 'bad-extension'],
  ['padding behind an extension', withExtensions([32], 512), '.nii', 'NIFTI_INVALID', 'bad-extension'],
  ['an extension longer than the file', withExtensions([2 ** 30], 384), '.nii', 'NIFTI_INVALID', 'bad-extension'],
  ['an extension that reaches into the voxels', withExtensions([64], 384), '.nii', 'NIFTI_INVALID', 'bad-extension'],
  ['a size in the other byte order', withExtensions([0x2000_0000], 384), '.nii', 'NIFTI_INVALID', 'bad-extension'],
  ['colours', encodeNifti({ ...IMAGE, fields: { datatype: 128 } }), '.nii', 'NIFTI_UNSUPPORTED', 'datatype'],
  ['more voxels claimed than the file holds', encodeNifti({ ...IMAGE, fields: { dim: [3, 20, 21, 23] } }), '.nii', 'NIFTI_INVALID', 'truncated'],
  ['absurdly many voxels claimed', gzipSync(encodeNifti({ ...IMAGE, fields: { dim: [3, 32000, 32000, 32000] } })), '.nii.gz', 'NIFTI_INVALID', 'truncated'],
];

describe('damaged files', () => {
  for (const [what, bytes, ending, code, reason] of DAMAGES) {
    it(`${what}: ${code} (${reason})`, async () => {
      const failure = await failureOf(bytes, ending);
      expect([failure.code, failure.details?.['reason']]).toEqual([code, reason]);
    });
  }

  it('singular affine: AFFINE_INVALID', async () => {
    const flat = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    // pixdim agrees with the columns, so that the loader keeps the sform.
    const failure = await failureOf(encodeNifti({ ...IMAGE, sform: flat }), '.nii');
    expect(failure.code).toBe('AFFINE_INVALID');
  });

  it('an absurdly large result: PREPROCESS_FAILED, and nothing is allocated', async () => {
    const failure = await failureOf(BYTES, '.nii', { ...PARAMETERS, targetShape: [100_000, 100_000, 100_000] });
    expect(failure.code).toBe('PREPROCESS_FAILED');
    const fine = await failureOf(BYTES, '.nii', { ...PARAMETERS, targetSpacing: [1e-7], targetShape: [-1, -1, -1] });
    expect(fine.code).toBe('PREPROCESS_FAILED');
  });

  // By hand, at 1 mm: an axis of 19 x 100,000 + 1 voxels; 571 x 501 x 841 voxels, 26,000 for each of 9,240.
  it.each([
    ['one axis', [100_000, 1, 1]],
    ['all of them', [30, 25, 40]],
  ])('voxels so large that few of them become a hundred million, along %s: PREPROCESS_FAILED, and nothing is allocated', async (_, [x, y, z]) => {
    const sform = Float64Array.of(x!, 0, 0, 0, 0, y!, 0, 0, 0, 0, z!, 0, 0, 0, 0, 1);
    const before = process.memoryUsage().arrayBuffers;
    const failure = await failureOf(encodeNifti({ ...IMAGE, sform }), '.nii');
    expect(failure.code).toBe('PREPROCESS_FAILED');
    expect(failure.message).toContain('20x21x22 voxels would become');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20);
  });

  it('thick slices, which become hundreds of voxels each, are none of that', async () => {
    const sform = Float64Array.of(8, 0, 0, 0, 0, 8, 0, 0, 0, 0, 10, 0, 0, 0, 0, 1);
    const path = folder.write(encodeNifti({ ...IMAGE, sform }), '.nii');
    expect((await preprocessVolume({ path, isGzip: false }, PARAMETERS)).spacedSizes).toEqual([153, 161, 211]);
  });

  it('parameters that fit no volume: CONFIG_INVALID', async () => {
    for (const wrong of [{ axcodes: 'LPX' }, { axcodes: 'LRS' }, { axcodes: 'LP' }, { targetShape: [1, 2] }, { targetSpacing: [] }]) {
      expect((await failureOf(BYTES, '.nii', { ...PARAMETERS, ...wrong })).code).toBe('CONFIG_INVALID');
    }
  });

  it('a missing file, and a folder: FILE_NOT_FOUND', async () => {
    const missing = preprocessVolume({ path: join(folder.path, 'none.nii'), isGzip: false }, PARAMETERS);
    await expect(missing).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const directory = join(folder.path, 'folder.nii');
    mkdirSync(directory);
    await expect(preprocessVolume({ path: directory, isGzip: false }, PARAMETERS)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringContaining('is a folder') });
  });
});

describe('harmless oddities', () => {
  const valuesFrom = async (bytes: Uint8Array, ending: '.nii' | '.nii.gz'): Promise<Float32Array> =>
    valuesOf(await preprocessVolume({ path: folder.write(bytes, ending), isGzip: ending === '.nii.gz' }, PARAMETERS));

  it('reads several gzip members, zero padding, and both together', async () => {
    const expected = await valuesFrom(PACKED, '.nii.gz');
    const members = [BYTES.subarray(0, 200), BYTES.subarray(200, 7000), BYTES.subarray(7000)].map((part) => gzipSync(part));
    expect(await valuesFrom(concat(...members), '.nii.gz')).toEqual(expected);
    expect(await valuesFrom(concat(PACKED, new Uint8Array(3000)), '.nii.gz')).toEqual(expected);
    expect(await valuesFrom(concat(members[0]!, new Uint8Array(70), members[1]!, members[2]!, new Uint8Array(9)), '.nii.gz')).toEqual(expected);
  });

  it('ignores bytes behind the voxels', async () => {
    const expected = await valuesFrom(BYTES, '.nii');
    expect(await valuesFrom(concat(BYTES, text('behind')), '.nii')).toEqual(expected);
    expect(await valuesFrom(gzipSync(concat(BYTES, text('behind'))), '.nii.gz')).toEqual(expected);
  });

  it('skips to where the header says the voxels start', async () => {
    const moved = encodeNifti({ ...IMAGE, fields: { vox_offset: 5000 } });
    const bytes = concat(moved.subarray(0, 352), new Uint8Array(5000 - 352), moved.subarray(352));
    expect(await valuesFrom(bytes, '.nii')).toEqual(await valuesFrom(BYTES, '.nii'));
  });

  it.each([
    ['one', [32], 384],
    ['two, with less than another behind them', [48, 24], 436],
    ['one of a size that is no multiple of 16', [20], 372],
  ])('walks over header extensions: %s', async (_, sizes, dataOffset) => {
    const expected = await valuesFrom(BYTES, '.nii');
    expect(await valuesFrom(withExtensions(sizes, dataOffset), '.nii')).toEqual(expected);
    expect(await valuesFrom(gzipSync(withExtensions(sizes, dataOffset, false)), '.nii.gz')).toEqual(expected);
  });

  it('counts voxels that are NaN or infinite, and says so', async () => {
    const voxels = Float32Array.from(IMAGE.voxels).fill(Number.NaN, 0, 5).fill(Infinity, 100, 102);
    const volume = await folder.preprocess({ ...IMAGE, datatype: 16, voxels }, PARAMETERS);
    expect(volume.sourceNonFiniteCount).toBe(7);
    expect(volume.warnings).toEqual([expect.stringContaining('7 voxels')]);
  });
});

describe('progress, cancelling, planning', () => {
  it('reports the bytes of the file, up to all of them', async () => {
    const path = folder.write(PACKED, '.nii.gz');
    const seen: number[][] = [];
    await preprocessVolume({ path, isGzip: true }, PARAMETERS, { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([PACKED.length, PACKED.length]);
  });

  it('stops with CANCELLED, before and during the work', async () => {
    const path = folder.write(PACKED, '.nii.gz');
    await expect(preprocessVolume({ path, isGzip: true }, PARAMETERS, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    const controller = new AbortController();
    const running = preprocessVolume({ path, isGzip: true }, PARAMETERS, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('reads a header without needing the rest of the file', async () => {
    const path = folder.write(PACKED.subarray(0, PACKED.length >> 1), '.nii.gz');
    const header = await readVolumeHeader({ path, isGzip: true });
    expect(header.sizes).toEqual([20, 21, 22]);
    appendFileSync(path, 'behind');
    expect((await readVolumeHeader({ path, isGzip: true })).sizes).toEqual([20, 21, 22]);
  });

  it('estimates memory: the result, plus a share that does not grow with it', async () => {
    const path = folder.write(BYTES, '.nii');
    const header = await readVolumeHeader({ path, isGzip: false });
    const small = estimateMemoryBytes(header, { ...PARAMETERS, targetShape: [64, 64, 64] });
    const large = estimateMemoryBytes(header, { ...PARAMETERS, targetShape: [64, 64, 128] });
    // 64·64·64 more float32.
    expect(large - small).toBeGreaterThanOrEqual(2 ** 20);
    expect(large - small).toBeLessThan(1.1 * 2 ** 20);
    expect(estimateMemoryBytes(header, { ...PARAMETERS, targetShape: [64, 64, 64], dtype: 'float64' }) - small).toBe(2 ** 21);
  });
});
