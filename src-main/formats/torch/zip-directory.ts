import type { ByteSource } from './byte-source.ts';
import { copyOf, readU64, viewOf } from './byte-source.ts';
import { LIMITS } from './limits.ts';
import { TorchProblem } from './problem.ts';
import type { DirectoryLocation } from './zip-end.ts';

const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_BYTES = 46;
const ZIP64_FIELD = 1;
const SATURATED = 0xffffffff;
/** Encryption (bits 0, 6, 13) and compressed patched data (bit 5). */
const REFUSED_FLAGS = 0x2061;
const DIRECTORY_ATTRIBUTE = 0x10;
const STORED = 0;
const DEFLATED = 8;

/** One entry of the central directory. */
export interface DirectoryEntry {
  /** Full name, one character per byte, so that no two names fall together. */
  readonly name: string;
  readonly isDeflated: boolean;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Of the local header, bytes from the start of the file. */
  readonly headerOffset: number;
}

/**
 * Reads the central directory.
 *
 * @throws TorchProblem `bad-directory` for everything that makes PyTorch refuse the archive or read
 *   memory it should not
 */
export function readDirectory(source: ByteSource, location: DirectoryLocation): DirectoryEntry[] {
  if (location.size > LIMITS.directoryBytes || location.entryCount * CENTRAL_BYTES > location.size) {
    throw bad(`The directory claims ${location.entryCount} entries in ${location.size} bytes.`, 'directory size');
  }
  const bytes = copyOf(source.read(location.offset, location.size));
  const entries: DirectoryEntry[] = [];
  const names = new Set<string>();
  const budget = { stored: source.size, inflated: LIMITS.inflatedBytes as number };
  let at = 0;
  for (let index = 0; index < location.entryCount; index++) {
    const { entry, next } = readEntry(bytes, at, index, source.size);
    if (names.has(entry.name)) throw bad(`Record ${recordOf(entry.name)} is stored twice.`, `duplicate record ${recordOf(entry.name)}`);
    names.add(entry.name);
    spendSizes(budget, entry);
    entries.push(entry);
    at = next;
  }
  return entries;
}

function readEntry(bytes: Uint8Array, at: number, index: number, fileSize: number): { entry: DirectoryEntry; next: number } {
  const view = viewOf(bytes);
  if (at + CENTRAL_BYTES > bytes.length || view.getUint32(at, true) !== CENTRAL_SIGNATURE) {
    throw bad(`Directory entry ${index} is damaged.`, `entry ${index}`);
  }
  const nameEnd = at + CENTRAL_BYTES + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const next = extraEnd + view.getUint16(at + 32, true);
  if (next > bytes.length) throw bad(`Directory entry ${index} reaches beyond the directory.`, `entry ${index}`);
  const name = Buffer.from(bytes.subarray(at + CENTRAL_BYTES, nameEnd)).toString('latin1');
  assertFlags(view, at, name);
  const numbers = readNumbers(view, at, nameEnd, extraEnd, name);
  const isDeflated = view.getUint16(at + 10, true) === DEFLATED;
  if ((!isDeflated && numbers.compressedSize !== numbers.size) || numbers.compressedSize > fileSize) {
    throw bad(`The sizes of ${name} cannot be: ${numbers.compressedSize} and ${numbers.size}.`, `${name} sizes`);
  }
  if (numbers.headerOffset >= fileSize) throw bad(`The offset of ${name} lies beyond the file.`, `${name} offset`);
  return { entry: { name, isDeflated, crc: view.getUint32(at + 16, true), ...numbers }, next };
}

function assertFlags(view: DataView, at: number, name: string): void {
  if ((view.getUint16(at + 8, true) & REFUSED_FLAGS) !== 0) {
    throw bad(`${name} is marked as encrypted or patched.`, `${name} encryption flag`);
  }
  const method = view.getUint16(at + 10, true);
  if (method !== STORED && method !== DEFLATED) {
    throw bad(`${name} has the unknown compression method ${method}.`, `${name} method ${method}`);
  }
  if ((view.getUint32(at + 38, true) & DIRECTORY_ATTRIBUTE) !== 0) {
    throw bad(`${name} is marked as a directory: PyTorch would not read its bytes.`, `${name} directory attribute`);
  }
}

type EntryNumbers = Pick<DirectoryEntry, 'compressedSize' | 'size' | 'headerOffset'>;

/** Sizes and offset, with those that are saturated taken from the zip64 field. */
function readNumbers(view: DataView, at: number, extraStart: number, extraEnd: number, name: string): EntryNumbers {
  const plain = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  if (!plain.includes(SATURATED)) return toNumbers(plain);
  let field = findZip64Field(view, extraStart, extraEnd);
  const full = plain.map((value) => {
    if (value !== SATURATED) return value;
    if (field.start + 8 > field.end) throw bad(`${name} lacks its zip64 sizes.`, `${name} zip64`);
    const wide = readU64(view, field.start);
    field = { ...field, start: field.start + 8 };
    return wide;
  });
  return toNumbers(full);
}

function toNumbers([size = 0, compressedSize = 0, headerOffset = 0]: readonly number[]): EntryNumbers {
  return { size, compressedSize, headerOffset };
}

function findZip64Field(view: DataView, start: number, end: number): { start: number; end: number } {
  let at = start;
  while (at + 4 <= end) {
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === ZIP64_FIELD) return { start: at + 4, end: Math.min(fieldEnd, end) };
    at = fieldEnd;
  }
  return { start: end, end };
}

/** Overlapping or overpacked records could keep a reader busy for years. */
function spendSizes(budget: { stored: number; inflated: number }, entry: DirectoryEntry): void {
  budget.stored -= entry.compressedSize;
  if (budget.stored < 0) throw bad('The records together are larger than the file: they overlap.', 'overlapping records');
  if (!entry.isDeflated) return;
  budget.inflated -= entry.size;
  if (budget.inflated < 0 || entry.size > (entry.compressedSize + 1) * LIMITS.inflateRatio) {
    throw bad(`${entry.name} claims to unpack ${entry.compressedSize} bytes to ${entry.size}.`, `${entry.name} inflated size`);
  }
}

function recordOf(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

function bad(message: string, what: string): TorchProblem {
  return new TorchProblem('bad-directory', message, { what });
}
