/**
 * Where a shaping engine inserts a dotted circle because a Khmer mark has no letter to stand on. The
 * grammar is HarfBuzz's (`hb-ot-shaper-khmer-machine.rl`, 14), which follows what Uniscribe allows.
 */
const LETTER = '[\u1780-\u17b3]';
const PLACEHOLDER = '[0-9\u17e0-\u17e9\u00a0\u00d7\u2012-\u2015\u2022\u25cc\u25fb-\u25fe]';
const ROBATIC = '[\u17c9\u17ca\u17cc]';
const JOINER = '(?:\u200c|\u200d)';
/** Signs above a letter, and signs behind it. */
const X = `(?:${JOINER}*[\u17c6\u17cb\u17cd-\u17d1])*`;
const Y = '[\u17c7\u17c8\u17d3\u17dd]*';
/** One vowel before, below, above and behind the letter, in this order. */
const MATRA = `[\u17c1-\u17c3]?${X}[\u17bb-\u17bd]?${X}(?:${JOINER}?[\u17b7-\u17ba\u17be])?${X}[\u17b6\u17bf\u17c0\u17c4\u17c5]?`;
const JOINED_LETTER = `${LETTER}(?:${JOINER}?${ROBATIC})?`;
const TAIL = `${X}${MATRA}${X}(?:\u17d2${LETTER})?${Y}`;
const SYLLABLE = new RegExp(`(?:${JOINED_LETTER}|${PLACEHOLDER})${ROBATIC}?(?:\u17d2${JOINED_LETTER})*(?:\u17d2(?!${LETTER})|${TAIL})`, 'gu');
const MARK = /[\u17b6-\u17d3\u17dd]/u;

/** Vowels of two parts: the engine splits them into U+17C1 before the letter and themselves. */
const SPLIT = /[\u17be-\u17c0\u17c4\u17c5]/g;

/** A plan asks for the same line in every font, one after the other. */
let asked: { readonly text: string; readonly at: number | undefined } = { text: '', at: undefined };

/** The first Khmer mark without a letter to stand on. @returns its index in the text, or undefined */
export function findLooseMark(text: string): number | undefined {
  if (asked.text !== text) asked = { text, at: firstLooseMark(text) };
  return asked.at;
}

function firstLooseMark(text: string): number | undefined {
  const split = text.replace(SPLIT, '\u17c1$&');
  const at = looseMarkOf(split);
  return at === undefined ? undefined : at - (split.slice(0, at).match(SPLIT)?.length ?? 0);
}

function looseMarkOf(text: string): number | undefined {
  let at = 0;
  for (const match of text.matchAll(SYLLABLE)) {
    const before = text.slice(at, match.index).search(MARK);
    if (before !== -1) return at + before;
    at = match.index + match[0].length;
  }
  const rest = text.slice(at).search(MARK);
  return rest === -1 ? undefined : at + rest;
}
