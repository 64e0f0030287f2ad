import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { VolumeDtype, VolumeParameters } from './contract.ts';
import { preprocessVolume } from './preprocess.ts';
import { relativeError, valuesOf } from './preprocess-test-volume.ts';

/** Made with MONAI 1.5.0, nibabel 5.3.2, NumPy 1.26.4, PyTorch 2.13.0 (CPU); see index.json beside them. */
const FOLDER = new URL('__fixtures__/volumes/', import.meta.url);

interface GoldenCase {
  readonly description: string;
  readonly input: string;
  readonly config: {
    readonly torch_dtype: VolumeDtype;
    readonly image_processing: {
      readonly target_spacing: number[];
      readonly target_shape_dhw: number[];
      readonly clip_hu_min: number;
      readonly clip_hu_max: number;
      readonly orientation_axcodes: string;
      readonly scale_b_min?: number;
      readonly scale_b_max?: number;
    };
  };
  readonly expected: {
    readonly file: string;
    readonly shape: number[];
    readonly affine: number[][];
    readonly load_affine: number[][];
    readonly spatial_shape: number[];
    readonly original_channel_dim: number | null;
    readonly applied_operations: readonly { readonly orig_size: number[]; readonly extra_info: { readonly src_affine?: number[][] } }[];
    readonly min: number;
    readonly max: number;
    readonly mean: number;
  };
}

/**
 * Float32 sums in another order than PyTorch's: 2.6e-7 is the most seen, 1e-6 what a correct
 * implementation can reach. Half types may fall on the other side of a rounding boundary: one step below 1.
 */
const TOLERANCE: Readonly<Record<VolumeDtype, number>> = { float32: 4e-7, float64: 4e-7, float16: 2 ** -11, bfloat16: 2 ** -8 };

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as T;
}

function parametersOf({ torch_dtype: dtype, image_processing: given }: GoldenCase['config']): VolumeParameters {
  return {
    targetSpacing: given.target_spacing,
    targetShape: given.target_shape_dhw,
    aMin: given.clip_hu_min,
    aMax: given.clip_hu_max,
    bMin: given.scale_b_min ?? 0,
    bMax: given.scale_b_max ?? 1,
    axcodes: given.orientation_axcodes,
    dtype,
  };
}

function goldenValues(name: string): Float32Array {
  const bytes = gunzipSync(readFileSync(new URL(name, FOLDER)));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function expectAffine(found: Float64Array, expected: number[][]): void {
  expect(found).toHaveLength(expected.flat().length);
  // Oblique qforms differ in the last bit, because nibabel computes them in 80-bit floats.
  expected.flat().forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(1e-12));
}

describe('volumes as MONAI 1.5.0 makes them', () => {
  for (const name of readJson<{ cases: string[] }>('index.json').cases) {
    const { description, input, config, expected } = readJson<GoldenCase>(`${name}.json`);
    it(`${name}: ${description}`, async () => {
      const path = fileURLToPath(new URL(input, FOLDER));
      const volume = await preprocessVolume({ path, isGzip: input.endsWith('.gz') }, parametersOf(config));
      expect(volume.shape).toEqual(expected.shape);
      expect([volume.fileSizes, volume.orientedSizes, volume.spacedSizes]).toEqual(expected.applied_operations.map((step) => step.orig_size));
      expect(volume.spatialShape.values).toEqual(expected.spatial_shape);
      expect(volume.originalChannelDim).toBe(expected.original_channel_dim ?? Number.NaN);
      expectAffine(volume.originalAffine, expected.load_affine);
      expectAffine(volume.orientedAffine, expected.applied_operations[1]!.extra_info.src_affine!);
      expectAffine(volume.finalAffine, expected.affine);
      expect(relativeError(valuesOf(volume), goldenValues(expected.file))).toBeLessThan(TOLERANCE[config.torch_dtype]);
      const scale = Math.max(1, Math.abs(expected.min), Math.abs(expected.max));
      expect(Math.abs(volume.statistics.min - expected.min) / scale).toBeLessThan(TOLERANCE[config.torch_dtype]);
      expect(Math.abs(volume.statistics.max - expected.max) / scale).toBeLessThan(TOLERANCE[config.torch_dtype]);
      expect(Math.abs(volume.statistics.mean - expected.mean) / scale).toBeLessThan(1e-6);
      expect(volume.statistics.nonFiniteCount).toBe(0);
    });
  }
});
