import { isLarderError } from '../base/index.ts';
import type { EngineContext } from './context.ts';

/**
 * Does work that must succeed on a full disk, such as setting a file aside with its reason: where
 * the disk is full and the catalog's reserve lies on it, that space is given back and the work is
 * done once more.
 *
 * @param work may be begun again after DISK_FULL
 * @throws what `work` throws
 */
export async function withRoom<T>(context: EngineContext, directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isLarderError(error, 'DISK_FULL') || !context.catalog.makeRoom(directory)) throw error;
    return await work();
  }
}

/**
 * Does what can be made up for later, such as writing the index anew after a removal; on a full
 * disk it is told and left out.
 *
 * @throws what `work` throws, but not DISK_FULL
 */
export async function ifThereIsRoom(context: EngineContext, directory: string, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await withRoom(context, directory, work);
  } catch (error) {
    if (!isLarderError(error, 'DISK_FULL')) throw error;
    context.emit({ type: 'noticed', message: `${what} has no room on the full disk; everything else is done. ${error.message}` });
  }
}
