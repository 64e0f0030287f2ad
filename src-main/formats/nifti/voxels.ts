import type { NiftiDatatype } from './datatype.ts';
import type { NiftiHeader } from './header.ts';

/** True on the machines this runs on; kept as a check because typed arrays use the machine's order. */
const IS_LITTLE_ENDIAN_MACHINE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Turns stored voxels into float32 values: fl32(fl64(stored · slope) + intercept), or fl32(stored)
 * without scaling. Complex voxels give their real part.
 *
 * @param header of the file the bytes come from
 * @param stored whole voxels as in the file, from the start of an ArrayBuffer aligned to 8 bytes;
 *   **brought to machine byte order in place**
 * @param target one element per voxel
 */
export function decodeVoxels(header: NiftiHeader, stored: Uint8Array, target: Float32Array): void {
  if (header.isLittleEndian !== IS_LITTLE_ENDIAN_MACHINE) swapWords(stored, header.datatype.wordBytes);
  const count = target.length;
  const { slope, intercept } = header.scaling ?? { slope: 1, intercept: 0 };
  const isScaled = header.scaling !== undefined;
  const words = wordsOf(header.datatype, stored);
  if (words instanceof BigInt64Array || words instanceof BigUint64Array) {
    if (isScaled) for (let i = 0; i < count; i++) target[i] = Number(words[i]) * slope + intercept;
    else for (let i = 0; i < count; i++) target[i] = roundedOnce(words[i]!);
    return;
  }
  const step = header.datatype.isComplex ? 2 : 1;
  if (isScaled) for (let i = 0; i < count; i++) target[i] = words[i * step]! * slope + intercept;
  else if (step === 1) target.set(words);
  else for (let i = 0; i < count; i++) target[i] = words[i * step]!;
}

/** A float64 that rounds to the float32 nearest to the integer: beyond 53 bits what was cut off leaves its mark in the last bit kept. */
function roundedOnce(value: bigint): number {
  const near = Number(value);
  if (Math.abs(near) < 2 ** 53) return near;
  const kept = value >> 11n;
  return Number((value & 2047n) === 0n ? kept : kept | 1n) * 2048;
}

function wordsOf({ name }: NiftiDatatype, { buffer, byteOffset, byteLength }: Uint8Array) {
  switch (name) {
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, byteLength);
    case 'int8':
      return new Int8Array(buffer, byteOffset, byteLength);
    case 'int16':
      return new Int16Array(buffer, byteOffset, byteLength / 2);
    case 'uint16':
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
    case 'int32':
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case 'uint32':
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
    case 'int64':
      return new BigInt64Array(buffer, byteOffset, byteLength / 8);
    case 'uint64':
      return new BigUint64Array(buffer, byteOffset, byteLength / 8);
    case 'float32':
    case 'complex64':
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    default:
      return new Float64Array(buffer, byteOffset, byteLength / 8);
  }
}

/** Reverses the bytes of every word, in place. */
export function swapWords(bytes: Uint8Array, wordBytes: 1 | 2 | 4 | 8): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (wordBytes === 2) buffer.swap16();
  else if (wordBytes === 4) buffer.swap32();
  else if (wordBytes === 8) buffer.swap64();
}

/** True if the stored bytes, seen as this machine's int16, are the values already. */
export function isPlainInt16(header: NiftiHeader): boolean {
  return (
    header.datatype.name === 'int16' && header.scaling === undefined && header.isLittleEndian === IS_LITTLE_ENDIAN_MACHINE
  );
}

const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** True if a voxel can be NaN or infinite; integers only where scaling takes them beyond float32. */
export function canBeNonFinite({ datatype, scaling }: NiftiHeader): boolean {
  if (/^(float|complex)/.test(datatype.name)) return true;
  return scaling !== undefined && Math.abs(scaling.slope) * 256 ** datatype.wordBytes + Math.abs(scaling.intercept) > MAX_FLOAT32;
}
