import { constants, crc32, deflateRawSync } from 'node:zlib';
import type { Triple } from './grid.ts';

export type StoredDtype = 'int16' | 'float32';

export interface NiftiImage {
  readonly shape: Triple;
  readonly spacing: Triple;
  /** Voxel→world, shape (3, 4), row-major, mm, RAS+. */
  readonly affine: readonly number[];
  /** The affine goes into the sform, or, where the array axes are L, P and S, into the qform alone. */
  readonly affineIn: 'sform' | 'qform';
  readonly dtype: StoredDtype;
  /** Stored value × slope + intercept = HU. Slope 0 means: no scaling. */
  readonly slope: number;
  readonly intercept: number;
  readonly description: string;
}

/** Header with the four bytes that say "no extensions"; the voxels follow. */
const VOXELS_AT = 352;

/** NIfTI-1 header fields: offset in bytes (nifti1.h of the NIfTI Data Format Working Group, little-endian). */
const FIELD = {
  sizeofHeader: 0,
  dim: 40,
  datatype: 70,
  bitpix: 72,
  pixdim: 76,
  voxOffset: 108,
  slope: 112,
  intercept: 116,
  xyztUnits: 123,
  description: 148,
  qformCode: 252,
  sformCode: 254,
  quaternionB: 256,
  quaternionOffset: 268,
  srow: 280,
  magic: 344,
} as const;

const DATATYPE: Readonly<Record<StoredDtype, { readonly code: number; readonly bytes: number }>> = {
  int16: { code: 4, bytes: 2 },
  float32: { code: 16, bytes: 4 },
};

/** xyzt_units: mm. */
const UNITS_MM = 2;
/** sform_code and qform_code 1: scanner coordinates. */
const SCANNER = 1;

/**
 * A NIfTI-1 file (`n+1`, little-endian, three axes).
 *
 * @param hu the values in HU, array axis 0 fastest: index i + n0 * (j + n1 * k)
 */
export function encodeNifti(image: NiftiImage, hu: Float64Array): Buffer {
  const { bytes } = DATATYPE[image.dtype];
  const file = Buffer.alloc(VOXELS_AT + hu.length * bytes);
  writeHeader(file, image);
  const slope = image.slope === 0 ? 1 : image.slope;
  const intercept = image.slope === 0 ? 0 : image.intercept;
  for (let at = 0; at < hu.length; at++) {
    const stored = (hu[at]! - intercept) / slope;
    const offset = VOXELS_AT + at * bytes;
    if (image.dtype === 'float32') file.writeFloatLE(stored, offset);
    else file.writeInt16LE(Math.round(stored), offset);
  }
  return file;
}

function writeHeader(file: Buffer, image: NiftiImage): void {
  const { code, bytes } = DATATYPE[image.dtype];
  file.writeInt32LE(348, FIELD.sizeofHeader);
  [3, ...image.shape, 1, 1, 1, 1].forEach((length, n) => file.writeInt16LE(length, FIELD.dim + n * 2));
  // pixdim[0] is qfac: 1, as L, P and S make a right-handed frame.
  [1, ...image.spacing].forEach((length, n) => file.writeFloatLE(length, FIELD.pixdim + n * 4));
  file.writeInt16LE(code, FIELD.datatype);
  file.writeInt16LE(bytes * 8, FIELD.bitpix);
  file.writeFloatLE(VOXELS_AT, FIELD.voxOffset);
  file.writeFloatLE(image.slope, FIELD.slope);
  file.writeFloatLE(image.intercept, FIELD.intercept);
  file.writeUInt8(UNITS_MM, FIELD.xyztUnits);
  file.write(image.description.slice(0, 79), FIELD.description, 'latin1');
  file.write('n+1\0', FIELD.magic, 'latin1');
  if (image.affineIn === 'sform') writeSform(file, image.affine);
  else writeQformLps(file, image.affine);
}

function writeSform(file: Buffer, affine: readonly number[]): void {
  file.writeInt16LE(SCANNER, FIELD.sformCode);
  affine.forEach((value, n) => file.writeFloatLE(value, FIELD.srow + n * 4));
}

/** Half a turn about z takes RAS to LPS: the quaternion (a, b, c, d) = (0, 0, 0, 1), a being implied. */
function writeQformLps(file: Buffer, affine: readonly number[]): void {
  file.writeInt16LE(SCANNER, FIELD.qformCode);
  [0, 0, 1].forEach((value, n) => file.writeFloatLE(value, FIELD.quaternionB + n * 4));
  [3, 7, 11].forEach((at, n) => file.writeFloatLE(affine[at]!, FIELD.quaternionOffset + n * 4));
}

/**
 * One gzip member (RFC 1952) without time, name or system, so that equal content gives equal bytes.
 * Huffman coding alone: the search for matches differs between builds of zlib, the coding does not.
 */
export function gzip(content: Uint8Array): Buffer {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length % 2 ** 32, 4);
  return Buffer.concat([header, deflateRawSync(content, { strategy: constants.Z_HUFFMAN_ONLY }), trailer]);
}
