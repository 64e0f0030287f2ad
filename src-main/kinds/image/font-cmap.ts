/** A table that maps characters to glyphs ends behind this many groups, or is not to be believed. */
const MAX_GROUPS = 200_000;

/** Glyph of a code point; 0 where the font has none. */
export type GlyphOf = (codePoint: number) => number;

/**
 * The best Unicode mapping of a `cmap` table: format 12 (all planes) before format 4 (U+0000-FFFF).
 *
 * @returns undefined where the font has neither
 * @throws RangeError where the table points beyond its end
 */
export function parseCmap(table: DataView): GlyphOf | undefined {
  let best: { readonly format: number; readonly offset: number } | undefined;
  for (let i = 0; i < table.getUint16(2); i++) {
    const at = 4 + 8 * i;
    const [platform, encoding, offset] = [table.getUint16(at), table.getUint16(at + 2), table.getUint32(at + 4)];
    // Platform 0 is Unicode, platform 3 Windows with encodings 1 (BMP) and 10 (all of Unicode).
    if (platform !== 0 && !(platform === 3 && (encoding === 1 || encoding === 10))) continue;
    const format = table.getUint16(offset);
    if ((format === 4 || format === 12) && format > (best?.format ?? 0)) best = { format, offset };
  }
  if (best === undefined) return undefined;
  return best.format === 12 ? readGroups(table, best.offset) : readSegments(table, best.offset);
}

/** Format 12: groups of start, end, first glyph (32 bits each), sorted. */
function readGroups(table: DataView, offset: number): GlyphOf {
  const count = table.getUint32(offset + 12);
  if (count > MAX_GROUPS) throw new RangeError('too many groups');
  const at = (group: number, field: number): number => table.getUint32(offset + 16 + 12 * group + 4 * field);
  if (count > 0) at(count - 1, 2);
  return (codePoint) => {
    const group = firstWhere(count, (i) => at(i, 1) >= codePoint);
    return group < count && at(group, 0) <= codePoint ? at(group, 2) + codePoint - at(group, 0) : 0;
  };
}

/** Format 4: four arrays of 16 bits (ends, starts, deltas, range offsets); see the OpenType specification, `cmap`. */
function readSegments(table: DataView, offset: number): GlyphOf {
  const count = table.getUint16(offset + 6) >> 1;
  const field = (array: number, segment: number): number => offset + 14 + (array === 0 ? 0 : 2) + 2 * count * array + 2 * segment;
  if (count > 0) table.getUint16(field(3, count - 1));
  return (codePoint) => {
    if (codePoint > 0xffff) return 0;
    const segment = firstWhere(count, (i) => table.getUint16(field(0, i)) >= codePoint);
    if (segment === count) return 0;
    const start = table.getUint16(field(1, segment));
    if (start > codePoint) return 0;
    const delta = table.getUint16(field(2, segment));
    const rangeOffset = table.getUint16(field(3, segment));
    if (rangeOffset === 0) return (codePoint + delta) & 0xffff;
    const at = field(3, segment) + rangeOffset + 2 * (codePoint - start);
    const glyph = at + 2 <= table.byteLength ? table.getUint16(at) : 0;
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  };
}

/** First index of 0 … count-1 for which a claim that stays true once true holds; `count` if for none. */
function firstWhere(count: number, isTrue: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
