import { inflateRawSync } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { copyOf, viewOf } from './byte-source.ts';
import { LIMITS } from './limits.ts';
import { TorchProblem } from './problem.ts';
import { readDirectory } from './zip-directory.ts';
import type { DirectoryEntry } from './zip-directory.ts';
import { locateDirectory } from './zip-end.ts';

const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const DESCRIPTOR_SIGNATURE = 0x08074b50;

/** One named member of the archive. */
export interface ArchiveRecord {
  /** Without the top folder: `data.pkl`, `data/0`, … */
  readonly name: string;
  /** Bytes of the content. */
  readonly size: number;
  /** Bytes in the file; differs from `size` only for deflated records. */
  readonly storedSize: number;
  readonly isDeflated: boolean;
  /** CRC-32 by the directory. */
  readonly crc: number;
  /** First content byte, from the start of the file. */
  readonly dataOffset: number;
}

export interface TorchArchive {
  /** Name of the top folder, as raw bytes one character each. */
  readonly rawPrefix: string;
  /** In directory order. */
  readonly records: ReadonlyMap<string, ArchiveRecord>;
  /** First byte behind the end record. */
  readonly archiveEnd: number;
}

/**
 * Opens the zip archive of a PyTorch file: directory, local headers, top folder, required records
 * (PyTorch source, caffe2/serialize/inline_container.cc). Reads no content.
 *
 * @throws TorchProblem with the first thing found wrong
 */
export function openArchive(source: ByteSource): TorchArchive {
  const location = locateDirectory(source);
  const entries = readDirectory(source, location);
  const offsets = entries.map((entry) => locateData(source, entry));
  const rawPrefix = topFolderOf(entries);
  const records = new Map<string, ArchiveRecord>();
  entries.forEach((entry, i) => {
    const name = entry.name.slice(rawPrefix.length + 1);
    records.set(name, {
      name,
      size: entry.size,
      storedSize: entry.compressedSize,
      isDeflated: entry.isDeflated,
      crc: entry.crc,
      dataOffset: offsets[i] ?? 0,
    });
  });
  assertTorchRecords(records);
  return { rawPrefix, records, archiveEnd: location.archiveEnd };
}

/** Lengths come from the local header, as in miniz: the directory may be right and the header wrong. */
function locateData(source: ByteSource, entry: DirectoryEntry): number {
  const { name, headerOffset } = entry;
  if (headerOffset + LOCAL_BYTES > source.size) throw badHeader(name, headerOffset);
  const view = viewOf(source.read(headerOffset, LOCAL_BYTES));
  if (view.getUint32(0, true) !== LOCAL_SIGNATURE) throw badHeader(name, headerOffset);
  const dataOffset = headerOffset + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
  if (dataOffset + entry.compressedSize > source.size) throw badHeader(name, headerOffset);
  return dataOffset;
}

function badHeader(name: string, offset: number): TorchProblem {
  return new TorchProblem('bad-local-header', `The header of ${name} at byte ${offset} is damaged.`, { name, offset });
}

function topFolderOf(entries: readonly DirectoryEntry[]): string {
  const first = entries[0]?.name ?? '';
  const slash = first.indexOf('/');
  if (slash < 0) throw new TorchProblem('not-torch', 'The archive has no top folder.', { what: 'no top folder' });
  const folder = first.slice(0, slash + 1);
  const stray = entries.find((entry) => !entry.name.startsWith(folder));
  if (stray) {
    throw new TorchProblem('not-torch', `The archive has several top folders (${folder} and ${stray.name}).`, {
      what: 'several top folders',
    });
  }
  return first.slice(0, slash);
}

function assertTorchRecords(records: ReadonlyMap<string, ArchiveRecord>): void {
  if (records.has('constants.pkl')) throw new TorchProblem('torchscript', 'The archive holds a TorchScript program (constants.pkl).');
  const hasVersion = records.has('version') || records.has('.data/version');
  if (!records.has('data.pkl')) {
    const isTorch = hasVersion || [...records.keys()].some((name) => name.startsWith('data/'));
    throw isTorch ? missingRecord('data.pkl') : new TorchProblem('not-torch', 'The archive has no data.pkl.', { what: 'no data.pkl' });
  }
  if (!hasVersion) throw missingRecord('version');
}

export function missingRecord(record: string): TorchProblem {
  return new TorchProblem('missing-record', `Record ${record} is missing.`, { record });
}

/**
 * Whole content of a record, as a copy. Meant for small records; the caller checks the size first.
 *
 * @throws TorchProblem `crc-mismatch` if a deflated record cannot be unpacked to its size
 */
export function readRecord(source: ByteSource, record: ArchiveRecord): Uint8Array {
  const stored = source.read(record.dataOffset, record.storedSize);
  return record.isDeflated ? inflate(record, stored) : copyOf(stored);
}

function inflate(record: ArchiveRecord, stored: Uint8Array): Uint8Array {
  try {
    const content = inflateRawSync(stored, { maxOutputLength: Math.max(1, record.size) });
    if (content.length === record.size) return content;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
  throw new TorchProblem('crc-mismatch', `Record ${record.name} cannot be unpacked to its ${record.size} bytes.`, { record: record.name });
}

/** CRC-32 in the data descriptor behind the content, if there is one. */
export function descriptorCrc(source: ByteSource, record: ArchiveRecord): number | undefined {
  const at = record.dataOffset + record.storedSize;
  if (at + 8 > source.size) return undefined;
  const view = viewOf(source.read(at, 8));
  return view.getUint32(0, true) === DESCRIPTOR_SIGNATURE ? view.getUint32(4, true) : undefined;
}

/**
 * Text of one of the one-line records.
 *
 * @throws TorchProblem `bad-version` if it is too long to be one
 */
export function readSmallRecord(source: ByteSource, record: ArchiveRecord): Uint8Array {
  if (record.size > LIMITS.smallRecordBytes) {
    throw new TorchProblem('bad-version', `Record ${record.name} has ${record.size} bytes.`, { record: record.name, size: record.size });
  }
  return readRecord(source, record);
}

