import { describe, expect, test } from 'vitest';
import { PandasColumn, pandasFloat } from './list-pandas.ts';

function typed(texts: readonly string[], columns = 1): [string, string][] {
  const column = new PandasColumn(columns);
  for (const text of texts) column.add(text);
  return [...column.values()].map(({ kind, text }) => [kind, text]);
}

/** Expected values are those of pandas 2.2.3; list-file.test.ts compares whole files. */
describe('PandasColumn', () => {
  test('one text keeps every value a text', () => {
    expect(typed(['007', 'x', '1.0'])).toEqual([
      ['text', '007'],
      ['text', 'x'],
      ['text', '1.0'],
    ]);
  });

  test('a gap turns integers into floats', () => {
    expect(typed(['1', '', '2'])).toEqual([
      ['number', '1.0'],
      ['missing', 'nan'],
      ['number', '2.0'],
    ]);
  });

  test('a block of 2^19 rows of one column keeps its numbers when a later block has texts', () => {
    const rows = 2 ** 19;
    const column = new PandasColumn(1);
    for (let row = 0; row < rows; row++) column.add('07');
    column.add('08');
    column.add('x');
    const values = [...column.values()].slice(-3);
    expect(values.map((value) => [value.kind, value.text])).toEqual([
      ['number', '7'],
      ['text', '08'],
      ['text', 'x'],
    ]);
  });
});

describe('blocks', () => {
  // Where pandas 2.2.3 changes from int to str in a file of numbers with one text in its last row.
  test.each([
    [3, 349_535, 262_144],
    [19, 55_198, 32_768],
    [300, 3_505, 2_048],
  ])('%i columns, %i numbers: texts from row %i on', (columns, numbers, firstText) => {
    const column = new PandasColumn(columns);
    for (let row = 0; row < numbers; row++) column.add('7');
    column.add('x');
    const kinds = Array.from(column.values(), (value) => value.kind);
    expect(kinds.indexOf('text')).toBe(firstText);
    expect(kinds.lastIndexOf('number')).toBe(firstText - 1);
  });
});

describe('blocks of different types', () => {
  // First value of each of two blocks of 512 rows, in a file of 2,000 columns read by pandas 2.2.3.
  test.each([
    [['True'], ['7'], ['number 1', 'number 7']],
    [['True'], ['1.5'], ['number 1.0', 'number 1.5']],
    [['False'], [''], ['number 0.0', 'missing nan']],
    [['True', ''], ['7'], ['boolean True', 'number 7']],
    [['True'], ['7', 'x'], ['boolean True', 'text 7']],
    [['9223372036854775808'], ['7'], ['number 9.223372036854776e+18', 'number 7.0']],
    [['9223372036854775808'], ['True'], ['number 9223372036854775808', 'number 1']],
  ])('%j, then %j', (first, second, expected) => {
    const block = (texts: readonly string[]): string[] => Array.from({ length: 512 }, (_, row) => texts[row % texts.length]!);
    const values = typed([...block(first), ...block(second)], 2000);
    expect([values[0], values[512]].map((value) => value!.join(' '))).toEqual(expected);
  });
});

describe('pandasFloat', () => {
  test.each([
    ['1e308', 1e308],
    ['1e309', undefined],
    ['0e400', undefined],
    ['1.0e-400', 0],
    ['5e-324', 5e-324],
    ['00000000000000000000000001.5', 0],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['.', undefined],
    ['', undefined],
    ['1e', undefined],
  ])('%s', (text, value) => {
    expect(pandasFloat(text)).toBe(value);
  });
});
