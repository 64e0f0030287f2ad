import { gzip } from '../sample/nifti-writer.ts';
import { tinyNifti } from './tiny-dataset.ts';

/** Offsets of NIfTI-1 header fields in bytes (nifti1.h), little-endian. */
const DIM = 40;
const DATATYPE = 70;
const BITPIX = 72;
const PIXDIM = 76;
const SROW = 280;
const VOXELS = 352;
const RGB24 = 128;

function changed(change: (nifti: Buffer) => void): Buffer {
  const nifti = tinyNifti(1);
  change(nifti);
  return gzip(nifti);
}

/** The tiny volume twice, one behind the other, as channels. */
export function fourAxes(): Buffer {
  const nifti = tinyNifti(1);
  const both = Buffer.concat([nifti, nifti.subarray(VOXELS)]);
  both.writeInt16LE(4, DIM);
  both.writeInt16LE(2, DIM + 8);
  return gzip(both);
}

/** All spacings 0; the sform says where the voxels are. nibabel takes 1 for a spacing of 0. */
export function zeroSpacing(): Buffer {
  return changed((nifti) => {
    for (const axis of [1, 2, 3]) nifti.writeFloatLE(0, PIXDIM + axis * 4);
  });
}

/**
 * The sform gives one axis no length. MONAI 1.5.0 (data/utils.py, rectify_header_sform_qform) goes by
 * the qform where the lengths of the sform differ from pixdim and those of the qform do not.
 */
export function flatAxis(): Buffer {
  return changed((nifti) => {
    for (const row of [0, 1, 2]) nifti.writeFloatLE(0, SROW + row * 16 + 4);
  });
}

/** Two axes lead the same way: their lengths are right, and no voxel has a place of its own. */
export function parallelAxes(): Buffer {
  return changed((nifti) => {
    for (const row of [0, 1, 2]) nifti.writeFloatLE(nifti.readFloatLE(SROW + row * 16), SROW + row * 16 + 4);
  });
}

/** The place of the first voxel is no number; the lengths of the axes are right. */
export function nanAffine(): Buffer {
  return changed((nifti) => nifti.writeFloatLE(Number.NaN, SROW + 12));
}

export function rgb(): Buffer {
  return changed((nifti) => {
    nifti.writeInt16LE(RGB24, DATATYPE);
    nifti.writeInt16LE(24, BITPIX);
  });
}

/** A whole gzip stream around a volume that lacks its last third. */
export function voxelsMissing(): Buffer {
  const nifti = tinyNifti(1);
  return gzip(nifti.subarray(0, Math.floor((nifti.length * 2) / 3)));
}

/** The download was cut off. */
export function cutOff(): Buffer {
  const whole = gzip(tinyNifti(1));
  return whole.subarray(0, whole.length >> 1);
}

/** The middle of the deflate stream is overwritten, length and trailer are as they were. */
export function gzipDamaged(): Buffer {
  const whole = gzip(tinyNifti(1));
  return Buffer.from(whole).fill(0xff, whole.length >> 1, (whole.length >> 1) + 64);
}

/** One flipped bit in the checksum at the end: all voxels arrive, and cannot be trusted. */
export function wrongChecksum(): Buffer {
  const whole = Buffer.from(gzip(tinyNifti(1)));
  whole[whole.length - 8]! ^= 1;
  return whole;
}

/** 32767 voxels per axis claimed by a file of two kilobytes. */
export function impossibleSize(): Buffer {
  return changed((nifti) => {
    for (const axis of [1, 2, 3]) nifti.writeInt16LE(32_767, DIM + axis * 2);
  });
}

export const LOGIN_PAGE = Buffer.from('<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n');
