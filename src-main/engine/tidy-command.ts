import type { CacheTarget } from '../contract/commands.ts';
import { isLarderError } from '../base/index.ts';
import { exportIndex, isIndexBehind } from '../pipeline/index.ts';
import type { CacheLayout, CacheLock } from '../store/index.ts';
import { currentOwner, hasMarks, listStaging, lockCache, removeEmptyFolders, sweepClaims, sweepEmptyRecords } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { openSynced } from './look-command.ts';
import type { OpenedCache } from './open-cache.ts';
import { withRoom } from './with-room.ts';

/**
 * Puts in order what a command left that was cut off after it had moved its last file, or had no room for what comes then:
 * its lock, and the index, which lists what was. Touches no entry, and does nothing where nothing was left or somebody is at
 * work.
 *
 * @throws CACHE_NOT_FOUND, PERMISSION_DENIED, READ_ONLY
 */
export async function tidyCommand(context: EngineContext, target: CacheTarget, signal: AbortSignal): Promise<void> {
  const cache = await openSynced(context, target, signal);
  if (!(await hasMarks(cache.layout)) && !(await isIndexBehind(cache.kind, cache.layout))) return;
  const lock = await lockCache(cache.layout, { needsNoSpace: true }).catch((error: unknown) => {
    if (!isLarderError(error, 'CACHE_IN_USE')) throw error;
  });
  if (lock === undefined) return;
  try {
    if (lock.isInherited || (await isIndexBehind(cache.kind, cache.layout))) await writeIndex(context, cache, signal);
  } finally {
    await releaseTidy(cache.layout, lock);
  }
}

/**
 * Brings the index in line with the entries, where such a cache has one; the lock is held. On a full disk the reserve makes
 * room for it, then the old index, which may list what is gone; where that is not enough either, it is told.
 */
export async function writeIndex(context: EngineContext, { kind, layout, row }: OpenedCache, signal: AbortSignal): Promise<void> {
  const { index } = kind;
  if (index === undefined) return;
  const write = (makesWay: boolean): Promise<unknown> => exportIndex(context.catalog, row, kind, layout, currentOwner(), {}, signal, { makesWay });
  try {
    await withRoom(context, layout.directory, () => write(false)).catch(async (error: unknown) => {
      if (!isLarderError(error, 'DISK_FULL')) throw error;
      await write(true);
    });
  } catch (error) {
    if (!isLarderError(error, 'DISK_FULL')) throw error;
    context.emit({ type: 'noticed', message: `The full disk has no room for ${index.file}: it does not say what is in the cache now. The entries are as they were to be. With room, \`larder fix\` or the next \`clear\`, \`quarantine purge\` or \`pregenerate\` writes it anew. ${error.message} ${error.hint ?? ''}`.trimEnd() });
  }
}

/** Ends the work of a command that held the lock; what dead ones left beside it goes too. A lock that was lost is left to whoever has it. */
export async function releaseTidy(layout: CacheLayout, lock: CacheLock): Promise<void> {
  try {
    await lock.assertHeld();
    await sweepClaims(layout);
    // Whoever makes pictures sets aside what they would write over, and holds no lock for it; beside a lock nobody begins.
    if (!(await listStaging(layout)).some(({ isAlive }) => isAlive)) await sweepEmptyRecords(layout);
  } catch (error) {
    // Whoever works under it has met this error already, or has nothing left to do.
    if (!isLarderError(error, 'LOCK_LOST')) throw error;
  } finally {
    await lock.release();
    await removeEmptyFolders(layout);
  }
}
