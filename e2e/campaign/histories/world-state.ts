import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheForm } from '../faults/cache-form.ts';
import { readCache } from '../faults/check.ts';
import { OLD_DAYS } from './steps.ts';
import type { HistoryState } from './steps.ts';

const OLD_MS = OLD_DAYS * 86_400_000;
/** What a user may have put into a cache. */
const STRANGERS = ['notes.txt'] as const;
const STRANGE_TEXT = 'Do not lose this.\n';

export function putStrangers(directory: string): void {
  for (const name of STRANGERS) writeFileSync(join(directory, name), STRANGE_TEXT);
}

/** @param raw entries' files of which the user has a raw file */
export function lookAt(directory: string, form: CacheForm, raw: ReadonlySet<string>): HistoryState {
  const state = readCache(directory, form);
  const isOld = (file: string): boolean => Date.now() - statSync(join(directory, file)).mtimeMs > OLD_MS;
  const isThere = (name: string): boolean => existsSync(join(directory, name)) && readFileSync(join(directory, name), 'utf8') === STRANGE_TEXT;
  return { ...state, old: new Set([...state.entries.keys()].filter(isOld)), raw, strangers: new Set(STRANGERS.filter(isThere)) };
}
