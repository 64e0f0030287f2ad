import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PandasColumn, pandasFloat } from './list-pandas.ts';

function typed(texts: readonly string[], columns = 1): [string, string][] {
  const column = new PandasColumn(columns);
  for (const text of texts) column.add(text);
  return [...column.values()].map(({ kind, text }) => [kind, text]);
}

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

  test('the fixtures of list-file.test.ts hold hundreds more', () => {
    const cases = JSON.parse(readFileSync(new URL('__fixtures__/pandas-columns.json', import.meta.url), 'utf8')) as unknown[];
    expect(cases.length).toBeGreaterThan(1000);
  });
});
