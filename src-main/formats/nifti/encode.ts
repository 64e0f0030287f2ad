import type { Matrix } from '../../numeric/index.ts';
import { findDatatype, type NiftiDatatype } from './datatype.ts';
import { unsupportedNifti } from './errors.ts';
import { HeaderBytes } from './header-bytes.ts';
import { swapWords } from './voxels.ts';

/** An image to be written as a single-file NIfTI. */
export interface NiftiImage {
  readonly version?: 1 | 2;
  readonly isLittleEndian?: boolean;
  /** Voxels per axis; axis 0 varies fastest in `voxels`. */
  readonly sizes: readonly number[];
  /** NIfTI datatype code, see `findDatatype`. */
  readonly datatype: number;
  /** Stored values (before slope and intercept) in file order; real parts for complex types. */
  readonly voxels: ArrayLike<number>;
  /** Voxel→world, (4, 4), mm; stored as sform. */
  readonly sform?: Matrix;
  /** Raw header fields by nibabel's names, written last: `pixdim`, `scl_slope`, `quatern_b`, … */
  readonly fields?: Readonly<Record<string, number | readonly number[]>>;
}

/**
 * Writes a single-file NIfTI-1 or NIfTI-2 image without extensions: header, 4 zero bytes, voxels.
 *
 * @throws NIFTI_UNSUPPORTED for a datatype that `parseNiftiHeader` would refuse
 */
export function encodeNifti(image: NiftiImage): Uint8Array<ArrayBuffer> {
  const { version = 1, isLittleEndian = true } = image;
  const datatype = findDatatype(image.datatype);
  if (datatype === undefined) throw unsupportedNifti('datatype', `Datatype ${image.datatype} cannot be written.`, 'Use a grey-value type.');
  const header = new HeaderBytes(new Uint8Array(version === 1 ? 348 : 540), version, true);
  fillHeader(header, image, datatype);
  const voxels = encodeVoxels(image.voxels, datatype);
  if (!isLittleEndian) swapWords(voxels, datatype.wordBytes);
  const dataOffset = header.bytes.length + 4;
  const bytes = new Uint8Array(dataOffset + voxels.length);
  // Swapping is its own inverse: reading little-endian bytes as big-endian ones gives those of the other order.
  bytes.set(new HeaderBytes(header.bytes, version, isLittleEndian).bytes);
  bytes.set(voxels, dataOffset);
  return bytes;
}

function fillHeader(header: HeaderBytes, image: NiftiImage, datatype: NiftiDatatype): void {
  const isFirst = header.version === 1;
  header.set('sizeof_hdr', isFirst ? 348 : 540);
  header.setText('magic', isFirst ? 'n+1' : 'n+2');
  if (!isFirst) [13, 10, 26, 10].forEach((byte, index) => header.set('eol_check', byte, index));
  header.set('datatype', datatype.code);
  header.set('bitpix', datatype.bytes * 8);
  header.set('vox_offset', header.bytes.length + 4);
  for (let axis = 0; axis < 8; axis++) {
    header.set('dim', axis === 0 ? image.sizes.length : (image.sizes[axis - 1] ?? 1), axis);
    header.set('pixdim', 1, axis);
  }
  if (image.sform !== undefined) fillSform(header, image.sform);
  for (const [name, value] of Object.entries(image.fields ?? {})) {
    const list = typeof value === 'number' ? [value] : value;
    list.forEach((entry, index) => header.set(name, entry, index));
  }
}

/** sform rows, and pixdim as the lengths of the columns. */
function fillSform(header: HeaderBytes, sform: Matrix): void {
  header.set('sform_code', 1);
  for (let i = 0; i < 12; i++) header.set(['srow_x', 'srow_y', 'srow_z'][i >> 2]!, sform[i]!, i & 3);
  for (const axis of [0, 1, 2]) {
    header.set('pixdim', Math.hypot(sform[axis]!, sform[4 + axis]!, sform[8 + axis]!), axis + 1);
  }
}

function encodeVoxels(values: ArrayLike<number>, datatype: NiftiDatatype): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.length * datatype.bytes);
  const write = wordWriter(new DataView(bytes.buffer), datatype.name);
  for (let i = 0; i < values.length; i++) write(i * datatype.bytes, values[i]!);
  return bytes;
}

function wordWriter(view: DataView, name: string): (offset: number, value: number) => void {
  switch (name) {
    case 'uint8':
      return (offset, value) => view.setUint8(offset, value);
    case 'int8':
      return (offset, value) => view.setInt8(offset, value);
    case 'int16':
      return (offset, value) => view.setInt16(offset, value, true);
    case 'uint16':
      return (offset, value) => view.setUint16(offset, value, true);
    case 'int32':
      return (offset, value) => view.setInt32(offset, value, true);
    case 'uint32':
      return (offset, value) => view.setUint32(offset, value, true);
    case 'int64':
      return (offset, value) => view.setBigInt64(offset, BigInt(value), true);
    case 'uint64':
      return (offset, value) => view.setBigUint64(offset, BigInt(value), true);
    case 'float32':
    case 'complex64':
      return (offset, value) => view.setFloat32(offset, value, true);
    default:
      return (offset, value) => view.setFloat64(offset, value, true);
  }
}
