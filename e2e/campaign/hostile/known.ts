import { deflateRawSync, gzipSync } from 'node:zlib';
import { rawZip, zip64Extra } from './raw-zip.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const repeat = (text: string, count: number): Buffer => latin(text.repeat(count));

/** Pickles made to run code, to take all memory, or to take for ever. */
export function hostilePickles(): Buffer[] {
  const doubling = Array.from({ length: 60 }, (_, n) => `(h${String.fromCharCode(n)}h${String.fromCharCode(n)}tq${String.fromCharCode(n + 1)}0`).join('');
  return [
    latin("cos\nsystem\n(S'touch escaped'\ntR."),
    latin("(S'touch escaped'\nios\nsystem\n."),
    latin("cbuiltins\neval\n(S'1'\ntR."),
    latin("cbuiltins\ngetattr\n(cos\n__dict__\nS'get'\ntR(S'system'\ntR(S'touch escaped'\ntR."),
    latin('\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093\u008c\u0005touch\u0085R.'),
    // A tuple of the tuple before, sixty times: two to the sixtieth values for whoever walks it.
    latin(`\u0080\u0002(lq\u0000${doubling}h\u003c.`),
    // A list that contains itself.
    latin('\u0080\u0002]q\u0000h\u0000a.'),
    Buffer.concat([latin('\u0080\u0002'), repeat(']', 200_000), repeat('a', 199_999), latin('.')]),
    Buffer.concat([latin('\u0080\u0002'), repeat('(', 200_000), repeat('t', 200_000), latin('.')]),
    Buffer.concat([latin('\u0080\u0002('), repeat('N', 240_000), latin('l.')]),
    latin('\u0080\u0002X\u00ff\u00ff\u00ff\u00ffabc.'),
    latin('\u0080\u0004\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fabc.'),
    latin('\u0080\u0002\u008b\u00ff\u00ff\u00ff\u007f\u0001.'),
    latin(`L${'9'.repeat(200_000)}L\n.`),
    latin(`F${'1'.repeat(100_000)}\n.`),
    latin('\u0080\u0002ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nX\u0001\u0000\u0000\u00000X\u0003\u0000\u0000\u0000cpuK\u0010tQK\u0000(J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007ftK\u0000K\u0000\u0086\u0089NtR.'),
  ];
}

const SMALL = { name: 'archive/data.pkl', content: latin('\u0080\u0002}.') } as const;
const VERSION = { name: 'archive/version', content: latin('3\n') } as const;

/** Archives that lie: about sizes, places, names and ratios. */
export function hostileZips(): Buffer[] {
  const bomb = deflateRawSync(Buffer.alloc(64 << 20));
  return [
    rawZip([SMALL, VERSION]),
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: bomb, method: 8, size: 64 << 20 }]),
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: bomb, method: 8, size: 100 }]),
    rawZip([{ ...SMALL, content: bomb, method: 8, size: 64 << 20 }, VERSION]),
    // Many names for the same bytes: a hundred times the content, without a ratio anybody minds.
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: Buffer.alloc(4096, 7) }, ...Array.from({ length: 100 }, (_, n) => ({ name: `archive/data/${n + 1}`, content: Buffer.alloc(0), size: 4096, packed: 4096, sameAs: 2 }))]),
    rawZip([SMALL, VERSION, { name: 'archive/../../../../tmp/escaped', content: latin('x') }]),
    rawZip([SMALL, VERSION, { name: '/etc/escaped', content: latin('x') }]),
    rawZip([SMALL, VERSION, { name: 'archive\\..\\escaped', content: latin('x') }]),
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: latin('x'), size: 0xfffffffe, packed: 0xfffffffe }]),
    rawZip([SMALL, VERSION, { name: 'archive/data/0', content: latin('x'), size: 0xffffffff, packed: 0xffffffff }]),
    rawZip([SMALL, SMALL, VERSION]),
    rawZip([SMALL, VERSION], { entries: 0xffff }),
    rawZip([SMALL, VERSION], { directoryOffset: 0 }),
    rawZip([SMALL, VERSION], { directoryOffset: 0xffffffff }),
    rawZip([SMALL, VERSION], { directorySize: 0xfffffff0 }),
    rawZip([{ ...SMALL, flags: 1 }, VERSION]),
    rawZip([{ ...SMALL, flags: 8 }, VERSION]),
    rawZip([{ ...SMALL, method: 99 }, VERSION]),
    rawZip([{ ...SMALL, name: '' }, VERSION]),
    rawZip([SMALL, { ...VERSION, name: 'archive/'.padEnd(60_000, 'x') }]),
    ...hostileZip64s(),
  ];
}

const WIDE = 0xffffffff;
const MOST = 0xffffffffffffffffn;

