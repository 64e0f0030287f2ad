import { mkdir, readFile, rm, utimes } from 'node:fs/promises';
import { LarderError, errnoOf, fileError } from '../base/index.ts';
import { isMarkHeld, takeMark } from './claims.ts';
import type { CacheLayout } from './layout.ts';
import { HEARTBEAT_EVERY_MS, currentOwner, isOwner } from './owner.ts';
import type { Owner } from './owner.ts';
import { listStaging, removeIfEmpty } from './staging.ts';

export interface CacheLock {
  release(): Promise<void>;
}

async function holderOf(layout: CacheLayout): Promise<string> {
  try {
    const parsed: unknown = JSON.parse(await readFile(layout.lock, 'utf8'));
    return isOwner(parsed) ? `process ${parsed.pid} on ${parsed.host}` : 'another process';
  } catch {
    return 'another process';
  }
}

function inUse(layout: CacheLayout, holder: string): LarderError {
  return new LarderError('CACHE_IN_USE', `The cache ${layout.directory} is in use by ${holder}.`, {
    hint: 'Wait until it has finished, or cancel it with `larder jobs cancel`, then run the command again.',
    details: { directory: layout.directory, holder },
  });
}

/**
 * Keeps every other process from removing or moving entries of this cache.
 *
 * Both sides first show their own mark and then look for the other's: whoever generates opens its
 * staging folder and then calls `assertNotLocked`; whoever removes takes the lock and then looks
 * for living staging folders. So at least one of two that start together sees the other.
 *
 * @param ownStaging staging folder of the same process, which does not count as another's
 * @throws CACHE_IN_USE
 */
export async function lockCache(layout: CacheLayout, ownStaging?: string): Promise<CacheLock> {
  const owner = currentOwner();
  try {
    if (!(await takeLock(layout, owner))) throw inUse(layout, await holderOf(layout));
  } catch (error) {
    throw fileError(error, layout.lock, 'locking the cache');
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(layout.lock, now, now).catch(() => undefined);
  }, HEARTBEAT_EVERY_MS);
  heartbeat.unref();
  const release = async (): Promise<void> => {
    clearInterval(heartbeat);
    await rm(layout.lock, { force: true });
    await removeIfEmpty(layout.privateDirectory);
  };
  const other = (await listStaging(layout)).find((folder) => folder.isAlive && folder.directory !== ownStaging);
  if (other !== undefined) {
    await release();
    throw inUse(layout, other.owner === undefined ? 'another process' : `process ${other.owner.pid} on ${other.owner.host}`);
  }
  return { release };
}

const TRIES = 5;

/** Another process that has just finished may remove the empty folder between our making and using it. */
async function takeLock(layout: CacheLayout, owner: Owner): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(layout.privateDirectory, { recursive: true });
    try {
      return await takeMark(layout.lock, owner);
    } catch (error) {
      if (attempt >= TRIES || errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** @throws CACHE_IN_USE if a living process holds the lock */
export async function assertNotLocked(layout: CacheLayout): Promise<void> {
  if (await isMarkHeld(layout.lock)) throw inUse(layout, await holderOf(layout));
}
