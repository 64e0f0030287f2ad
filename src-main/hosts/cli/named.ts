import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
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
