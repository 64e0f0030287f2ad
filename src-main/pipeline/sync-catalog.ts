import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../base/index.ts';
import type { Catalog, Cache, Entry, EntryChange } from '../catalog/index.ts';
import type { CacheKind, KindItem } from '../kinds/kind.ts';
import type { CacheLayout, ScannedFile } from '../store/index.ts';
import { listNames, listQuarantine, statFiles } from '../store/index.ts';

/** Rows read in one go, some 20 ms. */
const ROWS_AT_ONCE = 1_000;

export interface SyncResult {
  readonly files: number;
  readonly added: number;
  readonly changed: number;
  readonly vanished: number;
  /** Of those, entries that were thought to be there: nobody of us has taken them away. */
  readonly lost: number;
}

/**
 * Brings the catalog's rows of one cache in line with its files, which are the truth. Facts that
 * only the catalog has (verification, origin, errors) stay with files that have not changed.
 *
 * @param required the config's items, where a config is at hand
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED, CANCELLED
 */
export async function syncCatalog(catalog: Catalog, cache: Cache, kind: CacheKind, layout: CacheLayout, required: readonly KindItem[] | undefined, signal: AbortSignal): Promise<SyncResult> {
  if (required !== undefined) catalog.entries.replaceRequired(cache.id, required);
  const names = await listNames(layout, signal, kind.folders);
  const files = await statFiles(layout, names, signal);
  const known = new Map<string, Entry>();
  for (const entry of catalog.entries.iterate({ cacheId: cache.id })) {
    known.set(entry.key, entry);
    if (known.size % ROWS_AT_ONCE > 0) continue;
    throwIfAborted(signal);
    // A million rows take seconds to read; whoever scrolls meanwhile is answered in between.
    await setImmediate();
  }
  const hasList = Array.from(known.values()).some((entry) => entry.position !== null);
  const changes: EntryChange[] = [];
  const seen = new Set<string>();
  let added = 0;
  for (const file of files.values()) {
    const key = kind.keyOfFile(file.file);
    if (key === undefined || !file.isRegular) continue;
    seen.add(key);
    const row = known.get(key);
    if (row === undefined) added++;
    if (isUnchanged(row, file) && row?.state !== 'missing' && row?.state !== 'quarantined') continue;
    const isAsked = row === undefined ? !hasList : row.position !== null || !hasList;
    changes.push({
      key,
      state: isAsked ? 'cached' : 'foreign',
      file: file.file,
      sizeBytes: file.sizeBytes,
      modifiedAtMs: file.modifiedAtMs,
      ...(row === undefined || isUnchanged(row, file) ? {} : { digest: null, verifiedSizeBytes: null, verifiedModifiedAtMs: null, verifiedChangedAtMs: null }),
    });
  }
  catalog.entries.upsert(cache.id, changes);
  const { vanished, lost } = await forgetVanished(catalog, cache, layout, known, seen);
  return { files: seen.size, added, changed: changes.length - added, vanished, lost };
}

/** Whoever writes to a file can give it its old time back, but not its ctime, which is compared where a reading has noted it. */
function isUnchanged(row: Entry | undefined, file: ScannedFile): boolean {
  if (row === undefined || row.file === null || row.sizeBytes !== file.sizeBytes || row.modifiedAtMs === null) return false;
  return isNear(row.modifiedAtMs, file.modifiedAtMs) && (row.verifiedChangedAtMs === null || isNear(row.verifiedChangedAtMs, file.changedAtMs));
}

function isNear(aMs: number, bMs: number): boolean {
  return Math.abs(aMs - bMs) < 0.01;
}

async function forgetVanished(catalog: Catalog, cache: Cache, layout: CacheLayout, known: ReadonlyMap<string, Entry>, seen: ReadonlySet<string>): Promise<{ vanished: number; lost: number }> {
  const aside = new Set((await listQuarantine(layout)).map((record) => record.key));
  const gone: EntryChange[] = [];
  const forgotten: string[] = [];
  let lost = 0;
  for (const [key, row] of known) {
    if (seen.has(key) || (row.file === null && row.state === 'missing')) continue;
    if (row.state === 'quarantined' && aside.has(key)) continue;
    if (row.file !== null && !aside.has(key)) lost++;
    if (row.position === null && !aside.has(key) && row.madeAtMs === null && row.verifiedAtMs === null) forgotten.push(key);
    else gone.push({ key, state: aside.has(key) ? 'quarantined' : 'missing', file: null, sizeBytes: null, modifiedAtMs: null });
  }
  catalog.entries.upsert(cache.id, gone);
  catalog.entries.remove(cache.id, forgotten);
  return { vanished: gone.length + forgotten.length, lost };
}
