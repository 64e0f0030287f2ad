import { utimes } from 'node:fs/promises';
import { delay, fileError } from '../base/index.ts';
import { takeMark } from './claims.ts';
import { inFolder, removeFile } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { HEARTBEAT_EVERY_MS } from './owner.ts';
import type { Owner } from './owner.ts';

const ASK_EVERY_MS = 25;

/**
 * Runs work that writes the index of a cache, one process after the other: whoever comes second
 * reads what the first one has written. The mark lies among the claims and is swept with them.
 *
 * @throws what `work` throws; CANCELLED while waiting; DISK_FULL, PERMISSION_DENIED, READ_ONLY
 */
export async function withIndexLock<T>(layout: CacheLayout, owner: Owner, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    while (!(await inFolder(layout.claims, () => takeMark(layout.indexLock, owner, layout.staging)))) await delay(ASK_EVERY_MS, signal);
  } catch (error) {
    throw fileError(error, layout.indexLock, 'locking the index of');
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(layout.indexLock, now, now).catch(() => undefined);
  }, HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await removeFile(layout.indexLock);
  }
}
