import { extname } from 'node:path';
import { LarderError } from '../base/index.ts';
import type { Entry } from '../catalog/index.ts';
import type { EngineContext } from './context.ts';
import type { OpenedCache } from './open-cache.ts';

/** The entry with this key, key prefix, or name. @throws ENTRY_NOT_FOUND, ARGUMENT_INVALID if several match */
export function findEntry(context: EngineContext, cache: OpenedCache, wanted: string): Entry {
  const { entries } = context.catalog;
  const extension = extname(cache.kind.entryFiles('key')[0]);
  const text = wanted.endsWith(extension) ? wanted.slice(0, -extension.length) : wanted;
  const ofName = cache.kind.keyOfName(wanted);
  const exact = entries.getByKey(cache.row.id, text) ?? (ofName === undefined ? undefined : entries.getByKey(cache.row.id, ofName)) ?? entries.getByName(cache.row.id, wanted)[0];
  if (exact !== undefined) return exact;
  const page = entries.list({ cacheId: cache.row.id, text, limit: 6 });
  if (page.entries.length === 1) return page.entries[0]!;
  if (page.entries.length > 1) {
    throw new LarderError('ARGUMENT_INVALID', `"${wanted}" fits ${page.total} entries of this cache.`, { hint: `Be more exact, for example: ${examples(page.entries).join(', ')}` });
  }
  throw new LarderError('ENTRY_NOT_FOUND', `Nothing in ${cache.layout.directory} has the name or hash "${wanted}".`, { hint: 'List what is there with `larder ls`.' });
}

/** Names, or hashes where one name stands for several entries. */
function examples(entries: readonly Entry[]): readonly string[] {
  const names = new Set(entries.map((entry) => entry.name));
  return names.size === entries.length ? entries.map((entry) => entry.name ?? entry.key) : entries.map((entry) => [entry.key.slice(0, 8), ...(entry.variant == null ? [] : [`(${entry.variant})`])].join(' '));
}
