import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dropped, ListedItem } from '../../contract/dropped.ts';
import { LIST_ROWS_SHOWN } from '../../contract/dropped.ts';
import { LarderError, fileError, isLarderError, throwIfAborted } from '../../base/index.ts';
import { KINDS } from '../../kinds/index.ts';
import type { EngineContext } from '../context.ts';

/** Items looked up before others get a turn. */
const LOOKED_AT_ONCE = 2_000;

/** Which hash is which item of a list, and which known caches have them. @throws LIST_INVALID, FILE_NOT_FOUND, PERMISSION_DENIED */
export async function lookAtList(context: EngineContext, place: { readonly name: string; readonly path: string | null }, signal: AbortSignal, file = place.path): Promise<Dropped> {
  const kind = KINDS.find((candidate) => candidate.readNames !== undefined);
  if (kind?.readNames === undefined || file === null) return { ...place, what: 'unknown' };
  const named = await kind.readNames([file], signal);
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
  return { ...place, what: 'list', count: named.length, items, caches: having.sort((a, b) => b.present - a.present) };
}

/** The same of a text, which the reader of lists needs as a file. */
export async function lookAtListText(context: EngineContext, name: string, text: string, signal: AbortSignal): Promise<Dropped> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-list-')).catch((error: unknown) => {
    throw fileError(error, tmpdir(), 'making a folder in');
  });
  const file = join(folder, 'list.csv');
  try {
    await writeFile(file, text);
    return await lookAtList(context, { name, path: null }, signal, file);
  } catch (error) {
    // The page knows the list by its own name.
    if (!isLarderError(error)) throw error;
    throw new LarderError(error.code, error.message.replaceAll(file, name), error.hint === undefined ? {} : { hint: error.hint });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
