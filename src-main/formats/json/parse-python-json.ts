import type { PythonJson } from './python-json.ts';

export interface JsonProblem {
  readonly message: string;
  /** Both counted from 1; the column in UTF-16 units. */
  readonly line: number;
  readonly column: number;
}

export type JsonResult = { readonly ok: true; readonly value: PythonJson } | { readonly ok: false; readonly problem: JsonProblem };

export interface JsonLimits {
  /** UTF-16 units of the whole text. */
  readonly maxLength?: number;
  readonly maxDepth?: number;
}

const DEFAULT_MAX_LENGTH = 64 * 1024 * 1024;
const DEFAULT_MAX_DEPTH = 100;
/** CPython refuses to convert longer integer texts (`sys.int_info.default_max_str_digits`). */
const MAX_INTEGER_DIGITS = 4300;

/**
 * `json.loads(text)` of CPython: strict JSON plus `NaN`, `Infinity` and `-Infinity`. A number without
 * point and exponent is an int of any size, every other one a float. Of a repeated key the last value
 * counts, at the place of the first. A byte order mark is refused, as Python refuses it.
 */
export function parsePythonJson(text: string, limits: JsonLimits = {}): JsonResult {
  const maxLength = limits.maxLength ?? DEFAULT_MAX_LENGTH;
  if (text.length > maxLength) return failed(text, 0, `the text is longer than ${maxLength} characters`);
  const reader = new Reader(text, limits.maxDepth ?? DEFAULT_MAX_DEPTH);
  try {
    return { ok: true, value: reader.document() };
  } catch (error) {
    if (error instanceof SyntaxAt) return failed(text, error.offset, error.message);
    throw error;
  }
}

class SyntaxAt extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function failed(text: string, offset: number, message: string): JsonResult {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { ok: false, problem: { message, line, column: offset - before.lastIndexOf('\n') } };
}

const WHITESPACE = /[ \t\n\r]*/y;
const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
// oxlint-disable-next-line no-control-regex -- control characters are what strict JSON forbids
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;
const HEX4 = /[0-9a-fA-F]{4}/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const CONSTANTS: readonly (readonly [string, PythonJson])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

class Reader {
  private readonly text: string;
  private readonly maxDepth: number;
  private offset = 0;

  constructor(text: string, maxDepth: number) {
    this.text = text;
    this.maxDepth = maxDepth;
  }

  document(): PythonJson {
    const value = this.value(0);
    this.skipWhitespace();
    if (this.offset < this.text.length) this.fail('there is something behind the value');
    return value;
  }

  private value(depth: number): PythonJson {
    if (depth > this.maxDepth) this.fail(`nested deeper than ${this.maxDepth} levels`);
    this.skipWhitespace();
    const first = this.text[this.offset];
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') return this.string();
    return this.atom();
  }

  private object(depth: number): PythonJson {
    const entries = new Map<string, PythonJson>();
    this.offset++;
    if (this.accept('}')) return entries;
    do {
      this.skipWhitespace();
      if (this.text[this.offset] !== '"') this.fail('expected a name in double quotes');
      const key = this.string();
      if (!this.accept(':')) this.fail('expected ":"');
      entries.set(key, this.value(depth + 1));
    } while (this.accept(','));
    if (!this.accept('}')) this.fail('expected "," or "}"');
    return entries;
  }

  private array(depth: number): PythonJson {
    const items: PythonJson[] = [];
    this.offset++;
    if (this.accept(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.accept(','));
    if (!this.accept(']')) this.fail('expected "," or "]"');
    return items;
  }

  private atom(): PythonJson {
    const number = this.match(NUMBER);
    if (number !== undefined) return this.number(number);
    for (const [word, value] of CONSTANTS) {
      if (!this.text.startsWith(word, this.offset)) continue;
      this.offset += word.length;
      return value;
    }
    return this.fail(this.offset < this.text.length ? 'expected a value' : 'the text ends where a value was expected');
  }

  private number(match: RegExpExecArray): bigint | number {
    const [whole, integer, fraction, exponent] = match;
    if (fraction !== undefined || exponent !== undefined) return Number(whole);
    if (integer!.length > MAX_INTEGER_DIGITS) this.fail(`an integer of more than ${MAX_INTEGER_DIGITS} digits`);
    return BigInt(integer!);
  }

  private string(): string {
    const start = this.offset++;
    let result = '';
    for (;;) {
      result += this.match(PLAIN_TEXT)?.[0] ?? '';
      const unit = this.text[this.offset];
      if (unit === undefined) throw new SyntaxAt('a string is not closed', start);
      if (unit === '"') break;
      if (unit !== '\\') this.fail('a control character inside a string');
      result += this.escape();
    }
    this.offset++;
    return result;
  }

  private escape(): string {
    const unit = this.text[this.offset + 1];
    if (unit === 'u') return this.unicodeEscape();
    const plain = unit === undefined ? undefined : ESCAPES[unit];
    if (plain === undefined) this.fail('an unknown escape inside a string');
    this.offset += 2;
    return plain;
  }

  private unicodeEscape(): string {
    this.offset += 2;
    const digits = this.match(HEX4);
    if (digits === undefined) this.fail(String.raw`\u needs four hexadecimal digits`);
    return String.fromCharCode(Number.parseInt(digits[0], 16));
  }

  private accept(unit: string): boolean {
    this.skipWhitespace();
    if (this.text[this.offset] !== unit) return false;
    this.offset++;
    return true;
  }

  private skipWhitespace(): void {
    this.match(WHITESPACE);
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text) ?? undefined;
    if (match !== undefined) this.offset += match[0].length;
    return match;
  }

  private fail(message: string): never {
    throw new SyntaxAt(message, this.offset);
  }
}
