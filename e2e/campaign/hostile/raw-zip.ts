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
  /** Points at the bytes of that member instead of at its own. */
  readonly sameAs?: number;
}

export interface RawEnd {
  readonly entries?: number;
  readonly directoryOffset?: number;
  readonly directorySize?: number;
}

/** Method, flags, sizes and name, as local and central headers have them (APPNOTE 6.3.3, 4.3.7 and 4.3.12). */
function facts({ name, content, method = 0, flags = 0, size, packed }: RawMember): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt16LE(flags, 2);
  bytes.writeUInt16LE(method, 4);
  bytes.writeUInt32LE(crc32(content), 10);
  bytes.writeUInt32LE(packed ?? content.length, 14);
  bytes.writeUInt32LE(size ?? content.length, 18);
  bytes.writeUInt16LE(Buffer.byteLength(name), 22);
  return bytes;
}

/** A zip archive that says what it is told to say. */
export function rawZip(members: readonly RawMember[], end: RawEnd = {}): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const member of members) {
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), facts(member), Buffer.from(member.name), member.content]);
    offsets.push(member.sameAs === undefined ? offset : offsets[member.sameAs]!);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offsets.at(-1)!, 10);
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0000'), facts(member), tail, Buffer.from(member.name)]));
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
  return Buffer.concat([...locals, directory, last]);
}
