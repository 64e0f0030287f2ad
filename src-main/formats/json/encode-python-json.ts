import { pythonFloatText } from './python-float.ts';
import { isPythonJsonArray, isPythonJsonObject, type PythonJson, type PythonJsonArray, type PythonJsonObject } from './python-json.ts';

export interface EncodeOptions {
  /** Spaces per level; without it everything is on one line, with `, ` and `: ` as separators. */
  readonly indent?: number;
  /** Keys by code point (not by UTF-16 unit), at every level. */
  readonly sortKeys?: boolean;
  /** Everything outside ASCII, and DEL, as `\uXXXX`. On by default, as in Python. */
  readonly ensureAscii?: boolean;
}

/** Values nested deeper than this are refused, as CPython refuses them with a RecursionError (at about 1000). */
const MAX_DEPTH = 500;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
  '\b': String.raw`\b`,
  '\t': String.raw`\t`,
  '\n': String.raw`\n`,
  '\f': String.raw`\f`,
  '\r': String.raw`\r`,
};

/**
 * `json.dumps(value, indent=…, sort_keys=…, ensure_ascii=…)` of CPython 3.8 to 3.13, byte for byte
 * (`Lib/json/encoder.py`, `Modules/_json.c`). No newline at the end.
 *
 * @throws RangeError for values nested deeper than 500: a bug of the caller, never a property of a file
 */
export function encodePythonJson(value: PythonJson, options: EncodeOptions = {}): string {
  return encodeValue(value, options, 0);
}

/** A text in double quotes with Python's escapes. */
export function encodePythonString(text: string, ensureAscii = true): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is being escaped
  const pattern = ensureAscii ? /["\\]|[^ -~]/g : /["\\\u0000-\u001f]/g;
  return `"${text.replace(pattern, escapeUnit)}"`;
}

function escapeUnit(unit: string): string {
  return SHORT_ESCAPES[unit] ?? String.raw`\u` + unit.charCodeAt(0).toString(16).padStart(4, '0');
}

function encodeValue(value: PythonJson, options: EncodeOptions, depth: number): string {
  if (depth > MAX_DEPTH) throw new RangeError(`JSON value nested deeper than ${MAX_DEPTH} levels`);
  if (value === null) return 'null';
  if (typeof value === 'string') return encodePythonString(value, options.ensureAscii ?? true);
  if (typeof value === 'number') return encodeFloat(value);
  if (isPythonJsonArray(value)) return encodeArray(value, options, depth);
  if (isPythonJsonObject(value)) return encodeObject(value, options, depth);
  return String(value);
}

function encodeFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return pythonFloatText(value);
}

function encodeArray(value: PythonJsonArray, options: EncodeOptions, depth: number): string {
  const items = value.map((item) => encodeValue(item, options, depth + 1));
  return wrap('[', items, ']', options.indent, depth);
}

function encodeObject(value: PythonJsonObject, options: EncodeOptions, depth: number): string {
  const entries = [...value];
  if (options.sortKeys) entries.sort(([a], [b]) => compareCodePoints(a, b));
  const items = entries.map(
    ([key, item]) => `${encodePythonString(key, options.ensureAscii ?? true)}: ${encodeValue(item, options, depth + 1)}`,
  );
  return wrap('{', items, '}', options.indent, depth);
}

function wrap(open: string, items: readonly string[], close: string, indent: number | undefined, depth: number): string {
  if (items.length === 0) return open + close;
  if (indent === undefined) return open + items.join(', ') + close;
  const inner = `\n${' '.repeat(indent * (depth + 1))}`;
  return open + inner + items.join(`,${inner}`) + `\n${' '.repeat(indent * depth)}` + close;
}

/**
 * Python's order of strings: by code point. JavaScript compares UTF-16 units, which puts characters
 * beyond U+FFFF before U+E000 to U+FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue;
    return surrogateLast(a.charCodeAt(i)) - surrogateLast(b.charCodeAt(i));
  }
  return a.length - b.length;
}

/** Moves surrogates behind every other unit, so that comparing units compares code points. */
function surrogateLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
