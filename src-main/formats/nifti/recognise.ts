import { invalidNifti } from './errors.ts';

export interface RecognisedHeader {
  readonly version: 1 | 2;
  readonly isLittleEndian: boolean;
}

const HEADER_BYTES = { 1: 348, 2: 540 } as const;

/** Bytes that tell which header it is, and all of a NIfTI-1 header. */
export const MIN_HEADER_BYTES = HEADER_BYTES[1];
/** Bytes that are enough for either header. */
export const MAX_HEADER_BYTES = HEADER_BYTES[2];

/** True if the first `MIN_HEADER_BYTES` are the start of a NIfTI-2 header. */
export function isNifti2(bytes: Uint8Array): boolean {
  return recogniseVersion(bytes) === 2;
}

/**
 * Tells NIfTI-1, NIfTI-2 and their byte order apart from anything else.
 *
 * NIfTI-1 by its magic at byte 344 (a wrong sizeof_hdr is tolerated), NIfTI-2 by sizeof_hdr 540.
 * Byte order: the one in which dim[0] is 1 to 7, or sizeof_hdr if dim[0] is 0 (nibabel
 * `guessed_endian`).
 *
 * @throws NIFTI_INVALID with what the bytes look like instead
 */
export function recogniseHeader(bytes: Uint8Array): RecognisedHeader {
  const version = recogniseVersion(bytes);
  if (version === undefined) throw notNifti(bytes);
  if (bytes.length < HEADER_BYTES[version]) throw truncatedHeader(bytes.length, HEADER_BYTES[version]);
  return { version, isLittleEndian: isLittleEndianHeader(bytes, version) };
}

function recogniseVersion(bytes: Uint8Array): 1 | 2 | undefined {
  if (bytes.length >= 348 && ['n+1\0', 'ni1\0'].includes(textAt(bytes, 344, 4))) return 1;
  if (bytes.length >= 8 && isSize540(bytes)) {
    return ['n+2\0', 'ni2\0'].includes(textAt(bytes, 4, 4)) ? 2 : undefined;
  }
  return undefined;
}

function isSize540(bytes: Uint8Array): boolean {
  const size = viewOf(bytes);
  return size.getInt32(0, true) === 540 || size.getInt32(0, false) === 540;
}

function isLittleEndianHeader(bytes: Uint8Array, version: 1 | 2): boolean {
  const view = viewOf(bytes);
  const rank = version === 1 ? view.getInt16(40, true) : Number(view.getBigInt64(16, true));
  if (rank === 0) return view.getInt32(0, true) === HEADER_BYTES[version];
  return rank >= 1 && rank <= 7;
}

function notNifti(bytes: Uint8Array): Error {
  if (bytes.length === 0) return invalidNifti('empty', 'The file is empty.');
  const start = textAt(bytes, 0, 64).trimStart().toLowerCase();
  if (/^<(!doctype|html|head|\?xml|error)/.test(start)) {
    return invalidNifti('html', 'This is a web page saved under the name of a scan.', { start });
  }
  if (start.startsWith('version https://git-lfs')) {
    return invalidNifti('lfs-pointer', 'This is a Git LFS pointer, not the scan it stands for.');
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return invalidNifti('gzip', 'The file is gzip-compressed although its name does not end in .gz.');
  }
  if (bytes.length < 348) return truncatedHeader(bytes.length, 348);
  return invalidNifti('not-nifti', 'This is not a NIfTI file: the magic bytes are missing.', { start });
}

function truncatedHeader(found: number, expected: number): Error {
  return invalidNifti('truncated', `The file ends inside the header, after ${found} of ${expected} bytes.`, { found, expected });
}

function textAt(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
