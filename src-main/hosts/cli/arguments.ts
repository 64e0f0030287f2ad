import { parseArgs } from 'node:util';
import { LarderError } from '../../base/index.ts';

export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** Name of the value in the help; absent for a switch. */
  readonly value?: string;
  /** May be given several times, or take several values. */
  readonly isList?: boolean;
  readonly help: string;
  /** Other spellings of the same flag. */
  readonly aliases?: readonly string[];
  /** Nothing is a value like any other. */
  readonly mayBeEmpty?: true;
}

export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

function invalid(message: string, hint: string): LarderError {
  return new LarderError('ARGUMENT_INVALID', message, { hint });
}

/** Edit distance, for "did you mean"; short words only. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length]!;
}

export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * Lists may be written `--only a b c`, as the scripts people have do, and not only `--only a --only b`:
 * every further word up to the next flag is a value of it.
 */
function spreadLists(argv: readonly string[], flags: readonly Flag[]): string[] {
  const listNames = new Set(flags.filter((flag) => flag.isList).map((flag) => `--${flag.name}`));
  const spread: string[] = [];
  let open: string | undefined;
  let isFirst = false;
  for (const word of argv) {
    if (word.startsWith('-')) {
      open = listNames.has(word) ? word : undefined;
      isFirst = open !== undefined;
      spread.push(word);
    } else if (open !== undefined) {
      if (!isFirst) spread.push(open);
      isFirst = false;
      spread.push(word);
    } else spread.push(word);
  }
  return spread;
}

/** @throws ARGUMENT_INVALID naming the word, and what was probably meant */
export function parseArguments(argv: readonly string[], flags: readonly Flag[], command: string): ParsedArguments {
  const names = flags.flatMap((flag) => [flag.name, ...(flag.aliases ?? [])]);
  const canonical = new Map<string, string>(flags.flatMap((flag) => (flag.aliases ?? []).map((alias) => [`--${alias}`, `--${flag.name}`] as const)));
  const words = argv.map((word) => {
    const [name, ...rest] = word.split('=');
    const known = canonical.get(name!);
    return known === undefined ? word : [known, ...rest].join('=');
  });
  for (const word of words) {
    if (!word.startsWith('--') || word === '--') continue;
    const name = word.slice(2).split('=')[0]!;
    if (names.includes(name)) continue;
    const meant = nearest(name, names);
    throw invalid(`Unknown flag --${name} for \`larder ${command}\`.`, meant === undefined ? `See \`larder ${command} --help\`.` : `Did you mean --${meant}? See \`larder ${command} --help\`.`);
  }
  const options = Object.fromEntries(
    flags.map((flag) => [flag.name, { type: flag.value === undefined ? ('boolean' as const) : ('string' as const), ...(flag.short === undefined ? {} : { short: flag.short }), ...(flag.isList ? { multiple: true } : {}) }]),
  );
  try {
    const parsed = parseArgs({ args: spreadLists(words, flags), options, allowPositionals: true, strict: true });
    const values = parsed.values as ParsedArguments['values'];
    for (const flag of flags) if (!flag.mayBeEmpty) assertFilled(flag.name, values[flag.name], command);
    return { positionals: parsed.positionals, values };
  } catch (error) {
    if (error instanceof LarderError) throw error;
    const message = error instanceof Error ? error.message.split(/\.\s/)[0]! : String(error);
    const dashed = /'--([a-z-]+)' argument is ambiguous/.exec(message)?.[1];
    throw invalid(`${message}.`, dashed === undefined ? `See \`larder ${command} --help\`.` : `A value that begins with a dash is written --${dashed}=-… .`);
  }
}

/** `--cache "$CACHE"` without a CACHE would mean the working directory, and `--name ""` everything. */
function assertFilled(name: string, value: ParsedArguments['values'][string], command: string): void {
  const isEmpty = Array.isArray(value) ? value.includes('') : value === '';
  if (isEmpty) throw invalid(`--${name} was given nothing.`, `Is a variable of the script empty? See \`larder ${command} --help\`.`);
}

/** A word too many is no matter to leave out: `larder clear --config C NAME` would be about everything. @throws ARGUMENT_INVALID */
export function assertNoFurtherWords(words: readonly string[], most: number, flags: readonly Flag[], command: string): void {
  const further = words[most];
  if (further === undefined) return;
  const named = (['config', 'cache', 'only'] as const).filter((name) => flags.some((flag) => flag.name === name)).map((name) => ({ config: 'a config is given with --config', cache: 'a cache folder with --cache', only: 'entries with --only' })[name]);
  throw invalid(`\`larder ${command}\` takes no "${further}"${most > 0 ? ' there' : ''}.`, named.length === 0 ? `See \`larder ${command} --help\`.` : `${named.join(', ').replace(/^./, (letter) => letter.toUpperCase())}.`);
}

/** Typed reading of parsed flags; each complains in words about a wrong value. */
export class FlagReader {
  readonly #values: ParsedArguments['values'];
  constructor(values: ParsedArguments['values']) {
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  isSet(name: string): boolean {
    return this.#values[name] === true;
  }

  list(name: string): readonly string[] | undefined {
    const value = this.#values[name];
    return Array.isArray(value) ? (value as readonly string[]) : undefined;
  }

  /** @throws ARGUMENT_INVALID unless it is a whole number of at least `least`, and of at most `most` */
  count(name: string, least: number, most?: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > (most ?? value)) {
      throw invalid(`--${name} takes a whole number ${most === undefined ? `of at least ${least}` : `from ${least} to ${most}`}; "${text}" is none.`, `Example: --${name} ${Math.max(least, 4)}`);
    }
    return value;
  }

  /** Bytes with an optional unit: `500`, `10kB`, `33.5MB`, `2GiB`. */
  bytes(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const match = /^(\d+(?:\.\d+)?)\s*(?:([kMGT])(i?)B?|B)?$/i.exec(text);
    if (match === null) throw invalid(`--${name} takes a size; "${text}" is none.`, `Examples: --${name} 500, --${name} 33MB, --${name} 2GiB`);
    const power = match[2] === undefined ? 0 : 'kmgt'.indexOf(match[2].toLowerCase()) + 1;
    return Math.round(Number(match[1]) * (match[3] ? 1024 : 1000) ** power);
  }

  /** An age as milliseconds: `90s`, `15m`, `12h`, `30d`. */
  age(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const match = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text);
    if (match === null) throw invalid(`--${name} takes an age; "${text}" is none.`, `Examples: --${name} 12h, --${name} 30d`);
    const unit = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[match[2] as 's' | 'm' | 'h' | 'd' | 'w'];
    return Number(match[1]) * unit * 1000;
  }

  /** @throws ARGUMENT_INVALID unless it is one of `allowed` */
  choice<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : oneOf(name, text, allowed);
  }

  /** @throws ARGUMENT_INVALID unless each is one of `allowed` */
  choices<T extends string>(name: string, allowed: readonly T[]): readonly T[] | undefined {
    return this.list(name)?.map((text) => oneOf(name, text, allowed));
  }
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === text);
  if (found === undefined) throw invalid(`--${name} does not know "${text}".`, `It takes ${allowed.join(', ')}.`);
  return found;
}
