/** Real fonts with one thing changed, so that what is told of them has one cause. Each returns a copy. */

/** @param to of the same length, so that no table moves */
export function withFamily(font: Uint8Array, from: string, to: string): Buffer {
  const copy = Buffer.from(font);
  for (const encoded of [(text: string) => Buffer.from(text, 'latin1'), (text: string) => Buffer.from(text, 'utf16le').swap16()]) {
    for (let at = copy.indexOf(encoded(from)); at >= 0; at = copy.indexOf(encoded(from), at + 1)) encoded(to).copy(copy, at);
  }
  return copy;
}

/** Tables are found by bisection: the tag that nobody knows keeps the place of the old one among the others. */
export function withoutTable(font: Uint8Array, tag: 'GSUB' | 'GPOS'): Buffer {
  const copy = Buffer.from(font);
  copy.write({ GSUB: 'GSUC', GPOS: 'GPOT' }[tag], recordOf(copy, tag), 'latin1');
  return copy;
}

/** Tables are listed the other way round; where they lie stays. */
export function withTablesReversed(font: Uint8Array): Buffer {
  const copy = Buffer.from(font);
  const count = copy.readUInt16BE(4);
  for (let i = 0; i < count; i++) Buffer.from(font).copy(copy, 12 + 16 * (count - 1 - i), 12 + 16 * i, 28 + 16 * i);
  return copy;
}

/** Lets a glyph begin where the next one does: it has no outline then. */
export function withEmptyGlyph(font: Uint8Array, glyph: number): Buffer {
  const copy = Buffer.from(font);
  const tableAt = (tag: string): number => copy.readUInt32BE(recordOf(copy, tag) + 8);
  if (copy.readInt16BE(tableAt('head') + 50) !== 1) throw new Error('places of glyphs of 32 bits are expected');
  const loca = tableAt('loca');
  copy.writeUInt32BE(copy.readUInt32BE(loca + 4 * (glyph + 1)), loca + 4 * glyph);
  return copy;
}

/** A collection (OpenType, `ttcf` version 1): the fonts one after the other, with the places of their tables counted from its beginning. */
export function asCollection(fonts: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(12 + 4 * fonts.length);
  header.write('ttcf', 'latin1');
  header.writeUInt32BE(0x0001_0000, 4);
  header.writeUInt32BE(fonts.length, 8);
  const parts = [header];
  let at = header.length;
  for (const [index, font] of fonts.entries()) {
    const moved = Buffer.concat([font, Buffer.alloc(-font.length & 3)]);
    header.writeUInt32BE(at, 12 + 4 * index);
    for (let record = 12; record < 12 + 16 * moved.readUInt16BE(4); record += 16) moved.writeUInt32BE(moved.readUInt32BE(record + 8) + at, record + 8);
    parts.push(moved);
    at += moved.length;
  }
  return Buffer.concat(parts);
}

function recordOf(font: Buffer, tag: string): number {
  const at = Array.from({ length: font.readUInt16BE(4) }, (_, i) => 12 + 16 * i).find((record) => font.toString('latin1', record, record + 4) === tag);
  if (at === undefined) throw new Error(`the font has no table ${tag}`);
  return at;
}
