import { toBfloat16Bits, toFloat16Bits } from '../../numeric/index.ts';
import type { VolumeDtype } from './contract.ts';
import type { SliceSink } from './preprocess-bands.ts';
import type { VolumeGeometry } from './geometry.ts';
import { pipelineAxisOf, type FileAxes } from './preprocess-order.ts';
import type { ValueStatistics } from './result.ts';

/** Slices per transposition: 16 float32 fill one cache line of the result. */
export const BLOCK_SLICES = 16;

/** Where element (x, y, z) of one channel, in file axis order, is in the result. */
export interface ResultLayout {
  readonly offset: number;
  /** Elements per step along file axes 0, 1, 2. */
  readonly strides: readonly [number, number, number];
}

/** Collects finished slices and writes them into the result in its own axis order, a block at a time. */
export class TransposingSink implements SliceSink {
  private readonly result: Float32Array;
  private readonly layout: ResultLayout;
  private readonly sizes: readonly [number, number];
  private readonly outputs: number[] = [];
  private readonly slices: Float32Array[] = [];

  constructor(result: Float32Array, layout: ResultLayout, axes: FileAxes) {
    this.result = result;
    this.layout = layout;
    this.sizes = [axes[0].targetSize, axes[1].targetSize];
  }

  put(output: number, values: Float32Array): readonly Float32Array[] {
    this.outputs.push(output);
    this.slices.push(values);
    if (this.slices.length < BLOCK_SLICES) return [];
    const freed = this.slices.slice();
    this.flush();
    return freed;
  }

  flush(): void {
    const [, , sz] = this.layout.strides;
    const bases = this.outputs.map((output) => this.layout.offset + output * sz);
    if (sz === 1) this.scatterAcrossSlices(bases);
    else this.slices.forEach((slice, k) => this.scatterSlice(slice, bases[k]!));
    this.outputs.length = 0;
    this.slices.length = 0;
  }

  /** Innermost over slices, which are neighbours in the result. */
  private scatterAcrossSlices(bases: readonly number[]): void {
    const [o0, o1] = this.sizes;
    const [sx, sy] = this.layout.strides;
    for (let y = 0; y < o1; y++) {
      for (let k = 0; k < bases.length; k++) {
        scatterRow(this.result, bases[k]! + y * sy, sx, this.slices[k]!, y * o0, o0);
      }
    }
  }

  private scatterSlice(slice: Float32Array, base: number): void {
    const [o0, o1] = this.sizes;
    const [sx, sy] = this.layout.strides;
    for (let y = 0; y < o1; y++) scatterRow(this.result, base + y * sy, sx, slice, y * o0, o0);
  }
}

function scatterRow(
  result: Float32Array, base: number, stride: number, slice: Float32Array, offset: number, count: number,
): void {
  for (let x = 0, at = base; x < count; x++, at += stride) result[at] = slice[offset + x]!;
}

/**
 * Place of one channel in the result, for the axes in the order in which slices are made.
 *
 * @param axes from `toFileAxes`
 */
export function resultLayout(geometry: VolumeGeometry, axes: FileAxes, channel: number): ResultLayout {
  const [channelStride, ...pipelineStrides] = geometry.strides;
  const strides = axes.map((_, f) => pipelineStrides[pipelineAxisOf(geometry, f)]!) as [number, number, number];
  return { offset: channel * channelStride, strides };
}

/** The finished tensor: little-endian bytes in its dtype, and what is in it. */
export interface FinishedValues {
  readonly data: Uint8Array;
  readonly statistics: ValueStatistics;
}

/**
 * Casts the float32 result (to nearest, ties to even, as `EnsureTyped` does) and takes the statistics of
 * the cast values. `values` is rounded in place; for float32 `data` is a view of it.
 */
export function finishValues(values: Float32Array, dtype: VolumeDtype): FinishedValues {
  const cast = castArray(values, dtype);
  if (cast instanceof Uint16Array) roundToCast(values, cast, dtype);
  const data = new Uint8Array(cast.buffer, cast.byteOffset, cast.byteLength);
  return { data, statistics: valueStatistics(values) };
}

function castArray(values: Float32Array, dtype: VolumeDtype): Float32Array | Float64Array | Uint16Array {
  switch (dtype) {
    case 'float16':
      return toFloat16Bits(values);
    case 'bfloat16':
      return toBfloat16Bits(values);
    case 'float64':
      return Float64Array.from(values);
    default:
      return values;
  }
}

function roundToCast(values: Float32Array, bits: Uint16Array, dtype: VolumeDtype): void {
  if (dtype === 'float16') for (let i = 0; i < values.length; i++) values[i] = Math.f16round(values[i]!);
  else {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let i = 0; i < words.length; i++) words[i] = bits[i]! << 16;
  }
}

/** A sum shows whether anything was not finite, so that only odd volumes are looked at one by one. */
function valueStatistics(values: Float32Array): ValueStatistics {
  const count = values.length;
  let min = Infinity;
  let max = -Infinity;
  let even = 0;
  let odd = 0;
  for (let i = 0; i + 1 < count; i += 2) {
    const a = values[i]!;
    const b = values[i + 1]!;
    min = Math.min(min, a, b);
    max = Math.max(max, a, b);
    even += a;
    odd += b;
  }
  if (count % 2 === 1) {
    min = Math.min(min, values[count - 1]!);
    max = Math.max(max, values[count - 1]!);
    even += values[count - 1]!;
  }
  const sum = even + odd;
  if (!Number.isFinite(sum)) return finiteStatistics(values);
  return { min, max, mean: sum / count, nonFiniteCount: 0, count };
}

/** Statistics of the finite values among others. */
function finiteStatistics(values: Float32Array): ValueStatistics {
  const finite = values.filter(Number.isFinite);
  const nonFiniteCount = values.length - finite.length;
  if (finite.length === 0) return { min: NaN, max: NaN, mean: NaN, nonFiniteCount, count: values.length };
  return { ...valueStatistics(finite), nonFiniteCount, count: values.length };
}
