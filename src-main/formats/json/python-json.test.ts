import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compareCodePoints, encodePythonJson } from './encode-python-json.ts';
import { parsePythonJson } from './parse-python-json.ts';
import { pythonFloatText } from './python-float.ts';
import { pythonJsonEquals, type PythonJson } from './python-json.ts';

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`__fixtures__/${name}`, import.meta.url), 'utf8')) as unknown;
}

/** A Python value as the goldens describe it. */
type Described =
  | { readonly t: 'dict'; readonly items: readonly (readonly [Described, Described])[] }
  | { readonly t: 'list'; readonly items: readonly Described[] }
  | { readonly t: 'str' | 'int' | 'float'; readonly v: string }
  | { readonly t: 'bool'; readonly v: boolean }
  | { readonly t: 'none' };

function build(value: Described): PythonJson {
  switch (value.t) {
    case 'dict':
      return new Map(value.items.map(([key, item]) => [String(build(key)), build(item)]));
    case 'list':
      return value.items.map(build);
    case 'int':
      return BigInt(value.v);
    case 'float':
      return Number(value.v.replace('inf', 'Infinity').replace('nan', 'NaN'));
    case 'none':
      return null;
    default:
      return value.v;
  }
}

interface Golden {
  readonly json: readonly { readonly what: string; readonly item: Described; readonly text: string; readonly md5: string }[];
}

describe('encodePythonJson', () => {
  // Integer keys are sorted as numbers by Python; here keys are texts, so they come in the order given.
  test.each((fixture('json-hashes.json') as Golden).json)("MONAI's json_hashing: $what", ({ what, item, text, md5 }) => {
    const encoded = encodePythonJson(build(item), { sortKeys: what !== 'integer keys become strings' });
    expect(encoded).toBe(text);
    expect(createHash('md5').update(encoded).digest('hex')).toBe(md5);
  });

  test('keys are sorted by code point, not by UTF-16 unit', () => {
    expect(['\u{1d11e}', '\uffff', 'z'].toSorted(compareCodePoints)).toEqual(['z', '\uffff', '\u{1d11e}']);
    expect(compareCodePoints('a', 'ab')).toBeLessThan(0);
    expect(compareCodePoints('ab', 'ab')).toBe(0);
  });

  test('refuses endless nesting', () => {
    let value: PythonJson = [];
    for (let i = 0; i < 1000; i++) value = [value];
    expect(() => encodePythonJson(value)).toThrow(RangeError);
  });
});

describe('parsePythonJson', () => {
  test('agrees with CPython on every text of the fixture, there and back', () => {
    const cases = fixture('python-json.json') as [text: string, line: string | null, indented: string | null][];
    expect(cases.length).toBeGreaterThan(800);
    const disagreements = cases.filter(([text, line, indented]) => {
      const result = parsePythonJson(text);
      if (!result.ok || line === null) return result.ok !== (line !== null);
      const again = encodePythonJson(result.value, { sortKeys: true, indent: 4, ensureAscii: false });
      return encodePythonJson(result.value) !== line || again !== indented;
    });
    expect(disagreements).toEqual([]);
  });

  test('keeps ints and floats apart', () => {
    expect(parsePythonJson('[1, 1.0, 1e2, -0, -0.0]')).toEqual({ ok: true, value: [1n, 1, 100, 0n, -0] });
  });

  test('says where a text goes wrong', () => {
    expect(parsePythonJson('{"a": 1,\n  b: 2}')).toEqual({
      ok: false,
      problem: { message: 'expected a name in double quotes', line: 2, column: 3 },
    });
  });

  test.each([
    ['depth', '['.repeat(200_000), /nested deeper than 100/],
    ['digits', '9'.repeat(5000), /more than 4300 digits/],
  ])('limits the %s', (_, text, message) => {
    const result = parsePythonJson(text);
    expect(!result.ok && result.problem.message).toMatch(message);
  });

  test('limits the length', () => {
    expect(parsePythonJson('[1, 2, 3]', { maxLength: 5 })).toMatchObject({ ok: false });
  });
});

describe('pythonFloatText', () => {
  test("is CPython's repr for every float of the fixture", () => {
    const cases = fixture('python-floats.json') as [bytes: string, text: string][];
    expect(cases.length).toBeGreaterThan(1900);
    const disagreements = cases.filter(([bytes, text]) => pythonFloatText(Buffer.from(bytes, 'hex').readDoubleLE()) !== text);
    expect(disagreements).toEqual([]);
  });

  test.each([
    [Number.NaN, 'nan'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ])('%s', (value, text) => {
    expect(pythonFloatText(value)).toBe(text);
  });
});

describe('pythonJsonEquals', () => {
  test.each<[PythonJson, PythonJson, boolean]>([
    [1n, 1, false],
    [Number.NaN, Number.NaN, true],
    [0, -0, false],
    [[1n, [2n]], [1n, [2n]], true],
    [[1n], [1n, 2n], false],
    [new Map<string, PythonJson>([['a', 1n], ['b', null]]), new Map<string, PythonJson>([['b', null], ['a', 1n]]), true],
    [new Map([['a', 1n]]), new Map([['b', 1n]]), false],
    [new Map(), [], false],
  ])('case %#', (a, b, equal) => {
    expect(pythonJsonEquals(a, b)).toBe(equal);
    expect(pythonJsonEquals(b, a)).toBe(equal);
  });
});
