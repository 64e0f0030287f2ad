import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { affineFrom, multiply, resizeBand, type Matrix } from '../../numeric/index.ts';
import type { NiftiImage } from '../../formats/nifti/index.ts';
import type { VolumeParameters } from './contract.ts';
import { plainResult, relativeError, valuesOf, VolumeFolder } from './preprocess-test-volume.ts';

const folder = new VolumeFolder();
afterAll(() => folder.remove());

/** Seeded, so that a failure can be repeated. */
const RUNS = { numRuns: 60, seed: 20_240_607 };

/** Sums in another order, and rounding to float32 at other places than the plain form: 1e-6 at most, seen 5e-7. */
const STREAM_TOLERANCE = 2e-6;

const PERMUTATIONS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] as const;
const ALL_AXCODES = PERMUTATIONS.flatMap((order) =>
  Array.from({ length: 8 }, (_, signs) => order.map((axis) => ['RL', 'AP', 'SI'][axis]![(signs >> axis) & 1]!).join('')),
);

function rotation(axis: number, degrees: number): Matrix {
  const result = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  const [i, j] = [(axis + 1) % 3, (axis + 2) % 3];
  const angle = (degrees * Math.PI) / 180;
  result[i * 3 + i] = result[j * 3 + j] = Math.cos(angle);
  result[i * 3 + j] = -Math.sin(angle);
  result[j * 3 + i] = Math.sin(angle);
  return result;
}

/** Three zeros, or three numbers within ±most. */
function threeNumbers(most: number): fc.Arbitrary<number[]> {
  const number = fc.double({ min: -most, max: most, noNaN: true });
  return fc.oneof(fc.constant<number[]>([0, 0, 0]), fc.array(number, { minLength: 3, maxLength: 3 }));
}

/** Direction block: permuted, flipped, rotated, sheared, scaled to the spacing. */
const directions = fc
  .record({
    order: fc.constantFrom(...PERMUTATIONS),
    flips: fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(1, -1))),
    degrees: threeNumbers(20),
    shear: threeNumbers(0.15),
    spacing: fc.array(fc.constantFrom(0.5, 0.7, 0.75, 1, 1.3, 2, 4.5), { minLength: 3, maxLength: 3 }),
  })
  .map(({ order, flips, degrees, shear, spacing }) => {
    const base: Matrix = new Float64Array(9);
    order.forEach((axis, row) => (base[row * 3 + axis] = flips[axis]!));
    const turned = degrees.reduce<Matrix>((block, angle, axis) => multiply(rotation(axis, angle), block), base);
    const sheared = multiply(turned, Float64Array.of(1, shear[0]!, shear[1]!, 0, 1, shear[2]!, 0, 0, 1));
    return sheared.map((value, i) => value * spacing[i % 3]!);
  });

const parameters: fc.Arbitrary<VolumeParameters> = fc.record({
  targetSpacing: fc.array(fc.constantFrom(-1, 0.6, 0.75, 1, 1.5, 3), { minLength: 1, maxLength: 3 }),
  targetShape: fc.array(fc.integer({ min: -1, max: 14 }), { minLength: 3, maxLength: 3 }),
  aMin: fc.constantFrom(-1000, 0, 600),
  aMax: fc.constantFrom(-500, 400, 1000),
  bMin: fc.constantFrom(-1, 0, null),
  bMax: fc.constantFrom(0.5, 1),
  axcodes: fc.constantFrom(...ALL_AXCODES),
  dtype: fc.constant('float32'),
});

function noise(count: number, seed: number): Int16Array {
  let state = seed | 1;
  return Int16Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return ((state >>> 16) % 2400) - 1200;
  });
}

/** Any small volume: sizes from 1, int16 or float32, either byte order, scaled or not. */
const image: fc.Arbitrary<NiftiImage> = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 13 }), { minLength: 3, maxLength: 3 }),
    block: directions,
    offset: fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 3, maxLength: 3 }),
    version: fc.constantFrom(1 as const, 2 as const),
    isLittleEndian: fc.boolean(),
    datatype: fc.constantFrom(4, 8, 16, 64),
    fields: fc.constantFrom<NonNullable<NiftiImage['fields']>>({}, { scl_slope: 0.5, scl_inter: -20 }),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
  })
  .map(({ block, offset, seed, ...rest }) => ({
    ...rest,
    sform: affineFrom(block, offset),
    voxels: noise(rest.sizes.reduce((product, size) => product * size, 1), seed),
  }));

