import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { normaliseKhmer, normaliseKhmerOnce } from './text-normalise.ts';
import { restoreWhitespaceTags, stripLikePython, textToDraw } from './text-to-draw.ts';

/** Of the training code's own normaliser and tag restoration. */
const PAIRS = JSON.parse(readFileSync(join(import.meta.dirname, '__fixtures__', 'text-pairs.json'), 'utf8')) as {
  khnormal: { note: string; input: string; output: string }[];
  restore: { input: string; output: string }[];
};
const EXPECTED = JSON.parse(readFileSync(join(import.meta.dirname, '__fixtures__', 'expectations.json'), 'utf8')) as { entries: { text: string; normalized_text: string }[] };

test.each(PAIRS.khnormal.map((pair, at) => [at, pair.note, pair] as const))('normalise pair %i: %s', (_at, _note, { input, output }) => {
  expect(normaliseKhmerOnce(input)).toBe(output);
});

test('all 120 pairs are there, and 94 of them change', () => {
  expect(PAIRS.khnormal).toHaveLength(120);
  expect(PAIRS.khnormal.filter(({ input, output }) => input !== output)).toHaveLength(94);
});

test('the lines of the golden cache', () => {
  for (const { text, normalized_text: normalised } of EXPECTED.entries) expect(normaliseKhmer(restoreWhitespaceTags(text))).toBe(normalised);
});

test.each(PAIRS.restore)('tags of $input', ({ input, output }) => {
  expect(restoreWhitespaceTags(input)).toBe(output);
});

describe('strip', () => {
  test('removes what Python removes and nothing else', () => {
    // sys.maxunicode long ''.join(c for c in map(chr, range(0x110000)) if not c.strip()) of Python 3.11
    const spaces = [9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 133, 160, 5760, ...Array.from({ length: 11 }, (_, i) => 8192 + i), 8232, 8233, 8239, 8287, 12288];
    const removed: number[] = [];
    for (let code = 0; code < 0x110000; code++) if (stripLikePython(String.fromCodePoint(code)) === '') removed.push(code);
    expect(removed).toEqual(spaces);
  });
});

describe('textToDraw', () => {
  test.each([
    ['ក<NEWLINE>ខ', 'ក ខ'],
    ['ក<TAB><CRLF>ខ', 'ក ខ'],
    ['ក<SPACES>ខ', 'ក  ខ'],
    ['<SPACE>ក<SPACE>', 'ក'],
    ['\ufeffក\u0000\u0007\u007fខ', 'កខ'],
    ['ក\u200bខ\u200cគ', 'ក\u200bខ\u200cគ'],
    ['\u0001\u0002', ''],
    ['<NEWLINE>', ''],
    ['ក្\u2028ខ', 'ក្ ខ'],
  ])('%j is drawn as %j', (line, drawn) => {
    expect(textToDraw(line)).toBe(drawn);
  });
});
