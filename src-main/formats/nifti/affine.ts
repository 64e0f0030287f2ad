import { affineFrom, allClose, columnLengths, type Matrix } from '../../numeric/index.ts';
import { invalidNifti } from './errors.ts';
import type { HeaderBytes } from './header-bytes.ts';
import { qformAffine, writeQform } from './quaternion.ts';

const ROWS = ['srow_x', 'srow_y', 'srow_z'] as const;

/**
 * Affine of a header as MONAI 1.5.0 loads it, repairing the header on the way: nibabel's best affine
 * (sform, else qform, else the base affine), then `correct_nifti_header_if_necessary` and
 * `rectify_header_sform_qform` (monai/data/utils.py), which change the header where pixdim and the
 * affine disagree about the voxel size.
 *
 * For 4D files the comparison includes the translation as a fourth column, as in the reference.
 *
 * @param rank dim[0], 1 to 4; longer headers are left alone by the reference
 * @returns voxel→world, (4, 4), mm, RAS+
 * @throws NIFTI_INVALID if a qform that is needed cannot be computed
 */
export function loadAffine(header: HeaderBytes, rank: number): Matrix {
  const affine = bestAffine(header);
  const pixdim = header.list('pixdim').slice(1, rank + 1);
  if (allClose(pixdim, columnLengths(affine, rank))) return affine;
  const repaired = repairedAffine(header, rank, pixdim);
  if (repaired !== undefined) return repaired;
  columnLengths(affine, rank).forEach((length, axis) => header.set('pixdim', length, axis + 1));
  return affine;
}

/** The affine that agrees with pixdim, after writing it into the header; undefined if there is none. */
function repairedAffine(header: HeaderBytes, rank: number, pixdim: readonly number[]): Matrix | undefined {
  const sform = sformAffine(header);
  const qform = requiredQform(header);
  const isSformClose = allClose(columnLengths(sform, rank), pixdim);
  const isQformClose = allClose(columnLengths(qform, rank), pixdim);
  if (header.get('sform_code') !== 0) {
    if (isSformClose) return sform;
    if (isQformClose) return storeSform(header, qform);
  }
  if (header.get('qform_code') === 0) return undefined;
  if (isQformClose) return bestAffine(header);
  if (!isSformClose) return undefined;
  if (!writeQform(header, sform)) {
    throw invalidNifti('bad-affine', 'The sform rows that pixdim points to are singular.', { sform: Array.from(sform) });
  }
  return bestAffine(header);
}

function bestAffine(header: HeaderBytes): Matrix {
  if (header.get('sform_code') !== 0) return sformAffine(header);
  if (header.get('qform_code') !== 0) return requiredQform(header);
  return baseAffine(header);
}

function sformAffine(header: HeaderBytes): Matrix {
  const rows = ROWS.map((name) => header.list(name));
  return affineFrom(Float64Array.from(rows.flatMap((row) => row.slice(0, 3))), rows.map((row) => row[3]!));
}

function requiredQform(header: HeaderBytes): Matrix {
  const affine = qformAffine(header);
  if (affine !== undefined) return affine;
  const quaternion = [header.get('quatern_b'), header.get('quatern_c'), header.get('quatern_d')];
  throw invalidNifti('bad-quaternion', `The qform quaternion (${quaternion.join(', ')}) is longer than 1.`, { quaternion });
}

/** Stored entries round to the header's float type; the affine is what was stored. */
function storeSform(header: HeaderBytes, affine: Matrix): Matrix {
  ROWS.forEach((name, row) => {
    for (let column = 0; column < 4; column++) header.set(name, affine[row * 4 + column]!, column);
  });
  return sformAffine(header);
}

/** Centre of the array at the world origin, x running to the left (nibabel `get_base_affine`). */
function baseAffine(header: HeaderBytes): Matrix {
  const rank = header.get('dim', 0);
  const diagonal = [0, 1, 2].map((axis) => {
    const spacing = axis < rank ? header.get('pixdim', axis + 1) : 1;
    return axis === 0 ? -spacing : spacing;
  });
  const sizes = [0, 1, 2].map((axis) => (axis < rank ? header.get('dim', axis + 1) : 1));
  const block = Float64Array.of(diagonal[0]!, 0, 0, 0, diagonal[1]!, 0, 0, 0, diagonal[2]!);
  return affineFrom(block, diagonal.map((entry, axis) => -((sizes[axis]! - 1) / 2) * entry));
}
