import type { KnownPlace } from '../../contract/dropped.ts';
import type { EngineContext } from '../context.ts';

/** Caches that know an entry, from the catalog alone. */
export function placesOf(context: EngineContext, key: string): readonly KnownPlace[] {
  return context.catalog.caches.list().flatMap((cache) => {
    const entry = context.catalog.entries.getByKey(cache.id, key);
    return entry === undefined ? [] : [{ cacheId: cache.id, label: cache.label ?? cache.directory, key, name: entry.name, state: entry.state }];
  });
}
