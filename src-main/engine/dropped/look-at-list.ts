import { basename } from 'node:path';
import type { Dropped, ListedItem } from '../../contract/dropped.ts';
import { LIST_ROWS_SHOWN } from '../../contract/dropped.ts';
import { throwIfAborted } from '../../base/index.ts';
import { KINDS } from '../../kinds/index.ts';
import type { EngineContext } from '../context.ts';
import type { KnownLists, ListSource } from './known-lists.ts';
import { asFile } from './known-lists.ts';

/** Items looked up before others get a turn. */
const LOOKED_AT_ONCE = 2_000;

/** Which hash is which item of a list, and which known caches have them. @throws LIST_INVALID, FILE_NOT_FOUND, PERMISSION_DENIED */
export async function lookAtList(context: EngineContext, lists: KnownLists, source: ListSource, signal: AbortSignal): Promise<Dropped> {
  const place = 'path' in source ? { name: basename(source.path), path: source.path } : { name: source.name, path: null };
  const kind = KINDS.find((candidate) => candidate.readNames !== undefined);
  if (kind?.readNames === undefined) return { ...place, what: 'unknown' };
  const named = await asFile(source, async (file) => (await kind.readNames?.([file], signal)) ?? []);
  const caches = context.catalog.caches.list().filter((cache) => cache.kind === kind.id);
  const present = new Map<number, number>();
  const items: ListedItem[] = [];
  for (const [index, item] of named.entries()) {
    if (index % LOOKED_AT_ONCE === 0) await new Promise((done) => setImmediate(done));
    throwIfAborted(signal);
    const cacheIds = caches.filter((cache) => context.catalog.entries.getByKey(cache.id, item.key)?.file != null).map((cache) => cache.id);
    for (const id of cacheIds) present.set(id, (present.get(id) ?? 0) + 1);
    if (index < LIST_ROWS_SHOWN) items.push({ key: item.key, name: item.name, cacheIds });
  }
  const having = caches.flatMap((cache) => (present.has(cache.id) ? [{ cacheId: cache.id, label: cache.label ?? cache.directory, present: present.get(cache.id)! }] : []));
  return { ...place, what: 'list', listId: lists.add(source), count: named.length, items, caches: having.sort((a, b) => b.present - a.present) };
}
