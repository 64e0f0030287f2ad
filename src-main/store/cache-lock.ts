import { lstat, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { AS_IT_IS, LarderError, beatOn, errnoOf, fileError, isLarderError } from '../base/index.ts';
import { isMarkHeld, takeMark } from './claims.ts';
import { inFolder, namesIn, removeFile, removeIfEmpty } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { HEARTBEAT_EVERY_MS, currentOwner, isOwner } from './owner.ts';
import type { Owner } from './owner.ts';
import { hasEmptyRecords } from './quarantine.ts';
import { listStaging } from './staging.ts';

export interface CacheLock {
  /** Another process died while it held it: what it did last may be half done. */
  readonly isInherited: boolean;
  /**
   * To be asked before every change. A process that showed no sign of life for two minutes, because its computer slept or was cut off
   * from the disk, counts as dead on another host, which may have taken the lock over and work here now.
   *
   * @throws LOCK_LOST; IO_FAILED, PERMISSION_DENIED where it cannot be told
   */
  assertHeld(): Promise<void>;
  /** Leaves alone what another process holds by now. */
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
    return heldLock(layout, owner, isInherited);
  } catch (error) {
    const told = fileError(error, layout.lock, 'locking the cache');
    if (options.needsNoSpace !== true || !isLarderError(told, 'DISK_FULL')) throw told;
    // A full disk has no room for a mark, and must not keep anybody from making room. Nor has it
    // room for whoever would begin to generate, and two that remove the same do no harm.
    await assertNotLocked(layout);
    return { isInherited: false, assertHeld: () => assertNotLocked(layout), release: () => removeIfEmpty(layout.privateDirectory) };
  }
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

function heldLock(layout: CacheLayout, owner: Owner, isInherited: boolean): CacheLock {
  const stopBeating = beatOn(layout.lock, HEARTBEAT_EVERY_MS);
  const isHeld = async (): Promise<boolean> => {
    const isOwn = (await readMark(layout.lock)) === owner.id;
    // A sign of life would be one of whoever holds it now.
    if (!isOwn) stopBeating();
    return isOwn;
  };
  return {
    isInherited,
    async assertHeld() {
      if (!(await isHeld())) throw lockLost(layout, await holderOf(layout));
    },
    release: async () => {
      stopBeating();
      // One that the disk does not show is removed: of a process that lives on it would keep everybody out.
      if (!(await isHeld().catch(() => true))) return;
      await removeFile(layout.lock);
      await removeIfEmpty(layout.privateDirectory);
    },
  };
}

/** @returns the id of its owner; undefined where there is no mark, or none that is whole */
async function readMark(path: string): Promise<string | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, { encoding: 'utf8', flag: AS_IT_IS }));
    return isOwner(parsed) ? parsed.id : undefined;
  } catch (error) {
    const errno = errnoOf(error);
    if (error instanceof SyntaxError || errno === 'ENOENT' || errno === 'ELOOP') return undefined;
    throw fileError(error, path, 'looking at the lock of');
  }
}

function lockLost(layout: CacheLayout, holder: string): LarderError {
  return new LarderError('LOCK_LOST', `The lock on ${layout.directory} is not held any more: ${holder} has it, or it was removed.`, {
    hint: 'The computer slept, or was cut off from the disk, for more than two minutes. Nothing was changed after that was found; what was done until then is whole. When nobody else works on the cache, run the command again.',
    details: { directory: layout.directory, holder },
  });
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
