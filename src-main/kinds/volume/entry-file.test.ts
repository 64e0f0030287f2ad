import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseNiftiHeader } from '../../formats/nifti/index.ts';
import { bytesSource, encodeTorchFile } from '../../formats/torch/index.ts';
import type { PickleStyle, TorchLayout } from '../../formats/torch/index.ts';
import type { VolumeDtype, VolumeParameters } from './contract.ts';
import { encodeVolumeEntry, inspectVolumeEntry, verifyVolumeEntry } from './entry-file.ts';
import { monaiEntry } from './entry-graph.ts';
import { planGeometry } from './geometry.ts';
import type { Matrix, PreprocessedVolume } from './result.ts';

/** Files MONAI 1.5.0 wrote, their inputs and parameters; the fields are explained in the fixtures' README. */
const FIXTURES = new URL('../../formats/torch/__fixtures__/', import.meta.url);

interface Golden {
  readonly file: string;
  readonly kind: string;
  readonly env: string;
  readonly prefix: string;
  readonly input: string;
  readonly imageRecord: string;
  readonly imageStride?: readonly number[];
  readonly rebuild: { readonly fromHeaderAndParams: boolean };
  readonly params: {
    readonly axcodes: string;
    readonly pixdim: readonly number[];
    readonly shape: readonly number[];
    readonly dtype: VolumeDtype;
    readonly a_min: number;
    readonly a_max: number;
    readonly b_min: number;
    readonly b_max: number;
    readonly keyOrder: readonly ('image' | 'image_meta_dict')[];
  };
}
interface Environment {
  readonly enumStyle: PickleStyle['enums'];
  readonly numpyModule: PickleStyle['numpyModule'];
  readonly layout: TorchLayout;
}
interface BadFile {
  readonly file: string;
  readonly expect: string;
  readonly warnings: readonly (readonly [code: string, detail: unknown])[];
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')) as T;
}
function readBytes(file: string): Uint8Array {
  return readFileSync(new URL(file, FIXTURES));
}

const index = readJson<{ environments: Readonly<Record<string, Environment>>; files: readonly Golden[] }>('index.json');
const goldens = index.files.filter(({ kind }) => kind === 'monai');
const badFiles = readJson<{ files: readonly BadFile[] }>('bad-index.json').files;

function goldenNamed(file: string): Golden {
  const golden = goldens.find((candidate) => candidate.file === file);
  if (!golden) throw new Error(`No golden ${file}.`);
  return golden;
}

function parametersOf({ params }: Golden): VolumeParameters {
  return {
    targetSpacing: params.pixdim,
    targetShape: params.shape,
    aMin: params.a_min,
    aMax: params.a_max,
    bMin: params.b_min,
    bMax: params.b_max,
    axcodes: params.axcodes,
    dtype: params.dtype,
  };
}

/** Bytes of a stored record, by the sizes PyTorch's own index lists; no code under test takes part. */
function imageBytes(golden: Golden, file: Uint8Array): Uint8Array {
  const name = Buffer.from(`${golden.prefix}/${golden.imageRecord}`);
  const header = Buffer.from(file).indexOf(name) - 30;
  const view = new DataView(file.buffer, file.byteOffset + header);
  const start = header + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const elements = golden.params.shape.reduce((product, size) => product * size, golden.imageStride ? 3 : 1);
  return file.subarray(start, start + elements * (golden.params.dtype === 'float16' ? 2 : 4));
}

/** What preprocessing makes of the golden's NIfTI file, with the image values taken from the golden itself. */
function volumeOf(golden: Golden): PreprocessedVolume {
  const raw = readBytes(golden.input);
  const header = parseNiftiHeader(golden.input.endsWith('.gz') ? gunzipSync(raw) : raw);
  const geometry = planGeometry(header, parametersOf(golden));
  const [a, b, c] = geometry.axes;
  return {
    shape: [geometry.channels, a.targetSize, b.targetSize, c.targetSize],
    dtype: golden.params.dtype,
    data: imageBytes(golden, readBytes(golden.file)),
    strides: geometry.strides,
    spatialRank: geometry.rank,
    originalAffine: geometry.originalAffine,
    orientedAffine: geometry.orientedAffine,
    finalAffine: geometry.finalAffine,
    fileSizes: geometry.fileSizes,
    orientedSizes: geometry.orientedSizes,
    spacedSizes: geometry.spacedSizes,
    header: header.fields,
    spatialShape: { dtype: 'i2', values: header.sizes.slice(0, 3) },
    originalChannelDim: header.sizes.length === 4 ? -1 : Number.NaN,
    statistics: { min: 0, max: 0, mean: 0, nonFiniteCount: 0, count: 0 },
    sourceNonFiniteCount: 0,
    warnings: [],
  };
}

