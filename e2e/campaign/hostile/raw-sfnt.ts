/** A font file out of tables, laid one behind the other (OpenType, "Table Directory"). */
export function rawSfnt(tables: Readonly<Record<string, Buffer>>): Buffer {
  const entries = Object.entries(tables);
  const head = Buffer.alloc(12 + 16 * entries.length);
  head.writeUInt32BE(0x00010000, 0);
  head.writeUInt16BE(entries.length, 4);
  let offset = head.length;
  for (const [n, [tag, table]] of entries.entries()) {
    head.write(tag, 12 + 16 * n, 'latin1');
    head.writeUInt32BE(offset, 12 + 16 * n + 8);
    head.writeUInt32BE(table.length, 12 + 16 * n + 12);
    offset += table.length;
  }
  return Buffer.concat([head, ...entries.map(([, table]) => table)]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [n, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, 2 * n);
  return bytes;
}

/** One name, "Tiny", for Windows in English. */
const NAME = Buffer.concat([words(0, 1, 18, 3, 1, 0x409, 1, 8, 0), Buffer.from('Tiny', 'utf16le').swap16()]);
/** `U+0041` to `U+005A` are glyphs 1 to 26: format 4 with two segments, and format 12 with one group. */
const SEGMENTS = words(4, 32, 0, 4, 4, 1, 0, 0x5a, 0xffff, 0, 0x41, 0xffff, -0x40, 1, 0, 0);
const GROUPS = words(12, 0, 0, 28, 0, 0, 0, 1, 0, 0x41, 0, 0x5a, 0, 1);
const cmapOf = (table: Buffer): Buffer => Buffer.concat([words(0, 1, 3, 1, 0, 12), table]);
/** `unitsPerEm` is 1000, places in `loca` are short. */
const HEAD = (() => {
  const bytes = Buffer.alloc(54);
  bytes.writeUInt16BE(1000, 18);
  return bytes;
})();
const LOCA = words(...Array.from({ length: 28 }, (_, n) => n * 5));
const GLYF = Buffer.concat(Array.from({ length: 27 }, () => words(1, 0, 0, 500, 700)));

/** Sound fonts with either mapping, and fonts that lie about where their tables are. */
export function seedFonts(): Buffer[] {
  const common = { name: NAME, head: HEAD, loca: LOCA, glyf: GLYF };
  const sound = [rawSfnt({ ...common, cmap: cmapOf(SEGMENTS) }), rawSfnt({ ...common, cmap: cmapOf(GROUPS), GSUB: words(0) })];
  const lyingGroups = Buffer.from(GROUPS);
  lyingGroups.writeUInt32BE(0xffffffff, 12);
  const beyond = Buffer.from(sound[0]!);
  beyond.writeUInt32BE(0xfffffff0, 12 + 8);
  return [...sound, rawSfnt({ ...common, cmap: cmapOf(lyingGroups) }), rawSfnt({ ...common, cmap: words(0, 1, 3, 1, 0xffff, 0xffff) }), rawSfnt({ ...common, cmap: cmapOf(SEGMENTS), glyf: words(1) }), beyond, Buffer.from('ttcf'), Buffer.from('wOFF')];
}
