import { lstat, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AS_IT_IS, LarderError, beatOn, fileError, isLarderError } from '../base/index.ts';
import { isMarkHeld, takeMark } from './claims.ts';
import { inFolder, namesIn, removeFile, removeIfEmpty } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { HEARTBEAT_EVERY_MS, currentOwner, isOwner } from './owner.ts';
import { hasEmptyRecords } from './quarantine.ts';
import { listStaging } from './staging.ts';

export interface CacheLock {
  /** Another process died while it held it: what it did last may be half done. */
  readonly isInherited: boolean;
  release(): Promise<void>;
}

export interface LockOptions {
  /** Staging folder of the same process, which does not count as another's. */
  readonly ownStaging?: string;
  /** The work touches neither entries nor staging: it need not wait for those who generate. */
  readonly besideWriters?: boolean;
  /** The work removes or puts back files: it goes on where the disk is too full for a mark. */
  readonly needsNoSpace?: boolean;
}

async function holderOf(layout: CacheLayout): Promise<string> {
  try {
    const parsed: unknown = JSON.parse(await readFile(layout.lock, { encoding: 'utf8', flag: AS_IT_IS }));
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
 * @throws CACHE_IN_USE; DISK_FULL, PERMISSION_DENIED, READ_ONLY
 */
export async function lockCache(layout: CacheLayout, options: LockOptions = {}): Promise<CacheLock> {
  const lock = await takeLock(layout, options);
  if (options.besideWriters === true) return lock;
  const other = (await listStaging(layout)).find((folder) => folder.isAlive && folder.directory !== options.ownStaging);
  if (other === undefined) return lock;
  await lock.release();
  throw inUse(layout, other.owner === undefined ? 'another process' : `process ${other.owner.pid} on ${other.owner.host}`);
}

async function takeLock(layout: CacheLayout, options: LockOptions): Promise<CacheLock> {
  const owner = currentOwner();
  try {
    const isInherited = await isThere(layout.lock);
    if (!(await inFolder(layout.privateDirectory, () => takeMark(layout.lock, owner)))) throw inUse(layout, await holderOf(layout));
    return heldLock(layout, isInherited);
  } catch (error) {
    const told = fileError(error, layout.lock, 'locking the cache');
    if (options.needsNoSpace !== true || !isLarderError(told, 'DISK_FULL')) throw told;
    // A full disk has no room for a mark, and must not keep anybody from making room. Nor has it
    // room for whoever would begin to generate, and two that remove the same do no harm.
    await assertNotLocked(layout);
    return { isInherited: false, release: () => removeIfEmpty(layout.privateDirectory) };
  }
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

function heldLock(layout: CacheLayout, isInherited: boolean): CacheLock {
  const stopBeating = beatOn(layout.lock, HEARTBEAT_EVERY_MS);
  return {
    isInherited,
    release: async () => {
      stopBeating();
      await removeFile(layout.lock);
      await removeIfEmpty(layout.privateDirectory);
    },
  };
}

/** True where somebody works on entries of this cache, or died over it: there is a lock, a claim, or a record of nothing. */
export async function hasMarks(layout: CacheLayout): Promise<boolean> {
  const names = await namesIn(layout.privateDirectory);
  const [lock, claims] = [basename(layout.lock), basename(layout.claims)];
  return names.some((name) => name === claims || name.startsWith(lock)) || (await hasEmptyRecords(layout));
}

/** True while a living process holds the lock. */
export async function isLocked(layout: CacheLayout): Promise<boolean> {
  return await isMarkHeld(layout.lock);
}

/** @throws CACHE_IN_USE if a living process holds the lock */
export async function assertNotLocked(layout: CacheLayout): Promise<void> {
  if (await isLocked(layout)) throw inUse(layout, await holderOf(layout));
}
