import type { ByteSource } from './byte-source.ts';
import { copyOf, lastIndexOfBytes, readU64, viewOf } from './byte-source.ts';
import { TorchProblem } from './problem.ts';

const END_SIGNATURE = Uint8Array.of(0x50, 0x4b, 0x05, 0x06);
const LOCATOR_SIGNATURE = Uint8Array.of(0x50, 0x4b, 0x06, 0x07);
const ZIP64_END_SIGNATURE = 0x06064b50;

export const END_BYTES = 22;
export const LOCATOR_BYTES = 20;
export const ZIP64_END_BYTES = 56;
/** An end record and the longest comment behind it: as far back as readers look. */
const SEARCH_BYTES = END_BYTES + 0xffff;
/** An end record itself ends with some zeros; only more than these count as a zero-filled tail. */
const NATURAL_ZEROS = 64;
const SCAN_BYTES = 1 << 20;

/** Where the central directory lies, in bytes from the start of the file. */
export interface DirectoryLocation {
  readonly entryCount: number;
  readonly offset: number;
  readonly size: number;
  /** First byte behind the end record. */
  readonly archiveEnd: number;
}

/**
 * Finds the end record and reads the location of the central directory, preferring the zip64 end
 * record as miniz does (`mz_zip_reader_read_central_dir` in PyTorch's third_party/miniz).
 *
 * @throws TorchProblem `truncated`, `trailing-data`, `bad-directory`
 */
export function locateDirectory(source: ByteSource): DirectoryLocation {
  const end = findEndRecord(source);
  const zip64 = end >= LOCATOR_BYTES ? readZip64End(source, end - LOCATOR_BYTES) : undefined;
  const location = zip64 ?? readPlainEnd(source, end);
  if (location.offset + location.size > source.size) {
    throw badDirectory('The central directory reaches beyond the file.', { what: 'directory range', ...location });
  }
  return { ...location, archiveEnd: end + END_BYTES };
}

function findEndRecord(source: ByteSource): number {
  const tailOffset = Math.max(0, source.size - SEARCH_BYTES);
  const tail = copyOf(source.read(tailOffset, source.size - tailOffset));
  const at = lastIndexOfBytes(tail, END_SIGNATURE, tail.length - END_BYTES);
  if (at >= 0 && at + END_BYTES <= tail.length) return tailOffset + at;
  throw whyNoEndRecord(source, tail);
}

/** Tells a damaged end record, a zero-filled tail and a cut file apart. */
function whyNoEndRecord(source: ByteSource, tail: Uint8Array): TorchProblem {
  if (hasLocatorBeforeEnd(tail)) {
    return badDirectory('The end record has lost its signature.', { what: 'end record signature' });
  }
  const zeroTail = countTrailingZeros(source);
  if (zeroTail <= NATURAL_ZEROS) {
    return new TorchProblem('truncated', `The file ends at byte ${source.size} without an archive directory.`, { size: source.size });
  }
  const end = findEndBefore(source, source.size - zeroTail);
  if (end === undefined) {
    return new TorchProblem('truncated', `The last ${zeroTail} of ${source.size} bytes are zero; the archive directory is missing.`, {
      size: source.size,
      zeroTail,
    });
  }
  const extra = source.size - end - END_BYTES;
  return new TorchProblem('trailing-data', `${extra} zero bytes follow the archive: too many for PyTorch to find its end.`, {
    bytes: extra,
  });
}

function hasLocatorBeforeEnd(tail: Uint8Array): boolean {
  const at = lastIndexOfBytes(tail, LOCATOR_SIGNATURE, tail.length - LOCATOR_BYTES - END_BYTES);
  if (at < 0 || at + LOCATOR_BYTES + END_BYTES > tail.length) return false;
  const view = viewOf(tail);
  return view.getUint32(at + 4, true) === 0 && view.getUint32(at + 16, true) === 1;
}

function countTrailingZeros(source: ByteSource): number {
  let zeros = 0;
  while (zeros < source.size) {
    const length = Math.min(SCAN_BYTES, source.size - zeros);
    const bytes = source.read(source.size - zeros - length, length);
    const last = bytes.findLastIndex((byte) => byte !== 0);
    if (last >= 0) return zeros + length - 1 - last;
    zeros += length;
  }
  return zeros;
}

/** End record, with the locator every PyTorch archive has before it, near the last non-zero byte. */
function findEndBefore(source: ByteSource, lastNonZeroEnd: number): number | undefined {
  const start = Math.max(0, lastNonZeroEnd - LOCATOR_BYTES - END_BYTES);
  const bytes = copyOf(source.read(start, Math.min(source.size, lastNonZeroEnd + END_BYTES) - start));
  const at = lastIndexOfBytes(bytes, END_SIGNATURE);
  if (at < LOCATOR_BYTES || at + END_BYTES > bytes.length) return undefined;
  return lastIndexOfBytes(bytes, LOCATOR_SIGNATURE) === at - LOCATOR_BYTES ? start + at : undefined;
}

/** undefined where the locator is missing or points at something else: then the plain end record counts. */
function readZip64End(source: ByteSource, locatorOffset: number): Omit<DirectoryLocation, 'archiveEnd'> | undefined {
  const locator = source.read(locatorOffset, LOCATOR_BYTES);
  if (!LOCATOR_SIGNATURE.every((byte, i) => locator[i] === byte)) return undefined;
  const offset = readU64(viewOf(locator), 8);
  if (offset + ZIP64_END_BYTES > source.size) {
    throw badDirectory('The zip64 locator points beyond the file.', { what: 'zip64 locator', offset });
  }
  const view = viewOf(source.read(offset, ZIP64_END_BYTES));
  if (view.getUint32(0, true) !== ZIP64_END_SIGNATURE) return undefined;
  const entryCount = readU64(view, 24);
  const isSound =
    readU64(view, 4) >= ZIP64_END_BYTES - 12 &&
    view.getUint32(16, true) === 0 &&
    view.getUint32(20, true) === 0 &&
    readU64(view, 32) === entryCount;
  if (!isSound) throw badDirectory('The zip64 end record contradicts itself.', { what: 'zip64 end record' });
  return { entryCount, size: readU64(view, 40), offset: readU64(view, 48) };
}

function readPlainEnd(source: ByteSource, end: number): Omit<DirectoryLocation, 'archiveEnd'> {
  const view = viewOf(source.read(end, END_BYTES));
  const entryCount = view.getUint16(10, true);
  if (view.getUint16(4, true) !== 0 || view.getUint16(6, true) !== 0 || view.getUint16(8, true) !== entryCount) {
    throw badDirectory('The end record contradicts itself.', { what: 'end record' });
  }
  return { entryCount, size: view.getUint32(12, true), offset: view.getUint32(16, true) };
}

function badDirectory(message: string, details: Readonly<Record<string, unknown>>): TorchProblem {
  return new TorchProblem('bad-directory', message, details);
}