function encodeAs(golden: Golden, volume: PreprocessedVolume): Buffer {
  const environment = index.environments[golden.env]!;
  const root = monaiEntry(volume, golden.input, golden.params.keyOrder);
  const style = { enums: environment.enumStyle, numpyModule: environment.numpyModule };
  return Buffer.concat(encodeTorchFile(root, { prefix: golden.prefix, layout: environment.layout, style }).chunks);
}

/** Final affine as MONAI stored it; oblique ones differ from ours in the last bits. */
function withStoredAffines(golden: Golden, volume: PreprocessedVolume): PreprocessedVolume {
  const { report } = verifyVolumeEntry(bytesSource(readBytes(golden.file)), {}, 'deep');
  const facts = inspectVolumeEntry(report);
  return { ...volume, finalAffine: Float64Array.from(facts.affine!) };
}

function largestDifference(a: Matrix, b: readonly number[]): number {
  return Math.max(...b.map((value, i) => Math.abs(value - a[i]!)));
}

describe('entries against files MONAI wrote', () => {
  const axisAligned = goldens.filter(({ rebuild }) => rebuild.fromHeaderAndParams);
  const oblique = goldens.filter(({ rebuild }) => !rebuild.fromHeaderAndParams);

  it('has goldens of three stacks, four of five of them axis-aligned', () => {
    expect([axisAligned.length, oblique.length]).toEqual([51, 10]);
  });

  it.each(axisAligned.map((golden) => [golden.file, golden] as const))('%s is rebuilt byte for byte', (file, golden) => {
    expect(encodeAs(golden, volumeOf(golden)).equals(readBytes(file))).toBe(true);
  });

  // The reference sums in another order here (and in 80-bit floats for qforms): 1.8e-15 and 2.3e-16 were measured.
  it.each(oblique.map((golden) => [golden.file, golden] as const))('%s agrees within 1e-12 of its affines', (file, golden) => {
    const volume = volumeOf(golden);
    const facts = inspectVolumeEntry(verifyVolumeEntry(bytesSource(readBytes(file)), {}, 'deep').report);
    expect(largestDifference(volume.finalAffine, facts.affine!)).toBeLessThan(1e-12);
    expect(largestDifference(volume.originalAffine, facts.originalAffine!)).toBeLessThan(1e-12);
    expect(encodeAs(golden, volume)).toHaveLength(readBytes(file).length);
  });

  it.each(oblique.filter(({ input }) => !input.includes('qonly')).map((golden) => [golden.file, golden] as const))(
    '%s is rebuilt byte for byte with the stored final affine',
    (file, golden) => {
      expect(encodeAs(golden, withStoredAffines(golden, volumeOf(golden))).equals(readBytes(file))).toBe(true);
    },
  );
});