describe('streaming against the plain formulas', () => {
  it('agrees on random volumes', async () => {
    await fc.assert(
      fc.asyncProperty(image, parameters, fc.boolean(), async (volume, wanted, isGzip) => {
        const found = valuesOf(await folder.preprocess(volume, wanted, isGzip));
        expect(relativeError(found, plainResult(volume, wanted))).toBeLessThan(STREAM_TOLERANCE);
      }),
      { ...RUNS, numRuns: 250 },
    );
  });

  it('agrees on 2D images', async () => {
    const flat = image.map((volume) => ({ ...volume, sizes: volume.sizes.slice(0, 2), voxels: noise(volume.sizes[0]! * volume.sizes[1]!, 5), sform: Float64Array.of(-0.7, 0, 0, 9, 0, 1.3, 0, -5, 0, 0, 1, 0, 0, 0, 0, 1) }));
    const inPlane = parameters.map((wanted) => ({ ...wanted, axcodes: 'PLS' }));
    await fc.assert(
      fc.asyncProperty(flat, inPlane, async (volume, wanted) => {
        const found = valuesOf(await folder.preprocess(volume, wanted));
        expect(relativeError(found, plainResult(volume, wanted))).toBeLessThan(STREAM_TOLERANCE);
      }),
      RUNS,
    );
  });

  it('treats every channel of a 4D file as the same volume alone', async () => {
    await fc.assert(
      fc.asyncProperty(image, parameters, fc.integer({ min: 1, max: 3 }), async (volume, wanted, channels) => {
        // Without translation the reference's comparison of a 4D affine with pixdim succeeds, as in 3D.
        const sform = Float64Array.from(volume.sform!, (value, i) => (i % 4 === 3 && i < 12 ? 0 : value));
        const perChannel = volume.voxels.length;
        const voxels = noise(perChannel * channels, 7);
        const all = valuesOf(await folder.preprocess({ ...volume, sform, sizes: [...volume.sizes, channels], voxels }, wanted));
        for (let c = 0; c < channels; c++) {
          const alone = await folder.preprocess({ ...volume, sform, voxels: voxels.subarray(c * perChannel, (c + 1) * perChannel) }, wanted);
          const length = all.length / channels;
          expect(all.subarray(c * length, (c + 1) * length)).toEqual(valuesOf(alone));
        }
      }),
      { ...RUNS, numRuns: 40 },
    );
  });
});

/** Where axis k of an affine without rotation points to. */
function letterOf(affine: Matrix, k: number): string {
  const row = [0, 1, 2].find((r) => affine[r * 4 + k] !== 0) ?? 0;
  return ['RL', 'AP', 'SI'][row]![affine[row * 4 + k]! > 0 ? 0 : 1]!;
}

