import type { CacheTarget, QuarantineItem } from '../contract/commands.ts';
import { LarderError, isLarderError } from '../base/index.ts';
import { exportIndex } from '../pipeline/index.ts';
import type { QuarantineRecord } from '../store/index.ts';
import { currentOwner, listQuarantine, lockCache, removeEmptyFolders, purgeFromQuarantine, quarantineFile, restoreFromQuarantine } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import type { OpenedCache } from './open-cache.ts';
import { openCache } from './open-cache.ts';
import { openSynced } from './look-command.ts';
import { isSetAsideForError, restoreOrder } from './restore-order.ts';
import { ifThereIsRoom, withRoom } from './with-room.ts';

function toItem(record: QuarantineRecord): QuarantineItem {
  return { id: record.id, file: record.file, name: record.name, code: record.reason.code, message: record.reason.message, sizeBytes: record.sizeBytes, quarantinedAtMs: record.quarantinedAtMs };
}

export async function listQuarantined(context: EngineContext, target: CacheTarget, signal: AbortSignal): Promise<readonly QuarantineItem[]> {
  const cache = await openCache(context, target, signal);
  return (await listQuarantine(cache.layout)).map(toItem);
}

/** Ids, or everything. @throws ARGUMENT_INVALID if neither is said; ENTRY_NOT_FOUND */
async function pick(cache: OpenedCache, request: { readonly ids: readonly string[]; readonly all?: boolean }): Promise<readonly string[]> {
  if (request.all === true) return (await listQuarantine(cache.layout)).map((record) => record.id);
  if (request.ids.length === 0) throw new LarderError('ARGUMENT_INVALID', 'Nothing was named.', { hint: 'Give ids from `larder quarantine ls`, or --all.' });
  return request.ids;
}

/**
 * Puts files back, byte for byte. Asked for all of them, it leaves those in quarantine whose name is
 * taken again, and says so.
 *
 * @param request.replace set aside a file that has the name again, instead of refusing
 * @throws ENTRY_NOT_FOUND, ENTRY_EXISTS for one that was named, CACHE_IN_USE
 */
export async function restoreQuarantined(context: EngineContext, request: CacheTarget & { readonly ids: readonly string[]; readonly all?: boolean; readonly replace?: boolean }, signal: AbortSignal): Promise<readonly QuarantineItem[]> {
  const cache = await openCache(context, request, signal);
  const lock = await lockCache(cache.layout, { needsNoSpace: true });
  const restored: QuarantineItem[] = [];
  try {
    const ids = request.all === true ? restoreOrder(await listQuarantine(cache.layout), request.replace === true) : await pick(cache, request);
    for (const id of ids) {
      try {
        restored.push(toItem(await restoreOne(context, cache, id, request.replace === true)));
      } catch (error) {
        if (request.all !== true || !isLarderError(error, 'ENTRY_EXISTS')) throw error;
        context.emit({ type: 'noticed', message: `${String(error.details?.['file'])} is in the cache again; ${id} stays in quarantine. Put it back in its place with --replace, or purge it.` });
      }
    }
  } finally {
    await lock.release();
    // What was put back before an error is back, and the rows have to say so.
    await openSynced(context, request, signal);
    for (const item of restored) markDamaged(context, cache, item);
    if (cache.kind.index !== undefined && restored.length > 0) await ifThereIsRoom(context, cache.layout.directory, 'The index of the cache', () => exportIndex(context.catalog, cache.row, cache.kind, cache.layout, currentOwner(), {}, signal));
    await removeEmptyFolders(cache.layout);
  }
  return restored;
}

/** A file that was set aside for an error still has it; "cached" would be a lie until it is verified. */
function markDamaged(context: EngineContext, cache: OpenedCache, item: QuarantineItem): void {
  const key = cache.kind.keyOfFile(item.file);
  if (key === undefined || !isSetAsideForError(item.code)) return;
  context.catalog.entries.setState(cache.row.id, key, 'damaged');
}

async function restoreOne(context: EngineContext, cache: OpenedCache, id: string, isReplace: boolean): Promise<QuarantineRecord> {
  try {
    return await restoreFromQuarantine(cache.layout, id);
  } catch (error) {
    if (!isReplace || !isLarderError(error, 'ENTRY_EXISTS')) throw error;
    const file = String(error.details?.['file']);
    const key = cache.kind.keyOfFile(file) ?? null;
    const aside = { file, key, name: null, reason: { code: 'replaced', message: `Replaced by ${id} from quarantine.` }, nowMs: Date.now(), larderVersion: context.version };
    await withRoom(context, cache.layout.directory, () => quarantineFile(cache.layout, aside));
    return await restoreFromQuarantine(cache.layout, id);
  }
}

/** Removes quarantined files for good. @throws ENTRY_NOT_FOUND, CACHE_IN_USE */
export async function purgeQuarantined(context: EngineContext, request: CacheTarget & { readonly ids: readonly string[]; readonly all?: boolean }, signal: AbortSignal): Promise<readonly QuarantineItem[]> {
  const cache = await openCache(context, request, signal);
  const lock = await lockCache(cache.layout, { needsNoSpace: true });
  const purged: QuarantineItem[] = [];
  try {
    for (const id of await pick(cache, request)) purged.push(toItem(await purgeFromQuarantine(cache.layout, id)));
  } finally {
    await lock.release();
  }
  await openSynced(context, request, signal);
  return purged;
}
