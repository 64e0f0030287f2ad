import { crc32 } from 'node:zlib';

/** A member of an archive, with whatever it claims about itself. */
export interface RawMember {
  readonly name: string;
  /** As it is stored. */
  readonly content: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  /** Claimed bytes, unpacked and packed. */
  readonly size?: number;
  readonly packed?: number;
  /** Extra fields of both headers, as they are. */
  readonly extra?: Uint8Array;
  /** Claimed place of the local header. */
  readonly localOffset?: number;
  /** Points at the bytes of that member instead of at its own. */
  readonly sameAs?: number;
}

export interface RawEnd {
  readonly entries?: number;
  readonly directoryOffset?: number;
  readonly directorySize?: number;
  /** Puts a zip64 end record and its locator before the end record (APPNOTE 6.3.3, 4.3.14 and 4.3.15); what is absent is true. */
  readonly zip64?: { readonly entries?: bigint; readonly directorySize?: bigint; readonly directoryOffset?: bigint; readonly recordOffset?: bigint; readonly recordSize?: bigint; readonly isLocatorAlone?: boolean };
}

/** The extra field of zip64 (APPNOTE 6.3.3, 4.5.3) with as many numbers as are given; `claimedLength` where it lies about itself. */
export function zip64Extra(numbers: readonly bigint[], claimedLength = 8 * numbers.length): Buffer {
  const bytes = Buffer.alloc(4 + 8 * numbers.length);
  bytes.writeUInt16LE(1, 0);
  bytes.writeUInt16LE(claimedLength, 2);
  for (const [n, number] of numbers.entries()) bytes.writeBigUInt64LE(number, 4 + 8 * n);
  return bytes;
}

function zip64End(at: number, entries: number, directorySize: number, directoryOffset: number, claims: NonNullable<RawEnd['zip64']>): Buffer {
  const record = Buffer.alloc(56);
  record.write('PK\u0006\u0006');
  record.writeBigUInt64LE(claims.recordSize ?? 44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(claims.entries ?? BigInt(entries), 24);
  record.writeBigUInt64LE(claims.entries ?? BigInt(entries), 32);
  record.writeBigUInt64LE(claims.directorySize ?? BigInt(directorySize), 40);
  record.writeBigUInt64LE(claims.directoryOffset ?? BigInt(directoryOffset), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\u0006\u0007');
  locator.writeBigUInt64LE(claims.recordOffset ?? BigInt(at), 8);
  locator.writeUInt32LE(1, 16);
  return claims.isLocatorAlone === true ? locator : Buffer.concat([record, locator]);
}

/** Method, flags, sizes and name, as local and central headers have them (APPNOTE 6.3.3, 4.3.7 and 4.3.12). */
function facts({ name, content, method = 0, flags = 0, size, packed, extra }: RawMember): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt16LE(flags, 2);
  bytes.writeUInt16LE(method, 4);
  bytes.writeUInt32LE(crc32(content), 10);
  bytes.writeUInt32LE(packed ?? content.length, 14);
  bytes.writeUInt32LE(size ?? content.length, 18);
  bytes.writeUInt16LE(Buffer.byteLength(name), 22);
  bytes.writeUInt16LE(extra?.length ?? 0, 24);
  return bytes;
}

/** A zip archive that says what it is told to say. */
export function rawZip(members: readonly RawMember[], end: RawEnd = {}): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const member of members) {
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), facts(member), Buffer.from(member.name), member.extra ?? Buffer.alloc(0), member.content]);
    offsets.push(member.sameAs === undefined ? offset : offsets[member.sameAs]!);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(member.localOffset ?? offsets.at(-1)!, 10);
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), facts(member), tail, Buffer.from(member.name), member.extra ?? Buffer.alloc(0)]));
    if (member.sameAs === undefined) {
      locals.push(local);
      offset += local.length;
    }
  }
  const directory = Buffer.concat(central);
  const last = Buffer.alloc(22);
  last.write('PK\u0005\u0006');
  const entries = end.entries ?? members.length;
  last.writeUInt16LE(entries, 8);
  last.writeUInt16LE(entries, 10);
  last.writeUInt32LE(end.directorySize ?? directory.length, 12);
  last.writeUInt32LE(end.directoryOffset ?? offset, 16);
  const wide = end.zip64 === undefined ? Buffer.alloc(0) : zip64End(offset + directory.length, members.length, directory.length, offset, end.zip64);
  return Buffer.concat([...locals, directory, wide, last]);
}