/** Lies in the wide fields of zip64: sizes and places that disagree or overflow, fields that are missing, counts without end. */
function hostileZip64s(): Buffer[] {
  const data = { name: 'archive/data/0', content: Buffer.alloc(64, 7) } as const;
  const wide = (...numbers: readonly bigint[]): Buffer => rawZip([SMALL, VERSION, { ...data, size: WIDE, packed: WIDE, extra: zip64Extra(numbers) }]);
  return [
    // True, as a writer of a large file puts it.
    wide(64n, 64n),
    // Unpacked and packed disagree; more than there is; more than a double holds; negative where it is read as signed.
    wide(65n, 64n),
    wide(64n, 65n),
    wide(1n << 40n, 1n << 40n),
    wide((1n << 53n) + 1n, (1n << 53n) + 1n),
    wide(1n << 63n, 1n << 63n),
    wide(MOST, MOST),
    // One number where two are asked for, none, no extra field at all, one that is longer than it is.
    wide(64n),
    wide(),
    rawZip([SMALL, VERSION, { ...data, size: WIDE, packed: WIDE }]),
    rawZip([SMALL, VERSION, { ...data, size: WIDE, packed: WIDE, extra: zip64Extra([64n, 64n], 0xfff0) }]),
    // Not asked for, and contradicting what is said plainly.
    rawZip([SMALL, VERSION, { ...data, extra: zip64Extra([1n << 40n, 1n << 40n]) }]),
    // The place of the local header beyond the end, past it by overflow, in the middle of another member.
    ...[1n << 40n, MOST, MOST - 29n, 1n].map((place) => rawZip([SMALL, VERSION, { ...data, size: WIDE, packed: WIDE, localOffset: WIDE, extra: zip64Extra([64n, 64n, place]) }])),
    // The end record: true, with counts without end, with a directory elsewhere, with itself elsewhere, cut off.
    rawZip([SMALL, VERSION, data], { entries: 0xffff, directorySize: WIDE, directoryOffset: WIDE, zip64: {} }),
    ...[{ entries: MOST }, { entries: 1n << 32n }, { entries: 0n }, { directorySize: MOST }, { directorySize: 0n }, { directoryOffset: MOST }, { directoryOffset: 1n << 62n }, { directoryOffset: 0n }, { recordOffset: MOST }, { recordOffset: 0n }, { recordOffset: 1n << 40n }, { recordSize: MOST }, { recordSize: 0n }, { isLocatorAlone: true }].map((zip64) =>
      rawZip([SMALL, VERSION, data], { entries: 0xffff, directorySize: WIDE, directoryOffset: WIDE, zip64 }),
    ),
    // The plain end record says one thing, the wide one another.
    rawZip([SMALL, VERSION, data], { zip64: { entries: 1n } }),
  ];
}

/** NIfTI headers that claim more than there is: as many voxels as their fields can say, in both versions and any number of axes. */
export function hugeNiftis(sound: Buffer): Buffer[] {
  const first = (axes: number, size: number): Buffer => {
    const bytes = Buffer.from(sound);
    bytes.writeInt16LE(axes, 40);
    for (let axis = 1; axis <= 7; axis++) bytes.writeInt16LE(axis <= axes ? size : 1, 40 + 2 * axis);
    return bytes;
  };
  const second = (axes: number, size: bigint, offset = 544n): Buffer => {
    const bytes = Buffer.alloc(544 + 64);
    bytes.writeInt32LE(540, 0);
    bytes.write('n+2\0\r\n\u001a\n', 4, 'latin1');
    bytes.writeInt16LE(4, 12);
    bytes.writeInt16LE(16, 14);
    bytes.writeBigInt64LE(BigInt(axes), 16);
    for (let axis = 1; axis <= 7; axis++) bytes.writeBigInt64LE(axis <= axes ? size : 1n, 16 + 8 * axis);
    for (let axis = 0; axis <= 7; axis++) bytes.writeDoubleLE(1, 104 + 8 * axis);
    bytes.writeBigInt64LE(offset, 168);
    return bytes;
  };
  const most = 0x7fff;
  return [
    ...[1, 2, 3, 4, 7].map((axes) => first(axes, most)),
    first(3, 0),
    first(3, -1),
    first(7, 1),
    ...[1, 2, 3, 4, 7].flatMap((axes) => [1n << 20n, 1n << 31n, 1n << 53n, (1n << 63n) - 1n].map((size) => second(axes, size))),
    second(3, 4n, 1n << 62n),
    second(3, 4n, -1n),
    second(3, -4n),
  ];
}

/** A sound header, and then as many zeros as two gigabytes: half a megabyte for each of them. */
export function gzipBomb(sound: Buffer, bytes: number): Buffer {
  // Members one behind the other are one file (RFC 1952, 2.2), so that the zeros are packed once.
  const zeros = gzipSync(Buffer.alloc(1 << 26), { level: 9 });
  return Buffer.concat([gzipSync(sound), ...Array.from({ length: Math.ceil(bytes / (1 << 26)) }, () => zeros)]);
}

/** Aliases of aliases: nine to the power of the levels for whoever follows them all. */
export function yamlBomb(levels: number): Buffer {
  const level = (n: number): string => `l${n}: &l${n} [${Array.from({ length: 9 }, () => (n === 0 ? 'lol' : `*l${n - 1}`)).join(', ')}]\n`;
  return Buffer.from(Array.from({ length: levels }, (_, n) => level(n)).join(''));
}
