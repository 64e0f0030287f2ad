/**
 * The `.env` file format as python-dotenv reads it (`src/dotenv/parser.py`, `variables.py`, 1.x).
 */
export interface DotenvResult {
  /** In order of the file; the last of equal names wins. Names without `=` are left out. */
  readonly values: ReadonlyMap<string, string>;
  /** Lines (from 1) that cannot be read; python-dotenv warns about them and goes on. */
  readonly unreadableLines: readonly number[];
}

const EXPORT = /export[^\S\r\n]+/y;
const SINGLE_QUOTED_KEY = /'([^']+)'/y;
const KEY = /[^=#\s]+/y;
const EQUAL_SIGN = /[^\S\r\n]*=[^\S\r\n]*/y;
const SINGLE_QUOTED = /'((?:\\[\s\S]|[^'\\])*)'/y;
const DOUBLE_QUOTED = /"((?:\\[\s\S]|[^"\\])*)"/y;
const UNQUOTED = /[^\r\n]*/y;
const END_OF_LINE = /(?:[^\S\r\n]*#[^\r\n]*)?[^\S\r\n]*(?:\r\n|\n|\r|$)/y;
const REST_OF_LINE = /[^\r\n]*(?:\r\n|\n|\r)?/y;
const BLANK = /\s*/y;

const DOUBLE_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * Reads names and values. `${NAME}` and `${NAME:-default}` inside values are replaced from
 * `environment` first, then from the names above in the file; unset names without a default become
 * empty, as in python-dotenv.
 */
export function parseDotenv(text: string, environment: Readonly<Record<string, string | undefined>> = {}): DotenvResult {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text;
  const values = new Map<string, string>();
  const unreadableLines: number[] = [];
  let offset = skip(source, 0, BLANK);
  while (offset < source.length) {
    const binding = readBinding(source, offset);
    if (binding === undefined) {
      unreadableLines.push(source.slice(0, offset).split(/\r\n|\n|\r/).length);
      offset = skip(source, offset, REST_OF_LINE);
    } else {
      if (binding.value !== undefined) values.set(binding.key, replaceVariables(binding.value, values, environment));
      offset = binding.end;
    }
    offset = skip(source, offset, BLANK);
  }
  values.delete('');
  return { values, unreadableLines };
}

interface Binding {
  /** Empty for a line that is only a comment. */
  readonly key: string;
  readonly value: string | undefined;
  readonly end: number;
}

function readBinding(source: string, start: number): Binding | undefined {
  let offset = skip(source, start, EXPORT);
  let key = '';
  let value: string | undefined;
  if (source[offset] !== '#') {
    const name = matchAt(source, offset, source[offset] === "'" ? SINGLE_QUOTED_KEY : KEY);
    if (name === undefined) return undefined;
    key = name[1] ?? name[0];
    offset += name[0].length;
  }
  const equalSign = matchAt(source, offset, EQUAL_SIGN);
  if (equalSign !== undefined && key !== '') {
    offset += equalSign[0].length;
    const read = readValue(source, offset, /=\s/.test(equalSign[0]));
    if (read === undefined) return undefined;
    value = read.value;
    offset = read.end;
  }
  const end = matchAt(source, offset, END_OF_LINE);
  return end === undefined ? undefined : { key, value, end: offset + end[0].length };
}

function readValue(source: string, offset: number, spaceBefore: boolean): { value: string; end: number } | undefined {
  const first = source[offset];
  if (first === '#' && spaceBefore) return { value: '', end: offset };
  if (first !== "'" && first !== '"') {
    const line = matchAt(source, offset, UNQUOTED)![0];
    return { value: line.replace(/\s+#.*/s, '').trimEnd(), end: offset + line.length };
  }
  const quoted = matchAt(source, offset, first === "'" ? SINGLE_QUOTED : DOUBLE_QUOTED);
  if (quoted === undefined) return undefined;
  const inner = quoted[1]!;
  const value =
    first === "'"
      ? inner.replace(/\\([\\'])/g, '$1')
      : inner.replace(/\\([\\'"abfnrtv])/g, (_, letter: string) => DOUBLE_ESCAPES[letter]!);
  return { value, end: offset + quoted[0].length };
}

function replaceVariables(
  value: string,
  above: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return value.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
    const fromEnvironment = Object.hasOwn(environment, name) ? environment[name] : undefined;
    return fromEnvironment ?? above.get(name) ?? fallback ?? '';
  });
}

function matchAt(source: string, offset: number, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(source) ?? undefined;
}

function skip(source: string, offset: number, pattern: RegExp): number {
  return offset + (matchAt(source, offset, pattern)?.[0].length ?? 0);
}
