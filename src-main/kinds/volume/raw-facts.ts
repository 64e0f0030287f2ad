import { constants, gunzipSync } from 'node:zlib';
import { LarderError, isLarderError } from '../../base/index.ts';
import { MAX_HEADER_BYTES, parseNiftiHeader } from '../../formats/nifti/index.ts';
import type { NiftiHeader } from '../../formats/nifti/index.ts';
import { columnLengths } from '../../numeric/index.ts';
import type { RawFacts } from '../kind.ts';
import { directionsIn } from './preview-grid.ts';

const RAW_NAME = /\.nii(\.gz)?$/i;
const GZIP = [0x1f, 0x8b] as const;

/**
 * What the header of a NIfTI says, in words.
 *
 * @param head the beginning of the file, packed or not; a few hundred bytes are enough
 * @returns undefined if the name is not that of a NIfTI
 * @throws NIFTI_INVALID, NIFTI_UNSUPPORTED
 */
export function rawFacts(name: string, head: Uint8Array): RawFacts | undefined {
  if (!RAW_NAME.test(name)) return undefined;
  const isPacked = isGzip(head);
  const header = parseHeader(name, isPacked ? inflateHead(name, head) : head);
  const letters = directionsIn(header.affine)?.map((direction) => axisLetter(direction.worldAxis, direction.sign)).join('');
  const lines = [
    { name: 'Size', value: header.sizes.join(' × ') },
    { name: 'Spacing', value: `${columnLengths(header.affine, 3).map((length) => Number(length.toFixed(4))).join(' × ')} mm` },
    { name: 'Axes point to', value: letters ?? 'nowhere: the affine is singular' },
    { name: 'Stored as', value: `${header.datatype.name}, ${header.isLittleEndian ? 'little' : 'big'}-endian, NIfTI-${header.version}${isPacked ? ', gzip' : ''}` },
    ...(header.scaling === undefined ? [] : [{ name: 'Values', value: `stored × ${header.scaling.slope} + ${header.scaling.intercept}` }]),
  ];
  return { lines, shape: header.sizes, warnings: header.warnings };
}

/**
 * The header in the beginning of a NIfTI, packed or not.
 *
 * @throws NIFTI_INVALID, NIFTI_UNSUPPORTED
 */
export function readRawHeader(head: Uint8Array): NiftiHeader {
  return parseNiftiHeader((isGzip(head) ? inflateHead('The raw file', head) : head).subarray(0, MAX_HEADER_BYTES));
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === GZIP[0] && head[1] === GZIP[1];
}

/** Letters of the ends the axes point to, in world RAS+. */
function axisLetter(axis: number, sign: number): string {
  return (sign > 0 ? 'RAS' : 'LPI').charAt(axis);
}

function parseHeader(name: string, bytes: Uint8Array): NiftiHeader {
  try {
    return parseNiftiHeader(bytes.subarray(0, MAX_HEADER_BYTES));
  } catch (error) {
    if (!isLarderError(error)) throw error;
    throw new LarderError(error.code, `${name}: ${error.message}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), cause: error });
  }
}

function inflateHead(name: string, head: Uint8Array): Uint8Array {
  try {
    // Cut off in the middle, which is no error here.
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw new LarderError('NIFTI_INVALID', `${name}: the gzip data are damaged from the beginning.`, { hint: 'Fetch the file again.', cause: error });
  }
}
