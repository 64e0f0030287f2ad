/** Test only: small volumes on disk, their plain result, and the numbers of a finished tensor. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decodeVoxels, encodeNifti, parseNiftiHeader, type NiftiImage } from '../../formats/nifti/index.ts';
import type { VolumeParameters } from './contract.ts';
import { planGeometry } from './geometry.ts';
import { preprocessVolume } from './preprocess.ts';
import { preprocessReference } from './preprocess-reference.ts';
import type { PreprocessedVolume } from './result.ts';

/** A folder for the test's files, and its removal. */
export class VolumeFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'larder-volume-'));
  private written = 0;

  /** Writes the bytes under a new name with the given ending; returns the path. */
  write(bytes: Uint8Array, ending: '.nii' | '.nii.gz'): string {
    const path = join(this.path, `${this.written++}${ending}`);
    writeFileSync(path, bytes);
    return path;
  }

  async preprocess(image: NiftiImage, parameters: VolumeParameters, isGzip = false): Promise<PreprocessedVolume> {
    const bytes = encodeNifti(image);
    const path = this.write(isGzip ? gzipSync(bytes) : bytes, isGzip ? '.nii.gz' : '.nii');
    return preprocessVolume({ path, isGzip }, parameters);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Values of a finished tensor in (channel, x, y, z) order. */
export function valuesOf(volume: PreprocessedVolume): Float32Array {
  const values = storedValues(volume);
  const { shape, strides } = volume;
  return values.map((_, i) => {
    let rest = i;
    let at = 0;
    for (let axis = 3; axis >= 0; axis--) {
      at += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return values[at]!;
  });
}

function storedValues({ dtype, data: { buffer, byteOffset, byteLength } }: PreprocessedVolume): Float32Array {
  if (dtype === 'float32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (dtype === 'float64') return Float32Array.from(new Float64Array(buffer, byteOffset, byteLength / 8));
  const words = new Uint16Array(buffer, byteOffset, byteLength / 2);
  if (dtype === 'bfloat16') return new Float32Array(Uint32Array.from(words, (word) => word << 16).buffer);
  return Float32Array.from(words, halfValue);
}

/** IEEE 754 half precision: sign, 5 bits of exponent, 10 of fraction. */
export function halfValue(word: number): number {
  const exponent = (word >> 10) & 31;
  const fraction = word & 1023;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return word & 0x8000 ? -magnitude : magnitude;
}

/** What the plain implementation makes of an image, all channels. */
export function plainResult(image: NiftiImage, parameters: VolumeParameters): Float32Array {
  const bytes = encodeNifti(image);
  const header = parseNiftiHeader(bytes);
  const geometry = planGeometry(header, parameters);
  const voxels = new Float32Array(image.sizes.reduce((product, size) => product * size, 1));
  decodeVoxels(header, bytes.slice(header.dataOffset), voxels);
  const perChannel = voxels.length / geometry.channels;
  const channels = Array.from({ length: geometry.channels }, (_, c) =>
    preprocessReference(voxels.subarray(c * perChannel, (c + 1) * perChannel), geometry, parameters),
  );
  return Float32Array.from(channels.flatMap((channel) => Array.from(channel)));
}

/** Largest difference, relative to the largest expected value or 1. Infinity if lengths differ. */
export function relativeError(found: Float32Array, expected: Float32Array): number {
  if (found.length !== expected.length) return Infinity;
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0) / scale;
}
