import { readHeader } from 'nifti-reader-js';
import type { Matrix } from '../../numeric/index.ts';
import { loadAffine } from './affine.ts';
import { findDatatype, refusedDatatypeName, type NiftiDatatype } from './datatype.ts';
import { invalidNifti, unsupportedNifti } from './errors.ts';
import { HeaderBytes, type NiftiField } from './header-bytes.ts';
import { recogniseHeader } from './recognise.ts';

/** What the header of a `.nii` file says, checked and repaired as nibabel and MONAI do on loading. */
export interface NiftiHeader {
  readonly version: 1 | 2;
  readonly isLittleEndian: boolean;
  /** dim[1..dim[0]]: voxels per axis, axis 0 varies fastest in the file. 2 to 4 axes, the fourth are channels. */
  readonly sizes: readonly number[];
  readonly datatype: NiftiDatatype;
  /** Byte of the first voxel. */
  readonly dataOffset: number;
  /** Value = stored · slope + intercept; undefined if the stored value is the value. */
  readonly scaling: { readonly slope: number; readonly intercept: number } | undefined;
  /** Voxel→world, (4, 4), mm, RAS+. */
  readonly affine: Matrix;
  /** Number fields in nibabel's order as MONAI keeps them: repaired, vox_offset 0, scl_slope and scl_inter NaN. */
  readonly fields: readonly NiftiField[];
  /** Oddities that do not stop the file from being read. */
  readonly warnings: readonly string[];
}

/**
 * Parses and checks the header of a single-file NIfTI-1 or NIfTI-2 image.
 *
 * Numbers are read by nifti-reader-js from a copy in little-endian byte order; the repairs are those
 * of nibabel 5.3 `check_fix` and MONAI 1.5.0 `NibabelReader`.
 *
 * @param bytes the start of the (inflated) file, `MAX_HEADER_BYTES` or all of it if it is shorter
 * @throws NIFTI_INVALID if this is no NIfTI header or a damaged one; NIFTI_UNSUPPORTED for colours,
 *   one axis, or more than four; messages without file name
 */
export function parseNiftiHeader(bytes: Uint8Array): NiftiHeader {
  const { version, isLittleEndian } = recogniseHeader(bytes);
  const header = new HeaderBytes(bytes, version, isLittleEndian);
  header.set('sizeof_hdr', version === 1 ? 348 : 540);
  const parsed = readHeader(header.bytes.buffer, true);
  const sizes = checkedSizes(parsed.dims);
  const datatype = checkedDatatype(parsed.datatypeCode);
  const dataOffset = checkedDataOffset(parsed.vox_offset, version);
  const scaling = checkedScaling(parsed.scl_slope, parsed.scl_inter);
  checkEndOfLineMark(header);
  repairFields(header, datatype);
  const affine = checkedAffine(loadAffine(header, sizes.length));
  header.set('vox_offset', 0);
  header.set('scl_slope', Number.NaN);
  header.set('scl_inter', Number.NaN);
  const warnings = datatype.isComplex ? [`The voxels are ${datatype.name}; only their real part is used.`] : [];
  return { version, isLittleEndian, sizes, datatype, dataOffset, scaling, affine, fields: header.numberFields(), warnings };
}

function checkedSizes(dims: readonly number[]): number[] {
  const rank = dims[0]!;
  const sizes = dims.slice(1, rank + 1);
  if (rank < 1 || rank > 7 || sizes.some((size) => !Number.isSafeInteger(size) || size <= 0)) {
    throw invalidNifti('bad-dimensions', `The header gives impossible sizes: dim = [${dims.join(', ')}].`, { dim: dims });
  }
  if (rank === 1 || rank > 4) {
    throw unsupportedNifti(
      'rank',
      `The image has ${rank} ${rank === 1 ? 'axis' : 'axes'} (${sizes.join('x')}); 2, 3 or 4 can be processed.`,
      'Convert the file to a 3D volume, or to 4D with channels last.',
      { sizes },
    );
  }
  return sizes;
}

function checkedDatatype(code: number): NiftiDatatype {
  const datatype = findDatatype(code);
  if (datatype !== undefined) return datatype;
  const name = refusedDatatypeName(code);
  if (name === undefined) throw invalidNifti('bad-datatype', `The header names no known datatype (code ${code}).`, { code });
  const hint = 'Convert the file to a grey-value type such as int16 or float32.';
  throw unsupportedNifti('datatype', `The voxels are ${name} (datatype ${code}), which cannot be processed.`, hint, { code });
}

/**
 * nibabel takes an offset of 0 at its word and reads the header as voxels; that is reported as damage
 * here, because the result would be noise.
 */
function checkedDataOffset(stored: number, version: 1 | 2): number {
  const offset = Math.trunc(stored);
  const least = version === 1 ? 352 : 544;
  if (Number.isSafeInteger(offset) && offset >= least) return offset;
  throw invalidNifti('bad-offset', `The header puts the voxels at byte ${stored}; they cannot start before byte ${least}.`, {
    voxOffset: stored,
  });
}

/** A slope of 0, NaN or infinity means no scaling; the intercept is then ignored. */
function checkedScaling(slope: number, intercept: number): NiftiHeader['scaling'] {
  if (slope === 0 || !Number.isFinite(slope)) return undefined;
  if (!Number.isFinite(intercept)) {
    throw invalidNifti('bad-scaling', `The header has slope ${slope} but intercept ${intercept}.`, { slope, intercept });
  }
  return slope === 1 && intercept === 0 ? undefined : { slope, intercept };
}

/** NIfTI-2 carries the bytes CR LF SUB LF to show that no text transfer changed it; all zero is repaired. */
function checkEndOfLineMark(header: HeaderBytes): void {
  if (header.version === 1) return;
  const mark = header.list('eol_check');
  if (mark.every((byte) => byte === 0)) [13, 10, 26, 10].forEach((byte, index) => header.set('eol_check', byte, index));
  else if (mark.join() !== '13,10,26,10') {
    throw invalidNifti('text-transfer', 'The header was changed by a transfer in text mode (eol_check).', { eolCheck: mark });
  }
}

/** nibabel 5.3 `Nifti1Header._chk_*` with fix=True. */
function repairFields(header: HeaderBytes, datatype: NiftiDatatype): void {
  header.set('bitpix', datatype.bytes * 8);
  for (const axis of [1, 2, 3]) {
    const spacing = header.get('pixdim', axis);
    if (spacing === 0) header.set('pixdim', 1, axis);
    else if (spacing < 0) header.set('pixdim', -spacing, axis);
  }
  if (Math.abs(header.get('pixdim')) !== 1) header.set('pixdim', 1);
  for (const name of ['qform_code', 'sform_code']) {
    const code = header.get(name);
    if (code < 0 || code > 5) header.set(name, 0);
  }
}

function checkedAffine(affine: Matrix): Matrix {
  if (affine.every(Number.isFinite)) return affine;
  throw invalidNifti('bad-affine', 'The affine contains NaN or infinity.', { affine: Array.from(affine, String) });
}
