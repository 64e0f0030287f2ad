import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { fileError, LarderError } from '../../base/index.ts';
import { parseCmap } from './font-cmap.ts';
import type { GlyphOf } from './font-cmap.ts';
import { fontDamaged, parseSfnt } from './sfnt.ts';
import type { Sfnt } from './sfnt.ts';

export interface FontFacts {
  /** Absolute path of the file. */
  readonly file: string;
  /** What the renderer reads, where that is a copy: it bisects the list of tables. Absolute. */
  readonly drawnFile?: string;
  /** Its tables are listed in the order the format asks for. */
  readonly isInOrder: boolean;
  /** Name the renderer asks for: typographic family, else family, of the `name` table. */
  readonly family: string;
  /** md5 hex of the file: the font's version, as far as pixels go. */
  readonly md5: string;
  /** Has axes (`fvar`): many fonts in one file. */
  readonly isVariable: boolean;
  /** Has rules of glyph substitution (`GSUB`), without which no Khmer subscript is formed. */
  readonly hasShaping: boolean;
  /** Has rules of glyph positioning (`GPOS`), without which a mark stays where it is, whatever stands there already. */
  readonly hasPositioning: boolean;
  /** @throws FONT_INVALID where its table is cut off */
  readonly glyphOf: GlyphOf;
  /** False where the font has a glyph for a character and nothing is drawn in it; undefined where it has none, or outlines that are not TrueType. @throws FONT_INVALID */
  readonly hasOutline: (codePoint: number) => boolean | undefined;
  /** Width of a glyph's outline in ems; undefined for empty glyphs and for outlines that are not TrueType. @throws FONT_INVALID */
  readonly outlineWidth: (codePoint: number) => number | undefined;
  /** How far a character moves the pen, in ems; undefined where the font lacks it or has no table of advances. @throws FONT_INVALID */
  readonly advance: (codePoint: number) => number | undefined;
}

/** The largest fonts of East Asia are half of this. */
const MAX_FONT_BYTES = 64 * 1024 * 1024;

/**
 * What the renderer must know about a font file.
 *
 * @throws FONT_INVALID, or the system's trouble in words
 */
export async function readFontFile(file: string): Promise<FontFacts> {
  let bytes: Buffer;
  try {
    const handle = await open(file, 'r');
    try {
      const { size, isFolder } = await handle.stat().then((facts) => ({ size: facts.size, isFolder: facts.isDirectory() }));
      if (isFolder) throw new LarderError('FONT_INVALID', `${file} is a folder, not a font.`, { hint: 'Use a TrueType or OpenType file (.ttf, .otf).' });
      if (size > MAX_FONT_BYTES) throw new LarderError('FONT_INVALID', `${file} has ${size} bytes, more than any font.`, { hint: 'Use a TrueType or OpenType file (.ttf, .otf).' });
      bytes = await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, file, 'reading the font');
  }
  return parseFont(bytes, file);
}

/** @throws FONT_INVALID */
export function parseFont(bytes: Uint8Array, file: string): FontFacts {
  return whole(file, () => {
    const sfnt = parseSfnt(bytes, file);
    const family = familyOf(needed(sfnt, 'name', file));
    if (family === undefined) throw fontDamaged(file, 'it does not say its family name');
    const glyphOf = parseCmap(needed(sfnt, 'cmap', file));
    if (glyphOf === undefined) throw fontDamaged(file, 'it has no table of Unicode characters');
    // A plan asks for each character of each line.
    const glyphs = new Map<number, number>();
    const knownGlyphOf = (codePoint: number): number => {
      const known = glyphs.get(codePoint);
      if (known !== undefined) return known;
      const glyph = whole(file, () => glyphOf(codePoint));
      glyphs.set(codePoint, glyph);
      return glyph;
    };
    return {
      file,
      family,
      isInOrder: sfnt.isInOrder,
      md5: createHash('md5').update(bytes).digest('hex'),
      isVariable: sfnt.tables.has('fvar'),
      hasShaping: sfnt.tables.has('GSUB'),
      hasPositioning: sfnt.tables.has('GPOS'),
      glyphOf: knownGlyphOf,
      hasOutline: (codePoint) => whole(file, () => hasOutline(sfnt, glyphOf(codePoint))),
      outlineWidth: (codePoint) => whole(file, () => outlineWidth(sfnt, glyphOf(codePoint))),
      advance: (codePoint) => whole(file, () => advance(sfnt, glyphOf(codePoint))),
    };
  });
}