describe('properties of the result', () => {
  const UNCHANGED: VolumeParameters = { targetSpacing: [-1], targetShape: [-1, -1, -1], aMin: 0, aMax: 0, bMin: 0, bMax: 0, axcodes: 'RAS', dtype: 'float32' };

  it('puts every voxel where its affine says, for all 48 axcodes', async () => {
    const sform = Float64Array.of(0, -1, 0, 4, 0, 0, 1, -2, -1, 0, 0, 3, 0, 0, 0, 1);
    const sizes = [3, 4, 5];
    // Each voxel holds its own world coordinates as x + 20·y + 400·z.
    const voxels: number[] = [];
    for (let k = 0; k < 5; k++) for (let j = 0; j < 4; j++) for (let i = 0; i < 3; i++) voxels.push(4 - j + 20 * (k - 2) + 400 * (3 - i));
    for (const axcodes of ALL_AXCODES) {
      const volume = await folder.preprocess({ sizes, datatype: 4, voxels, sform }, { ...UNCHANGED, axcodes });
      const [, n0, n1, n2] = volume.shape;
      const world = (row: number, q: readonly number[]): number => [0, 1, 2].reduce((sum, k) => sum + volume.finalAffine[row * 4 + k]! * q[k]!, volume.finalAffine[row * 4 + 3]!);
      const expected: number[] = [];
      for (let i = 0; i < n0; i++) for (let j = 0; j < n1; j++) for (let k = 0; k < n2; k++) expected.push(world(0, [i, j, k]) + 20 * world(1, [i, j, k]) + 400 * world(2, [i, j, k]));
      expect(Array.from(valuesOf(volume))).toEqual(expected);
      expect([0, 1, 2].map((k) => letterOf(volume.finalAffine, k)).join('')).toBe(axcodes);
    }
  });

  it('does not change when a file axis and its affine column are reversed together', async () => {
    await fc.assert(
      fc.asyncProperty(image, parameters, fc.integer({ min: 0, max: 2 }), async (volume, wanted, axis) => {
        const { sizes, sform, voxels } = volume;
        const n = sizes[axis]!;
        const spacing = [0.71, 1.13, 2.37][axis]!;
        const straight = Float64Array.of(0.71, 0, 0, sform![3]!, 0, 1.13, 0, sform![7]!, 0, 0, 2.37, sform![11]!, 0, 0, 0, 1);
        const reversed = straight.slice();
        reversed[axis * 5] = -spacing;
        reversed[axis * 4 + 3]! += spacing * (n - 1);
        const stride = sizes.slice(0, axis).reduce((product, size) => product * size, 1);
        const flipped = Float64Array.from(voxels, (_, at) => voxels[at + (n - 1 - 2 * (Math.floor(at / stride) % n)) * stride]!);
        const precise = { ...volume, version: 2 as const };
        const a = await folder.preprocess({ ...precise, sform: straight }, wanted);
        const b = await folder.preprocess({ ...precise, sform: reversed, voxels: flipped }, wanted);
        expect(b.shape).toEqual(a.shape);
        expect(relativeError(valuesOf(b), valuesOf(a))).toBeLessThan(1e-6);
      }),
      RUNS,
    );
  });

  it('keeps a constant volume constant, times the sums of the kernels', async () => {
    const sizes = [24, 20, 16];
    const wanted = { ...UNCHANGED, aMin: -1000, aMax: 1000, bMin: -1, bMax: 1, targetSpacing: [1], targetShape: [9, 8, 16] };
    const volume = await folder.preprocess({ sizes, datatype: 4, voxels: new Int16Array(24 * 20 * 16).fill(500), sform: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1) }, wanted);
    const bandSum = (size: number, target: number, i: number): number => {
      const { weights, width } = resizeBand(size, target);
      return weights.subarray(i * width, (i + 1) * width).reduce((sum, weight) => sum + weight, 0);
    };
    // The middle is further from every border than the kernels reach; 500 HU is 0.5 of [-1, 1].
    const middle = valuesOf(volume)[(4 * 8 + 4) * 16 + 8]!;
    expect(middle).toBeCloseTo(0.5 * bandSum(24, 9, 4) * bandSum(20, 8, 4), 6);
    expect(middle).not.toBe(0.5);
  });

  it('returns the scaled input bit for bit when spacing and size stay', async () => {
    await fc.assert(
      fc.asyncProperty(image, async (volume) => {
        const wanted = { ...UNCHANGED, aMin: -1000, aMax: 700, bMin: -1, bMax: 1 };
        const sform = Float64Array.of(2, 0, 0, -7, 0, 1.5, 0, 3, 0, 0, 0.8, 9, 0, 0, 0, 1);
        const found = await folder.preprocess({ ...volume, sform, fields: {} }, wanted);
        const [n0, n1, n2] = volume.sizes as [number, number, number];
        const f = Math.fround;
        valuesOf(found).forEach((value, at) => {
          const [i, j, k] = [Math.floor(at / (n1 * n2)), Math.floor(at / n2) % n1, at % n2];
          const voxel = volume.voxels[i + n0 * (j + n1 * k)]!;
          const scaled = f(f(f(f(voxel + 1000) / 1700) * 2) - 1);
          expect(value).toBe(Math.min(1, Math.max(-1, scaled)));
        });
      }),
      RUNS,
    );
  });

  it.each([
    ['straight', 0, [1, 0, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, -0.2, -1, 0.1, 1, 0.05, -1, 1, 1, 0.3, 0, 1, 1]],
    ['sheared', 0.25, [1, 0, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, 1, -1, -1, 1, -0.2, -1, -1, 1, 0.05, -1, 1, 1, 0.3, 0, 1, 1, 0.3, 0, 1, 1]],
  ])('clips fill values as large as float32 has them, in a %s volume', async (_, shear, expected) => {
    // Expected values: MONAI 1.5.0, PyTorch 2.13.0, from the same file.
    const most = 3.402_823_466_385_288_6e38;
    const voxels = Float64Array.of(1e20, 1e20, -200, 300, -most, -most, 100, most, 0, -1e20, -1e20, 0, most, most, most, most);
    const sform = Float64Array.of(1, shear, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
    const wanted = { ...UNCHANGED, targetSpacing: [0.5, 1, 1], aMin: -1000, aMax: 1000, bMin: -1, bMax: 1 };
    const found = valuesOf(await folder.preprocess({ sizes: [4, 2, 2], datatype: 16, voxels, sform }, wanted));
    expect(relativeError(found, Float32Array.from(expected))).toBeLessThan(STREAM_TOLERANCE);
  });

  it('rounds halves from the float32 result', async () => {
    const voxels = noise(6 * 7 * 8, 3);
    const sform = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
    const wanted = { ...UNCHANGED, aMin: -1000, aMax: 1000, bMin: -1, bMax: 1, targetShape: [4, 5, 9] };
    const run = async (dtype: VolumeParameters['dtype']) => valuesOf(await folder.preprocess({ sizes: [6, 7, 8], datatype: 4, voxels, sform }, { ...wanted, dtype }));
    const exact = await run('float32');
    expect(await run('float64')).toEqual(exact);
    expect(await run('float16')).toEqual(exact.map((value) => Math.f16round(value)));
    // bfloat16 keeps 8 significant bits: at most half of the last one is lost.
    (await run('bfloat16')).forEach((value, i) => expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(Math.abs(exact[i]!) * 2 ** -8));
  });
});