describe('encodeVolumeEntry', () => {
  const golden = goldenNamed('monai/e3/a/25a1b36d98afed13220851c6a7269d39.pt');
  const volume = volumeOf(golden);
  const options = { prefix: golden.prefix, filenameOrObj: golden.input };

  it('passes the image on without copying it', () => {
    const { chunks, size } = encodeVolumeEntry(volume, { ...options, format: 'monai' });
    expect(chunks).toContain(volume.data);
    expect(chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(size);
  });

  it.each(['1.13', '2.1', '2.7'] as const)('writes layout %s so that it verifies clean', (layout) => {
    const { chunks } = encodeVolumeEntry(volume, { ...options, format: 'monai', layout });
    const verdict = verifyVolumeEntry(bytesSource(Buffer.concat(chunks)), { shape: [1, 4, 6, 5], dtype: 'float32', bMin: -1, bMax: 1, prefix: golden.prefix }, 'deep');
    expect(verdict.findings).toEqual([]);
    expect(verdict.report.layout).toBe(layout);
  });

  it('writes plain tensors that name nothing weights_only would refuse', () => {
    const bytes = Buffer.concat(encodeVolumeEntry(volume, { ...options, format: 'tensor' }).chunks);
    const verdict = verifyVolumeEntry(bytesSource(bytes), { shape: [1, 4, 6, 5], dtype: 'float32' }, 'deep');
    expect(verdict.findings).toEqual([]);
    const names = [...bytes.toString('latin1').matchAll(/c([\w.]+)\n(\w+)\n/g)].map(([, module, name]) => `${module}.${name}`);
    expect(new Set(names)).toEqual(
      new Set(['torch._utils._rebuild_tensor_v2', 'torch.FloatStorage', 'torch.DoubleStorage', 'torch.ShortStorage', 'collections.OrderedDict']),
    );
    const facts = inspectVolumeEntry(verdict.report);
    expect(facts).toMatchObject({ format: 'tensor', shape: [1, 4, 6, 5], dtype: 'float32', filenameOrObj: golden.input, spatialShape: [14, 9, 8] });
    expect(facts.affine).toEqual([...volume.finalAffine]);
    expect(facts.originalAffine).toEqual([...volume.originalAffine]);
  });

  it('refuses values that do not fill the shape', () => {
    expect(() => encodeVolumeEntry({ ...volume, shape: [1, 4, 6, 4] }, { ...options, format: 'monai' })).toThrow(RangeError);
  });

  it('refuses a prefix with a slash', () => {
    expect(() => encodeVolumeEntry(volume, { ...options, format: 'monai', prefix: 'a/b' })).toThrow(/cannot be the name/);
  });
});

describe('inspectVolumeEntry', () => {
  it('reads what MONAI stored', () => {
    const { report } = verifyVolumeEntry(bytesSource(readBytes('monai/e2/d/1d3f2df3e18299ecee727c65d290ca7c.pt')), {}, 'quick');
    const facts = inspectVolumeEntry(report);
    expect(facts).toMatchObject({
      format: 'monai',
      shape: [3, 6, 5, 4],
      stride: [1, 60, 12, 3],
      dtype: 'float32',
      filenameOrObj: 'nii/odd_4d3.nii',
      spatialShape: [6, 5, 4],
      layout: '2.7',
      writtenBy: 'PyTorch 2.7 or later',
      appliedOperations: [
        { className: 'Orientation', originalSize: [6, 5, 4] },
        { className: 'SpatialResample', originalSize: [6, 5, 4] },
        { className: 'Resize', originalSize: [6, 5, 4] },
      ],
    });
    expect(facts.originalAffine?.slice(0, 4)).toEqual([1, 0, 0, 4]);
    expect(facts.header.find(([name]) => name === 'sizeof_hdr')).toEqual(['sizeof_hdr', [348]]);
  });

  it('has nothing to say about a file without an image', () => {
    const { report } = verifyVolumeEntry(bytesSource(readBytes('exotic/e2/python_types.pt')), {}, 'deep');
    expect(inspectVolumeEntry(report)).toMatchObject({ format: undefined, shape: undefined, affine: undefined, appliedOperations: [], header: [] });
  });
});

describe('verifyVolumeEntry', () => {
  it.each(badFiles.map((bad) => [bad.file, bad] as const))('%s', (file, bad) => {
    const { ok, findings } = verifyVolumeEntry(bytesSource(readBytes(file)), {}, 'deep');
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
    const warnings = findings.filter(({ severity }) => severity === 'warning').map(({ code }) => code);
    expect(errors).toEqual(bad.expect === 'ok' ? [] : [bad.expect]);
    expect(warnings.toSorted()).toEqual(bad.warnings.map(([code]) => code).toSorted());
    expect(ok).toBe(bad.expect === 'ok');
  });

  it.each(goldens.map((golden) => [golden.file, golden] as const))('%s is clean under its own parameters', (file, golden) => {
    const { params, prefix } = golden;
    const shape = [golden.imageStride ? 3 : 1, ...params.shape];
    const verdict = verifyVolumeEntry(bytesSource(readBytes(file)), { shape, dtype: params.dtype, bMin: params.b_min, bMax: params.b_max, prefix }, 'deep');
    expect(verdict).toMatchObject({ ok: true, findings: [] });
  });

  const golden = goldenNamed('monai/e2/a/25a1b36d98afed13220851c6a7269d39.pt');
  const codes = (expected: Parameters<typeof verifyVolumeEntry>[1], level: 'quick' | 'deep' = 'deep'): string[] =>
    verifyVolumeEntry(bytesSource(readBytes(golden.file)), expected, level).findings.map(({ code }) => code);

  it('compares shape and dtype, with -1 for any size', () => {
    expect(codes({ shape: [1, 4, 6, 5] })).toEqual([]);
    expect(codes({ shape: [-1, 4, -1, 5] })).toEqual([]);
    expect(codes({ shape: [1, 4, 6, 6] })).toEqual(['wrong-shape']);
    expect(codes({ shape: [1, 4, 6] })).toEqual(['wrong-shape']);
    expect(codes({ dtype: 'float16' }, 'quick')).toEqual(['wrong-dtype']);
  });

  it('compares values with the window, at level deep only', () => {
    expect(codes({ bMin: -1, bMax: 1 })).toEqual([]);
    expect(codes({ bMin: 0, bMax: 1 })).toEqual(['out-of-range']);
    expect(codes({ bMin: 0, bMax: 1 }, 'quick')).toEqual([]);
    expect(codes({ bMin: null, bMax: null })).toEqual([]);
  });

  it.each([
    // 1 + 2^-10 is the half next to 1; two steps are too many. float32 values may err by 1e-6.
    ['float16', Uint16Array.of(0x3c01, 0), []],
    ['float16', Uint16Array.of(0x3c02, 0), ['out-of-range']],
    ['float32', Float32Array.of(1.0000005, 0), []],
    ['float32', Float32Array.of(1.00001, 0), ['out-of-range']],
    ['float32', Float32Array.of(0.5, -0.001), ['out-of-range']],
  ] as const)('allows %s one rounding step beyond the window: %j', (dtype, values, expected) => {
    const volume = { ...volumeOf(golden), dtype, shape: [1, 1, 1, 2] as const, data: new Uint8Array(values.buffer) };
    const { chunks } = encodeVolumeEntry(volume, { format: 'monai', prefix: 'x', filenameOrObj: 'y' });
    const { findings } = verifyVolumeEntry(bytesSource(Buffer.concat(chunks)), { bMin: 0, bMax: 1 }, 'deep');
    expect(findings.map(({ code }) => code)).toEqual(expected);
  });

  it('recognises a file that was written under another key', () => {
    expect(codes({ prefix: golden.prefix })).toEqual([]);
    expect(codes({ prefix: '0'.repeat(32) })).toEqual(['misnamed-entry']);
  });

  it('asks for an image', () => {
    const severities = (expected: Parameters<typeof verifyVolumeEntry>[1]): unknown =>
      verifyVolumeEntry(bytesSource(readBytes('exotic/e2/python_types.pt')), expected, 'quick').findings.map(({ code, severity }) => [code, severity]);
    expect(severities({ shape: [1, -1, -1, -1] })).toEqual([['wrong-shape', 'error']]);
    // A PersistentDataset of another pipeline saves lists and labels too: without parameters it is no damage, and is not put aside.
    expect(severities({})).toEqual([['wrong-shape', 'warning']]);
  });

  it('warns of an image whose values are all equal', () => {
    const volume = volumeOf(golden);
    const { chunks } = encodeVolumeEntry({ ...volume, data: new Uint8Array(volume.data.length) }, { format: 'monai', prefix: 'x', filenameOrObj: 'y' });
    const { ok, findings } = verifyVolumeEntry(bytesSource(Buffer.concat(chunks)), { bMin: 0, bMax: 1 }, 'deep');
    expect([ok, findings.map(({ code }) => code)]).toEqual([true, ['constant']]);
  });

  it('finds the affine before resampling swapped with that of the result', () => {
    const volume = volumeOf(golden);
    const swapped = { ...volume, orientedAffine: volume.finalAffine, finalAffine: volume.orientedAffine };
    const { chunks } = encodeVolumeEntry(swapped, { format: 'monai', prefix: 'x', filenameOrObj: 'y' });
    const { findings } = verifyVolumeEntry(bytesSource(Buffer.concat(chunks)), {}, 'deep');
    expect(findings.map(({ code }) => code)).toEqual(['meta-inconsistent']);
  });
});
