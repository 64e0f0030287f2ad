/** Conversions of float32 values to 16-bit floats, to nearest with ties to even. */

const FLOAT = new Float32Array(1);
const BITS = new Uint32Array(FLOAT.buffer);

/** IEEE 754 half precision bits of each value. Beyond 65504 becomes infinity; NaN stays NaN. */
export function toFloat16Bits(values: Float32Array): Uint16Array {
  const result = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = float16Bits(values[i]!);
  return result;
}

/** The value rounded to half precision is exact in float32, so its bits only have to be re-packed. */
function float16Bits(value: number): number {
  FLOAT[0] = Math.f16round(value);
  const bits = BITS[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  if (exponent >= 113) return sign | ((exponent - 112) << 10) | (fraction >>> 13);
  // Below 2^-14: subnormal halves count in steps of 2^-24.
  return sign | Math.round(Math.abs(FLOAT[0]) * 2 ** 24);
}

/** bfloat16 bits of each value: the upper half of the float32, rounded. NaN becomes the quiet 0x7fc0. */
export function toBfloat16Bits(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const result = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!;
    const isNaN = (word & 0x7fffffff) > 0x7f800000;
    result[i] = isNaN ? 0x7fc0 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
  }
  return result;
}
