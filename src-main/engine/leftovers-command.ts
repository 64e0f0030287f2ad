import type { CacheTarget, ClearedLeftovers } from '../contract/commands.ts';
import { folderSums, lockCache, removeEmptyFolders, sweepClaims, sweepStaging } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { sweepRaw } from './generate-command.ts';
import { openCache } from './open-cache.ts';

/**
 * Removes what runs that were cut off have left in a cache to go on with: staging, and downloads that
 * would then be fetched anew. Needs no free space.
 *
 * @throws CACHE_NOT_FOUND, CACHE_IN_USE, PERMISSION_DENIED, READ_ONLY
 */
export async function clearLeftovers(context: EngineContext, target: CacheTarget, signal: AbortSignal): Promise<ClearedLeftovers> {
  const { layout } = await openCache(context, target, signal);
  const sums = async (): Promise<{ bytes: number; files: number }> => {
    const [staging, raw] = [await folderSums(layout.staging), await folderSums(layout.raw)];
    return { bytes: staging.bytes + raw.bytes, files: staging.files + raw.files };
  };
  const lock = await lockCache(layout, { needsNoSpace: true });
  try {
    const before = await sums();
    await lock.assertHeld();
    await sweepStaging(layout);
    await sweepClaims(layout);
    await lock.assertHeld();
    await sweepRaw(layout, undefined, [], []);
    const after = await sums();
    return { directory: layout.directory, files: before.files - after.files, bytes: before.bytes - after.bytes };
  } finally {
    await lock.release();
    await removeEmptyFolders(layout);
  }
}
