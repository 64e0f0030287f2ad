/**
 * The `.env` file format as python-dotenv reads it (`src/dotenv/parser.py`, `variables.py`, 1.x).
 */
export interface DotenvResult {
  /** The last of equal names wins; names without `=` (and what they had before) are left out. */
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
  const cursor = new Cursor(text.startsWith('\ufeff') ? text.slice(1) : text);
  const values = new Map<string, string | undefined>();
  const unreadableLines: number[] = [];
  for (cursor.read(BLANK); !cursor.isAtEnd; cursor.read(BLANK)) {
    const { line } = cursor;
    const binding = readBinding(cursor);
    if (binding === undefined) {
      // What was read of the binding stays read, as in python-dotenv.
      unreadableLines.push(line);
      cursor.read(REST_OF_LINE);
    } else {
      const { key, value } = binding;
      values.set(key, value === undefined ? undefined : replaceVariables(value, values, environment));
    }
  }
  values.delete('');
  return { values: new Map(values.entries().filter(hasValue)), unreadableLines };
}

function hasValue(entry: [string, string | undefined]): entry is [string, string] {
  return entry[1] !== undefined;
}

class Cursor {
  private readonly source: string;
  private offset = 0;

  constructor(source: string) {
    this.source = source;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.source.length;
  }

  get next(): string | undefined {
    return this.source[this.offset];
  }

  get line(): number {
    return this.source.slice(0, this.offset).split(/\r\n|\n|\r/).length;
  }

  /** Reads what matches here and moves behind it; undefined (and stays) if nothing does. */
  read(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.source);
    if (match === null) return undefined;
    this.offset += match[0].length;
    return match;
  }
}

interface Binding {
  /** Empty for a line that is only a comment. */
  readonly key: string;
  readonly value: string | undefined;
}

function readBinding(cursor: Cursor): Binding | undefined {
  cursor.read(EXPORT);
  const key = readKey(cursor);
  if (key === undefined) return undefined;
  const equalSign = cursor.read(EQUAL_SIGN);
  const value = equalSign === undefined ? undefined : readValue(cursor, /=\s/.test(equalSign[0]));
  if (equalSign !== undefined && value === undefined) return undefined;
  return cursor.read(END_OF_LINE) === undefined ? undefined : { key, value };
}

function readKey(cursor: Cursor): string | undefined {
  if (cursor.next === '#') return '';
  if (cursor.next === "'") return cursor.read(SINGLE_QUOTED_KEY)?.[1];
  return cursor.read(KEY)?.[0];
}

function readValue(cursor: Cursor, isAfterSpace: boolean): string | undefined {
  if (cursor.next === '#' && isAfterSpace) return '';
  if (cursor.next === "'") return cursor.read(SINGLE_QUOTED)?.[1]?.replace(/\\([\\'])/g, '$1');
  if (cursor.next === '"') {
    return cursor.read(DOUBLE_QUOTED)?.[1]?.replace(/\\([\\'"abfnrtv])/g, (_, letter: string) => DOUBLE_ESCAPES[letter]!);
  }
  return cursor.read(UNQUOTED)![0].replace(/\s+#.*/s, '').trimEnd();
}

function replaceVariables(
  value: string,
  above: ReadonlyMap<string, string | undefined>,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return value.replace(/\$\{([^}:]*)(?::-([^}]*))?\}/g, (_, name: string, fallback: string | undefined) => {
    const fromEnvironment = Object.hasOwn(environment, name) ? environment[name] : undefined;
    if (fromEnvironment !== undefined) return fromEnvironment;
    // A name without a value takes the place of the default, too.
    return (above.has(name) ? above.get(name) : fallback) ?? '';
  });
}
