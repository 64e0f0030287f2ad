import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CsvError, CsvReader, type CsvLimits } from './csv-reader.ts';

type Rows = { line: number; fields: string[] }[];

function read(chunks: readonly (string | Uint8Array)[], limits?: CsvLimits): Rows {
  const rows: Rows = [];
  const reader = new CsvReader(({ line, fieldCount, field }) => {
    rows.push({ line, fields: Array.from({ length: fieldCount }, (_, i) => field(i)) });
  }, limits);
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return rows;
}

function fields(text: string): string[][] {
  return read([text]).map((row) => row.fields);
}

describe('CsvReader', () => {
  test.each([
    ['plain', 'a,b\nc,d\n', [['a', 'b'], ['c', 'd']]],
    ['no line break at the end', 'a,b', [['a', 'b']]],
    ['CRLF and bare CR', 'a\r\nb\rc\n', [['a'], ['b'], ['c']]],
    ['blank lines', '\n\n a\n\t \n\nb\n  ', [[' a'], ['b']]],
    ['a byte order mark', '\ufeff"a",b\n', [['a', 'b']]],
    ['quotes', '"a, b","say ""x""","two\nlines"\n', [['a, b', 'say "x"', 'two\nlines']]],
    ['CRLF inside quotes', '"a\r\nb"\n', [['a\r\nb']]],
    ['empty fields', ',a,\n""\n', [['', 'a', ''], ['']]],
    ['text behind a closing quote', '"a"b,c\n', [['ab', 'c']]],
    ['a quote inside a field', 'a"b,c"\n', [['a"b', 'c"']]],
    ['a quote behind a blank', ' "a"\n', [[' "a"']]],
    ['nothing', '', []],
  ])('%s', (_, text, expected) => {
    expect(fields(text)).toEqual(expected);
  });

  test('the line of a record is where it begins', () => {
    expect(read(['a\n\n"x\ny"\r\nb\rc']).map((row) => row.line)).toEqual([1, 3, 5, 6]);
  });

  test('records are the same however the bytes are cut', () => {
    const text = fc.array(fc.constantFrom('a', 'ä', '\u{1d11e}', ',', '"', '\n', '\r', '\r\n', ' ', '\ufeff'), { maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 6 }), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(''));
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((place, i) => bytes.subarray(places[i], place));
        expect(outcome(chunks)).toEqual(outcome([bytes]));
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('bytes that only begin like a byte order mark are content', () => {
    expect(() => read([Uint8Array.from([0xef, 0xbb, 0x41])])).toThrow(new CsvError('the text is not UTF-8', 1));
    expect(read([Uint8Array.from([0xef]), Uint8Array.from([0xbb, 0x80]), 'x'])).toEqual([{ line: 1, fields: ['\ufec0x'] }]);
  });

  test.each([
    ['an open quote', 'a\n"b\nc', undefined, 'a quote opened here is never closed', 2],
    ['a record without end', `a\n"${'x'.repeat(10_000)}`, { maxRowBytes: 5000 }, 'a record is longer than 5000 bytes; is a quote missing?', 2],
    ['endless fields', `a\n${','.repeat(200)}\n`, { maxFields: 100 }, 'a record has more than 100 fields', 2],
  ])('%s is refused at its line', (_, text, limits, message, line) => {
    expect(() => read([text], limits)).toThrow(expect.objectContaining({ name: 'CsvError', message, line }));
  });
});

function outcome(chunks: readonly Uint8Array[]): unknown {
  try {
    return read(chunks);
  } catch (error) {
    if (error instanceof CsvError) return [error.message, error.line];
    throw error;
  }
}
