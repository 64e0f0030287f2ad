import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chooseFonts, sortFonts } from './font-choice.ts';

/** Computed by a Python script from the rule. */
const GOLDEN = JSON.parse(readFileSync(join(import.meta.dirname, '__fixtures__', 'font-choice.json'), 'utf8')) as {
  fonts: string[];
  sorted: string[];
  choices: { text: string; first: string; three: string[] }[];
};

test('fonts are sorted by their UTF-8 bytes', () => {
  expect(sortFonts(GOLDEN.fonts)).toEqual(GOLDEN.sorted);
  expect(sortFonts(['fonts\\b.ttf', 'fonts/a.ttf', 'fonts-x/c.ttf'])).toEqual(['fonts-x/c.ttf', 'fonts/a.ttf', 'fonts\\b.ttf']);
});

test.each(GOLDEN.choices)('fonts of $text', ({ text, first, three }) => {
  expect(chooseFonts(text, GOLDEN.sorted, 1)).toEqual([first]);
  expect(chooseFonts(text, GOLDEN.sorted, 3)).toEqual(three);
  expect(chooseFonts(text, GOLDEN.sorted, 'all').toSorted()).toEqual(GOLDEN.sorted.toSorted());
  expect(chooseFonts(text, GOLDEN.sorted, 99)).toHaveLength(GOLDEN.sorted.length);
});
