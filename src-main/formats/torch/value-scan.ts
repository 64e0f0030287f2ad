import { copyOf } from './byte-source.ts';
import type { TorchDtype } from './dtypes.ts';
import { summariseFloat32 } from './float32-summary.ts';
import { swapBytes } from './pickle-numpy.ts';

/** Summary of the values of a floating-point tensor; accumulated in float64. */
export interface TensorStatistics {
  /** Over finite values; NaN if there are none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly nonFiniteCount: number;
  readonly count: number;
}

export interface HistogramRequest {
  readonly bins: number;
  /** Left edge of the first bin, inclusive. */
  readonly min: number;
  /** Right edge of the last bin, inclusive. */
  readonly max: number;
}

/** Finite values per bin; bin i holds [min + i·w, min + (i+1)·w), the last one its right edge too. */
export interface Histogram extends HistogramRequest {
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

export interface ScanOptions {
  /** Elements are big-endian. */
  readonly isBigEndian?: boolean;
  /** Values are to be negated. */
  readonly isNegative?: boolean;
  readonly histogram?: HistogramRequest;
}

export interface ValueScan {
  /** Next piece of the tensor's bytes; whole elements, except that a broken tail is ignored. */
  add(bytes: Uint8Array): void;
  finish(): { readonly statistics: TensorStatistics; readonly histogram: Histogram | undefined };
}

/** A scan for the dtypes a volume can have; undefined for others. */
export function createValueScan(dtype: TorchDtype, options: ScanOptions = {}): ValueScan | undefined {
  switch (dtype) {
    case 'float32':
    case 'float64':
      return new WideScan(dtype === 'float32' ? Float32Array : Float64Array, options);
    case 'float16':
      return new HalfScan(float16Value, options);
    case 'bfloat16':
      return new HalfScan(bfloat16Value, options);
    default:
      return undefined;
  }
}

/** Bytes a typed array can lie over: little-endian and aligned to `width`; a copy only where needed. */
function toNative(bytes: Uint8Array, width: number, options: ScanOptions): Uint8Array {
  if (options.isBigEndian === true) return swapBytes(bytes, width);
  return bytes.byteOffset % width === 0 ? bytes : copyOf(bytes);
}

type WideArray = Float32Array | Float64Array;
type WideConstructor = Float32ArrayConstructor | Float64ArrayConstructor;

/**
 * float32 and float64. A plain loop first; only if its sum is not finite are the values looked at one
 * by one, so the common case has no test per element.
 */
class WideScan implements ValueScan {
  readonly #array: WideConstructor;
  readonly #options: ScanOptions;
  readonly #bins: BinCounter | undefined;
  #min = Infinity;
  #max = -Infinity;
  #sum = 0;
  #nonFinite = 0;
  #count = 0;

  constructor(array: WideConstructor, options: ScanOptions) {
    this.#array = array;
    this.#options = options;
    this.#bins = options.histogram && new BinCounter(options.histogram);
  }

  add(bytes: Uint8Array): void {
    const values = this.#toValues(bytes);
    this.#count += values.length;
    const summary = values instanceof Float32Array ? summariseFloat32(values) : summarise(values);
    if (Number.isFinite(summary.sum)) this.#take(summary);
    else this.#takeOneByOne(values);
    this.#bins?.addAll(values);
  }

  #toValues(bytes: Uint8Array): WideArray {
    const width = this.#array.BYTES_PER_ELEMENT;
    const length = Math.floor(bytes.length / width);
    const native = toNative(bytes, width, this.#options);
    const values = new this.#array(native.buffer as ArrayBuffer, native.byteOffset, length);
    return this.#options.isNegative === true ? values.map((x) => -x) : values;
  }

  #take({ sum, min, max }: Summary): void {
    this.#sum += sum;
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
  }

  #takeOneByOne(values: WideArray): void {
    for (const x of values) {
      if (Number.isFinite(x)) this.#take({ sum: x, min: x, max: x });
      else this.#nonFinite++;
    }
  }

  finish(): ReturnType<ValueScan['finish']> {
    const finite = this.#count - this.#nonFinite;
    const hasValues = finite > 0;
    return {
      statistics: {
        min: hasValues ? this.#min : NaN,
        max: hasValues ? this.#max : NaN,
        mean: hasValues ? this.#sum / finite : NaN,
        nonFiniteCount: this.#nonFinite,
        count: this.#count,
      },
      histogram: this.#bins?.finish(),
    };
  }
}