/** Tables are read where they are asked for, and may point beyond their end anywhere. @throws FONT_INVALID */
function whole<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw fontDamaged(file, 'a table ends too early');
    throw error;
  }
}

function needed({ tables }: Sfnt, tag: string, file: string): DataView {
  const table = tables.get(tag);
  if (table === undefined) throw fontDamaged(file, `it has no table ${tag}`);
  return table;
}

const FAMILY = 1;
const TYPOGRAPHIC_FAMILY = 16;
const US_ENGLISH = 0x409;

/** Name ID 16, else 1; English first, as fontconfig lists it. */
function familyOf(table: DataView): string | undefined {
  const strings = table.getUint16(4);
  const found: { readonly rank: number; readonly text: string }[] = [];
  for (let i = 0; i < table.getUint16(2); i++) {
    const at = 6 + 12 * i;
    const [platform, language, id] = [table.getUint16(at), table.getUint16(at + 4), table.getUint16(at + 6)];
    if (id !== FAMILY && id !== TYPOGRAPHIC_FAMILY) continue;
    const [length, offset] = [table.getUint16(at + 8), strings + table.getUint16(at + 10)];
    const bytes = Buffer.from(table.buffer, table.byteOffset + offset, length);
    const text = platform === 1 ? bytes.toString('latin1') : Buffer.from(bytes).swap16().toString('utf16le');
    const rank = (id === TYPOGRAPHIC_FAMILY ? 0 : 4) + (platform === 3 && language === US_ENGLISH ? 0 : platform === 1 ? 2 : 1);
    if (text.trim() !== '') found.push({ rank, text });
  }
  return found.sort((a, b) => a.rank - b.rank)[0]?.text;
}

/** Where a glyph begins in `glyf`, and where the next one does; undefined for outlines that are not TrueType. */
function placeOf({ tables }: Sfnt, glyph: number): readonly [start: number, end: number] | undefined {
  const [head, loca] = [tables.get('head'), tables.get('loca')];
  if (head === undefined || loca === undefined || !tables.has('glyf') || glyph === 0) return undefined;
  const place = (index: number): number => (head.getInt16(50) === 0 ? 2 * loca.getUint16(2 * index) : loca.getUint32(4 * index));
  return [place(glyph), place(glyph + 1)];
}

function hasOutline(sfnt: Sfnt, glyph: number): boolean | undefined {
  const place = placeOf(sfnt, glyph);
  return place === undefined ? undefined : place[0] < place[1] && sfnt.tables.get('glyf')!.getInt16(place[0]) !== 0;
}

/** From the bounding box in `glyf`: contours (signed), then xMin, yMin, xMax, yMax. */
function outlineWidth(sfnt: Sfnt, glyph: number): number | undefined {
  const [place, glyf] = [placeOf(sfnt, glyph), sfnt.tables.get('glyf')];
  if (place === undefined || glyf === undefined || place[0] >= place[1]) return undefined;
  return (glyf.getInt16(place[0] + 6) - glyf.getInt16(place[0] + 2)) / sfnt.tables.get('head')!.getUint16(18);
}

/** From `hmtx`: advance and side bearing of each glyph; the last advance counts for all glyphs that follow. */
function advance({ tables }: Sfnt, glyph: number): number | undefined {
  const [head, hhea, hmtx] = [tables.get('head'), tables.get('hhea'), tables.get('hmtx')];
  if (head === undefined || hhea === undefined || hmtx === undefined || glyph === 0) return undefined;
  const listed = hhea.getUint16(34);
  return listed === 0 ? undefined : hmtx.getUint16(4 * Math.min(glyph, listed - 1)) / head.getUint16(18);
}
