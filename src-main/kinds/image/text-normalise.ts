/**
 * Puts Khmer characters into the order fonts expect. After SIL's `khnormal` (MIT) in the variant the
 * training code uses, which its check values in `__fixtures__/text-pairs.json` come from.
 */

const COENG = '\u17d2';
const ZWJ = '\u200d';

/** Categories; the number is also the place within a syllable. 0: not part of any syllable. */
const BASE = 1;
const COENG_PLACE = 3;
const RANGES: readonly (readonly [first: number, last: number, category: number])[] = [
  [0x1780, 0x17a2, BASE],
  [0x17a5, 0x17b3, BASE],
  [0x17b6, 0x17b6, 9],
  [0x17b7, 0x17ba, 8],
  [0x17bb, 0x17bd, 7],
  [0x17be, 0x17c5, 6],
  [0x17c6, 0x17c6, 10],
  [0x17c7, 0x17c8, 11],
  [0x17c9, 0x17ca, 4],
  [0x17cb, 0x17cb, 10],
  [0x17cc, 0x17cc, 2],
  [0x17cd, 0x17d1, 10],
  [0x17d2, 0x17d2, COENG_PLACE],
  [0x17d3, 0x17d3, 10],
  [0x17dd, 0x17dd, 10],
  [0x200c, 0x200c, 5],
  [0x200d, 0x200d, 12],
];
const CATEGORIES = new Uint8Array(0x1_0000);
for (const [first, last, category] of RANGES) CATEGORIES.fill(category, first, last + 1);
const categoryOf = (character: string): number => (character.length === 1 ? CATEGORIES[character.charCodeAt(0)]! : 0);

/** No rule changes a syllable without any of these. */
const ANY_RULE = /[\u17c1\u17be]|\u17d2[\u1794\u179a\u178a]/;
const BASES = '[\u1780-\u17a2\u17a5-\u17b3]';
/** Applied to a sorted syllable in this order, each to all its matches from left to right. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/\u17c1([\u17bb-\u17bd]?)\u17b8/g, '\u17be$1'],
  [/\u17c1([\u17bb-\u17bd]?)\u17b6/g, '\u17c4$1'],
  [/\u17be\u17bb/g, '\u17bb\u17be'],
  [new RegExp(`(${BASES}\u17cc?\u17d2\u1794\u17d2${BASES}[\u17c1-\u17c5]?)\u17bb(?=[\u17b7-\u17ba\u17be\u17bf\u17dd\u17d0]|\u17b6\u17c6)`, 'g'), '$1\u17c9'],
  [/\u17d2\u179a\u17d2([\u1780-\u17b3])/g, '\u17d2$1\u17d2\u179a'],
  [/\u17d2\u178a/g, '\u17d2\u178f'],
];
/** Alternation, because joiners inside a class would read as one joined character. */
const JOINED_COENG = /(\u200d?\u17d2)(?:\u17d2|\u200c|\u200d)+/g;

/** One pass; the training code's function. Not idempotent for a few texts: see `normaliseKhmer`. */
export function normaliseKhmerOnce(text: string): string {
  const characters = [...text];
  const categories = characters.map((character, at) => categoryAt(characters, character, at));
  let result = '';
  for (let at = 0; at < characters.length; ) {
    let end = at + 1;
    if (categories[at] === BASE) while (end < characters.length && categories[end]! > BASE) end++;
    result += end - at === 1 ? characters[at]! : normaliseSyllable(characters, categories, at, end);
    at = end;
  }
  return result;
}

/** Passes until nothing changes, at most four, as the training code does before it draws. */
export function normaliseKhmer(text: string): string {
  let current = text;
  for (let pass = 0; pass < 4; pass++) {
    const next = normaliseKhmerOnce(current);
    if (next === current) break;
    current = next;
  }
  return current;
}

/** A letter (or coeng) behind a coeng or joiner belongs to it and sorts with it. */
function categoryAt(characters: readonly string[], character: string, at: number): number {
  const category = categoryOf(character);
  const previous = characters[at - 1];
  const isBound = (previous === COENG || previous === ZWJ) && (category === BASE || category === COENG_PLACE);
  return isBound ? categoryOf(previous) : category;
}

function normaliseSyllable(characters: readonly string[], categories: readonly number[], from: number, to: number): string {
  let syllable = inOrder(characters, categories, from, to);
  if (/\u200c|\u200d/.test(syllable)) syllable = syllable.replace(JOINED_COENG, '$1');
  if (!ANY_RULE.test(syllable)) return syllable;
  for (const [pattern, replacement] of RULES) syllable = syllable.replace(pattern, replacement);
  return syllable;
}

/** Nearly every syllable is in order already. */
function inOrder(characters: readonly string[], categories: readonly number[], from: number, to: number): string {
  let isSorted = true;
  let syllable = characters[from]!;
  for (let at = from + 1; at < to; at++) {
    isSorted &&= categories[at - 1]! <= categories[at]!;
    syllable += characters[at]!;
  }
  if (isSorted) return syllable;
  const order = Array.from({ length: to - from }, (_, i) => from + i).sort((a, b) => categories[a]! - categories[b]!);
  return order.map((at) => characters[at]!).join('');
}
