import { beatOn, delay, fileError, isLarderError } from '../base/index.ts';
import { takeMark } from './claims.ts';
import { inFolder, removeFile, removeIfEmpty } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { HEARTBEAT_EVERY_MS } from './owner.ts';
import type { Owner } from './owner.ts';

const ASK_EVERY_MS = 25;

/** How the index is written. */
export interface IndexLockOptions {
  /** On a disk too full for the mark the work is done without it: the index appears as a whole, whoever writes it. */
  readonly needsNoSpace?: boolean;
}

/**
 * Runs work that writes the index of a cache, one process after the other: whoever comes second
 * reads what the first one has written. The mark lies among the claims and is swept with them.
 *
 * @throws what `work` throws; CANCELLED while waiting; DISK_FULL, PERMISSION_DENIED, READ_ONLY
 */
export async function withIndexLock<T>(layout: CacheLayout, owner: Owner, signal: AbortSignal, work: () => Promise<T>, options: IndexLockOptions = {}): Promise<T> {
  try {
    while (!(await inFolder(layout.claims, () => takeMark(layout.indexLock, owner, layout.staging)))) await delay(ASK_EVERY_MS, signal);
  } catch (error) {
    const told = fileError(error, layout.indexLock, 'locking the index of');
    if (options.needsNoSpace !== true || !isLarderError(told, 'DISK_FULL')) throw told;
    await removeIfEmpty(layout.claims);
    await removeIfEmpty(layout.privateDirectory);
    return await work();
  }
  const stopBeating = beatOn(layout.indexLock, HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    stopBeating();
    await removeFile(layout.indexLock);
  }
}