interface Summary {
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

/**
 * One pass, four values at a time: four partial sums, because an addition has to wait for the one
 * before it, and one test per group whether it widens the range so far, which after the first groups
 * it hardly ever does. `Math.min` for every value took one and a half times as long. The sum is not
 * finite if any value is not; then min and max mean nothing.
 */
function summarise(values: Float64Array): Summary {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let min = Infinity;
  let max = -Infinity;
  const whole = values.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const a = values[i]!;
    const b = values[i + 1]!;
    const c = values[i + 2]!;
    const d = values[i + 3]!;
    sum0 += a;
    sum1 += b;
    sum2 += c;
    sum3 += d;
    if (a < min || b < min || c < min || d < min) min = Math.min(min, a, b, c, d);
    if (a > max || b > max || c > max || d > max) max = Math.max(max, a, b, c, d);
  }
  for (let i = whole; i < values.length; i++) {
    const x = values[i]!;
    sum0 += x;
    min = Math.min(min, x);
    max = Math.max(max, x);
  }
  return { sum: sum0 + sum1 + (sum2 + sum3), min, max };
}

const HALF_VALUES = 65536;

/** float16 and bfloat16: counts how often each of the 65536 bit patterns occurs; all else follows from that. */
class HalfScan implements ValueScan {
  readonly #counts = new Float64Array(HALF_VALUES);
  readonly #valueOf: (bits: number) => number;
  readonly #options: ScanOptions;

  constructor(valueOf: (bits: number) => number, options: ScanOptions) {
    this.#valueOf = valueOf;
    this.#options = options;
  }

  add(bytes: Uint8Array): void {
    const native = toNative(bytes, 2, this.#options);
    const patterns = new Uint16Array(native.buffer, native.byteOffset, native.length >> 1);
    const counts = this.#counts;
    for (let i = 0; i < patterns.length; i++) counts[patterns[i]!]!++;
  }

  finish(): ReturnType<ValueScan['finish']> {
    const { histogram, isNegative } = this.#options;
    const bins = histogram && new BinCounter(histogram);
    let [min, max, sum, nonFinite, total] = [Infinity, -Infinity, 0, 0, 0];
    this.#counts.forEach((count, bits) => {
      if (count === 0) return;
      const value = isNegative === true ? -this.#valueOf(bits) : this.#valueOf(bits);
      total += count;
      if (!Number.isFinite(value)) {
        nonFinite += count;
        return;
      }
      sum += value * count;
      min = Math.min(min, value);
      max = Math.max(max, value);
      bins?.add(value, count);
    });
    const finite = total - nonFinite;
    const statistics =
      finite > 0
        ? { min, max, mean: sum / finite, nonFiniteCount: nonFinite, count: total }
        : { min: NaN, max: NaN, mean: NaN, nonFiniteCount: nonFinite, count: total };
    return { statistics, histogram: bins?.finish() };
  }
}

class BinCounter {
  readonly #request: HistogramRequest;
  readonly #counts: Float64Array;
  #below = 0;
  #above = 0;

  constructor(request: HistogramRequest) {
    this.#request = request;
    // One more, for values just below the right edge whose bin number is rounded up to `bins`.
    this.#counts = new Float64Array(request.bins + 1);
  }

  /** The same as `add` for each, in a loop without calls. */
  addAll(values: WideArray): void {
    const { min, max, bins } = this.#request;
    const counts = this.#counts;
    const perBin = bins / (max - min);
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value >= min && value < max) counts[((value - min) * perBin) | 0]!++;
      else this.add(value, 1);
    }
  }

  add(value: number, count: number): void {
    const { min, max, bins } = this.#request;
    if (value >= min && value <= max) {
      const bin = Math.floor((value - min) * (bins / (max - min)));
      this.#counts[Math.min(bin, bins - 1)]! += count;
    } else if (value < min && value > -Infinity) this.#below += count;
    else if (value > max && value < Infinity) this.#above += count;
  }

  finish(): Histogram {
    const counts = [...this.#counts.subarray(0, this.#request.bins)];
    counts[counts.length - 1]! += this.#counts[this.#request.bins] ?? 0;
    return { ...this.#request, counts, below: this.#below, above: this.#above };
  }
}

/** IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. */
export function float16Value(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const float32Bits = new Uint32Array(1);
const float32Value = new Float32Array(float32Bits.buffer);

/** bfloat16 is the upper half of a float32. */
export function bfloat16Value(bits: number): number {
  float32Bits[0] = bits << 16;
  return float32Value[0] ?? NaN;
}
