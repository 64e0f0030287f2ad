import { viewOf } from './byte-source.ts';

/** Alignment of record contents in bytes (`kFieldAlignment` in caffe2/serialize/inline_container.h). */
export const DEFAULT_ALIGNMENT = 64;
/** The padding length is a u16, so no archive can have a larger alignment. */
export const MAX_ALIGNMENT = 0x8000;

const SATURATED = 0xffffffff;
const SATURATED_COUNT = 0xffff;
const FLAG_UTF8 = 0x0800;
const FLAG_DESCRIPTOR = 0x0008;
const PADDING_BYTE = 0x5a;

export interface ContainerRecord {
  /** Without the top folder. */
  readonly name: string;
  readonly size: number;
  readonly crc: number;
}

/** All bytes of an archive that are not record contents. */
export interface Container {
  /** heads[i] lies directly before the content of record i; it starts with the descriptor of record i−1. */
  readonly heads: readonly Uint8Array[];
  /** Where the content of record i starts, in bytes from the start of the file. */
  readonly dataOffsets: readonly number[];
  /** Behind the last content: its descriptor, the central directory and the end records. */
  readonly tail: Uint8Array;
  readonly tailOffset: number;
  /** Size of the whole file. */
  readonly size: number;
}

interface Placed extends ContainerRecord {
  readonly nameBytes: Uint8Array;
  readonly headerOffset: number;
  /** Values of the zip64 field that also the directory repeats. */
  readonly wide: readonly number[];
}

/**
 * Lays out an archive exactly as PyTorch's writer does (miniz behind `PyTorchStreamWriter`,
 * caffe2/serialize/inline_container.cc): stored records, sizes in data descriptors, contents aligned
 * by an `FB` extra field filled with `Z`, zip64 fields only where needed, zip64 end record always.
 *
 * @param rawPrefix name of the top folder, one character per byte
 */
export function layOutContainer(rawPrefix: string, records: readonly ContainerRecord[], alignment: number): Container {
  const heads: Uint8Array[] = [];
  const dataOffsets: number[] = [];
  const placed: Placed[] = [];
  let offset = 0;
  let descriptor = new Uint8Array(0);
  for (const record of records) {
    const entry = place(record, rawPrefix, offset + descriptor.length);
    const header = localHeader(entry, alignment);
    heads.push(Buffer.concat([descriptor, header]));
    offset += descriptor.length + header.length;
    dataOffsets.push(offset);
    offset += record.size;
    descriptor = dataDescriptor(entry);
    placed.push(entry);
  }
  const directoryOffset = offset + descriptor.length;
  const directory = Buffer.concat(placed.map(centralEntry));
  const tail = Buffer.concat([descriptor, directory, endRecords(placed.length, directory.length, directoryOffset)]);
  return { heads, dataOffsets, tail, tailOffset: offset, size: offset + tail.length };
}

function place(record: ContainerRecord, rawPrefix: string, headerOffset: number): Placed {
  const nameBytes = Buffer.concat([Buffer.from(rawPrefix, 'latin1'), Buffer.from(`/${record.name}`, 'utf8')]);
  const wide = [...(record.size >= SATURATED ? [record.size, record.size] : []), ...(headerOffset >= SATURATED ? [headerOffset] : [])];
  return { ...record, nameBytes, headerOffset, wide };
}

function flagsOf(entry: Placed): number {
  return entry.size > 0 ? FLAG_UTF8 | FLAG_DESCRIPTOR : FLAG_UTF8;
}

/** signature, version 0, flags, then zeros up to the lengths: sizes and CRC follow in the descriptor. */
function localHeader(entry: Placed, alignment: number): Uint8Array {
  const zip64 = zip64Field(entry.wide);
  const unpadded = 30 + entry.nameBytes.length + zip64.length + 4;
  const padding = (alignment - ((entry.headerOffset + unpadded) % alignment)) % alignment;
  const bytes = new Uint8Array(unpadded + padding);
  const view = viewOf(bytes);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(6, flagsOf(entry), true);
  view.setUint16(26, entry.nameBytes.length, true);
  view.setUint16(28, zip64.length + 4 + padding, true);
  bytes.set(entry.nameBytes, 30);
  bytes.set(zip64, 30 + entry.nameBytes.length);
  view.setUint16(unpadded - 4, 0x4246, true);
  view.setUint16(unpadded - 2, padding, true);
  bytes.fill(PADDING_BYTE, unpadded);
  return bytes;
}

function zip64Field(wide: readonly number[]): Uint8Array {
  if (wide.length === 0) return new Uint8Array(0);
  const bytes = new Uint8Array(4 + 8 * wide.length);
  const view = viewOf(bytes);
  view.setUint16(0, 1, true);
  view.setUint16(2, 8 * wide.length, true);
  wide.forEach((value, i) => view.setBigUint64(4 + 8 * i, BigInt(value), true));
  return bytes;
}

function dataDescriptor(entry: Placed): Uint8Array<ArrayBuffer> {
  if (entry.size === 0) return new Uint8Array(0);
  const isWide = entry.wide.length > 0;
  const bytes = new Uint8Array(isWide ? 24 : 16);
  const view = viewOf(bytes);
  view.setUint32(0, 0x08074b50, true);
  view.setUint32(4, entry.crc, true);
  if (isWide) {
    view.setBigUint64(8, BigInt(entry.size), true);
    view.setBigUint64(16, BigInt(entry.size), true);
  } else {
    view.setUint32(8, entry.size, true);
    view.setUint32(12, entry.size, true);
  }
  return bytes;
}

function centralEntry(entry: Placed): Uint8Array {
  const zip64 = zip64Field(entry.wide);
  const bytes = new Uint8Array(46 + entry.nameBytes.length + zip64.length);
  const view = viewOf(bytes);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(8, flagsOf(entry), true);
  view.setUint32(16, entry.crc, true);
  view.setUint32(20, Math.min(entry.size, SATURATED), true);
  view.setUint32(24, Math.min(entry.size, SATURATED), true);
  view.setUint16(28, entry.nameBytes.length, true);
  view.setUint16(30, zip64.length, true);
  view.setUint32(42, Math.min(entry.headerOffset, SATURATED), true);
  bytes.set(entry.nameBytes, 46);
  bytes.set(zip64, 46 + entry.nameBytes.length);
  return bytes;
}

/** zip64 end record (56 bytes), its locator (20) and the end record (22). */
function endRecords(count: number, directorySize: number, directoryOffset: number): Uint8Array {
  const bytes = new Uint8Array(56 + 20 + 22);
  const view = viewOf(bytes);
  view.setUint32(0, 0x06064b50, true);
  view.setUint32(4, 44, true);
  view.setUint16(12, 0x031e, true);
  view.setUint16(14, 45, true);
  view.setBigUint64(24, BigInt(count), true);
  view.setBigUint64(32, BigInt(count), true);
  view.setBigUint64(40, BigInt(directorySize), true);
  view.setBigUint64(48, BigInt(directoryOffset), true);
  view.setUint32(56, 0x07064b50, true);
  view.setBigUint64(64, BigInt(directoryOffset + directorySize), true);
  view.setUint32(72, 1, true);
  view.setUint32(76, 0x06054b50, true);
  view.setUint16(84, Math.min(count, SATURATED_COUNT), true);
  view.setUint16(86, Math.min(count, SATURATED_COUNT), true);
  view.setUint32(88, Math.min(directorySize, SATURATED), true);
  view.setUint32(92, Math.min(directoryOffset, SATURATED), true);
  return bytes;
}
