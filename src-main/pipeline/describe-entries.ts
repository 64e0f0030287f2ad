import type { Cache, Catalog, EntryChange } from '../catalog/index.ts';
import type { CacheKind } from '../kinds/kind.ts';
import type { CacheLayout } from '../store/index.ts';

const ROWS_AT_ONCE = 1_000;

/** Fills in what the catalog does not know of entries that it did not see being made: name, form, size. */
export async function describeEntries(catalog: Catalog, cache: Cache, kind: CacheKind, layout: CacheLayout, signal: AbortSignal): Promise<void> {
  if (kind.index === undefined) return;
  const unknown = catalog.entries.undescribed(cache.id);
  let changes: EntryChange[] = [];
  for await (const { key, name, variant, shape, dtype } of kind.index.describe(layout.directory, unknown, signal)) {
    changes.push({ key, ...(name === null ? {} : { name, variant }), ...(shape === null ? {} : { shape, dtype }) });
    if (changes.length < ROWS_AT_ONCE) continue;
    catalog.entries.upsert(cache.id, changes);
    changes = [];
  }
  catalog.entries.upsert(cache.id, changes);
}
