import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { EntryMatch } from '../../contract/commands.ts';
import { ENTRY_STATES } from '../../contract/entries.ts';
import { LarderError, fileError } from '../../base/index.ts';
import type { FlagReader } from './arguments.ts';

/**
 * Names from `--only`, or one a line from the file of `--only-from`: as many as a command line would not
 * hold. A file that names nothing is refused, since without names every entry is meant.
 *
 * @returns undefined where neither is given
 * @throws ARGUMENT_INVALID, FILE_NOT_FOUND, PERMISSION_DENIED
 */
export async function namedEntries(flags: FlagReader): Promise<readonly string[] | undefined> {
  const named = await namesFrom(flags, 'only-from');
  const only = flags.list('only');
  return named === undefined ? only : [...(only ?? []), ...named];
}

/** Which entries `MATCH_FLAGS` mean; together with names, those that fulfil both. @throws ARGUMENT_INVALID */
export function matchOf(flags: FlagReader): EntryMatch {
  const given = { states: flags.choices('state', ENTRY_STATES), split: flags.text('split'), text: flags.text('name'), minSizeBytes: flags.bytes('min-size'), maxSizeBytes: flags.bytes('max-size'), olderThanMs: flags.age('older'), newerThanMs: flags.age('newer') };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Lines of the file that a flag names, `-` for stdin. @throws ARGUMENT_INVALID if there are none; FILE_NOT_FOUND, PERMISSION_DENIED */
export async function namesFrom(flags: FlagReader, flag: string): Promise<readonly string[] | undefined> {
  const from = flags.text(flag);
  if (from === undefined) return undefined;
  const names = (await contentOf(from)).split('\n').map((line) => line.trim()).filter((line) => line !== '');
  if (names.length === 0) throw new LarderError('ARGUMENT_INVALID', `--${flag} ${from} names nothing.`, { hint: 'Write one name or hash on each line.' });
  return names;
}

async function contentOf(from: string): Promise<string> {
  if (from === '-') return await text(process.stdin);
  const path = resolve(from);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(error, path, 'reading the names');
  }
}
