import type { EntryMatch } from '../contract/commands.ts';
import { KeySet, LarderError, forEachInTurns } from '../base/index.ts';
import type { KindItem } from '../kinds/index.ts';
import type { EngineContext } from './context.ts';
import { findEntry } from './find-entry.ts';
import { filterOf } from './look-command.ts';
import type { OpenedCache } from './open-cache.ts';

/** What an action is about: keys, a million of them in some 30 MB. */
export interface ChosenKeys extends Iterable<string> {
  readonly size: number;
  has(key: string): boolean;
}

type Conditions = EntryMatch & { readonly only?: readonly string[] };

const CONDITIONS = ['states', 'text', 'split', 'minSizeBytes', 'maxSizeBytes', 'olderThanMs', 'newerThanMs'] as const satisfies readonly (keyof EntryMatch)[];

/** Whether anything is said about which entries are meant, beside their names. */
export function hasConditions(request: EntryMatch): boolean {
  return CONDITIONS.some((name) => request[name] !== undefined);
}

/** The same request about entries of which only the names are said. */
export function withoutConditions<R extends EntryMatch>(request: R): Omit<R, keyof EntryMatch> {
  const { states: _states, text: _text, split: _split, minSizeBytes: _min, maxSizeBytes: _max, olderThanMs: _older, newerThanMs: _newer, ...rest } = request;
  return rest;
}

/**
 * The entries of a cache that have one of the names and fulfil the conditions, as the catalog has them now.
 *
 * @returns undefined where all of the cache is meant
 * @throws ENTRY_NOT_FOUND, ARGUMENT_INVALID for a name that fits none or several, or a split that there is not; CANCELLED
 */
export async function chosenKeys(context: EngineContext, cache: OpenedCache, request: Conditions, signal: AbortSignal): Promise<ChosenKeys | undefined> {
  if (request.split !== undefined) assertSplit(request.split, splitsOf(context, cache), cache.layout.directory);
  const named = request.only === undefined ? undefined : new Set(request.only.map((wanted) => findEntry(context, cache, wanted).key));
  return hasConditions(request) ? await matchingKeys(context, cache.row.id, request, named, signal) : named;
}

function splitsOf({ catalog }: EngineContext, { row }: OpenedCache): readonly string[] {
  return Array.from(new Set(catalog.entries.storage(row.id, Date.now()).flatMap(({ split }) => split ?? [])));
}

/** A split that there is not is a slip of the pen, and no reason to say that all of it is well. @throws ARGUMENT_INVALID */
export function assertSplit(split: string, splits: readonly string[], place: string): void {
  if (splits.includes(split)) return;
  throw new LarderError('ARGUMENT_INVALID', `${place} has no split "${split}".`, { hint: splits.length === 0 ? 'Splits come from the lists of a config: give it with --config.' : `There ${splits.length === 1 ? 'is' : 'are'} ${splits.join(', ')}.` });
}

/** Read in turns with other work. @param among only of these */
export async function matchingKeys({ catalog }: EngineContext, cacheId: number, request: EntryMatch, among: ReadonlySet<string> | undefined, signal: AbortSignal): Promise<ChosenKeys> {
  const keys = new KeySet();
  const filter = filterOf(cacheId, request);
  const add = (some: readonly string[]): void => {
    for (const key of some) if (among?.has(key) !== false) keys.add(key);
  };
  await catalog.entries.prepare(filter, signal);
  await forEachInTurns(catalog.entries.keys(filter), add, signal);
  return keys;
}

/** The same of items of which there is no row yet: they are missing, and have neither size nor age. */
export function matchesUnmade({ key, name, split }: KindItem, request: EntryMatch): boolean {
  const { states, text } = request;
  if ([request.minSizeBytes, request.maxSizeBytes, request.olderThanMs, request.newerThanMs].some((bound) => bound !== undefined)) return false;
  if (states?.includes('missing') === false) return false;
  if (request.split !== undefined && split !== request.split) return false;
  return text === undefined || name.toLowerCase().includes(text.toLowerCase()) || key.startsWith(text.toLowerCase());
}
