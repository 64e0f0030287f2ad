import { describe, expect, it } from 'vitest';
import { formatNames, formatTable } from './format.ts';

describe('formatTable', () => {
  it('lines columns up, numbers to the right, however many rows there are', () => {
    expect(formatTable(['name', 'size'], [['a', '1'], ['ក្ក', '1000']], [1])).toEqual(['name  size', 'a        1', 'ក្ក    1000']);
    // More rows than a call takes arguments.
    const lines = formatTable(['n'], Array.from({ length: 1_000_000 }, (_, i) => [String(i)]), [0]);
    expect([lines.length, lines[0], lines[1], lines.at(-1)]).toEqual([1_000_001, '     n', '     0', '999999']);
  });
});

describe('formatNames', () => {
  it('puts short names behind one another', () => {
    expect(formatNames([], 0)).toEqual([]);
    expect(formatNames(['train_1_a_1.nii.gz', 'train_1_a_2.nii.gz'], 2)).toEqual(['train_1_a_1.nii.gz, train_1_a_2.nii.gz']);
    expect(formatNames(['a', 'b'], 1_002)).toEqual(['a, b, and 1,000 more']);
  });

  it('puts lines of text below one another, cut between letters with their marks', () => {
    // A letter, a sign that joins the next letter below it, and that letter: one syllable, counted as two columns.
    const text = 'ក្ក'.repeat(81);
    const syllables = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].length;
    const columns = text.length / 3 * 2;
    const [line] = formatNames([text], 1);
    expect(syllables).toBe(81);
    expect(columns).toBe(162);
    expect(line).toBe(`${'ក្ក'.repeat(40)}…`);
    expect(formatNames(Array.from({ length: 20 }, (_, i) => `${'x'.repeat(50)} ${i}`), 50)).toEqual([...Array.from({ length: 10 }, (_, i) => `${'x'.repeat(50)} ${i}`), '… and 40 more']);
  });

  it('says how often the same line follows itself', () => {
    const [line, other] = ['x'.repeat(50), 'y'.repeat(50)];
    expect(formatNames([line, line, line, other, line], 9)).toEqual([`${line} (3 times)`, other, line, '… and 4 more']);
  });
});
