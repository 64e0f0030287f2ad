import { linkSync } from 'node:fs';
import { link, lstat, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DiskPace, errnoOf, fileError, isLarderError, syncDirectory, throwIfAborted } from '../base/index.ts';
import { makeFolder, removeFile, removeFolder, removeIfEmpty } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { cachePath, childPath } from './layout.ts';
import { NO_LINKS } from './publish.ts';
import { batchPath, isBatchId, removeRecord, tidyBatches } from './quarantine-batch.ts';
import type { QuarantineRecord } from './quarantine.ts';

/** Files that wait for the disk together: enough to make it cheap, few enough that much is back when somebody stops it. */
const RESTORED_TOGETHER = 2_000;

export interface RestoreOptions {
  /** The name of a file is taken. @returns true if it is free now, and is to be tried once more */
  readonly onTaken?: (record: QuarantineRecord) => Promise<boolean>;
  /** These are back, and durably so. */
  readonly onRestored?: (records: readonly QuarantineRecord[]) => void;
  /** Asked between two thousand files. @throws LOCK_LOST */
  readonly assertHeld?: () => Promise<void>;
  /** Heard between two thousand files. */
  readonly signal?: AbortSignal;
}

/**
 * Puts files back under their names, byte for byte, in this order. Their places in the quarantine are given up only when
 * their names are durable: whoever dies in between leaves a file with two names, and it counts as restored the next time.
 * A file that has the name meanwhile is never overwritten.
 *
 * @param records as `listQuarantine` has them now
 * @returns those whose name is taken; they stay in quarantine
 * @throws what `onTaken` throws; PERMISSION_DENIED, READ_ONLY, IO_FAILED, CANCELLED; what was put back until then is back
 */
export async function restoreFiles(layout: CacheLayout, records: readonly QuarantineRecord[], options: RestoreOptions = {}): Promise<readonly QuarantineRecord[]> {
  const taken: QuarantineRecord[] = [];
  for (let at = 0; at < records.length; at += RESTORED_TOGETHER) {
    throwIfAborted(options.signal);
    await options.assertHeld?.();
    const placed: QuarantineRecord[] = [];
    try {
      for (const record of records.slice(at, at + RESTORED_TOGETHER)) {
        const isBack = (await place(layout, record)) || ((await options.onTaken?.(record)) === true && (await place(layout, record)));
        (isBack ? placed : taken).push(record);
      }
    } finally {
      // Also on the way out: what has its name keeps it.
      for (const folder of new Set(placed.map(({ file }) => dirname(cachePath(layout.directory, file))))) await makeDurable(folder);
      options.onRestored?.(placed);
      await forgetRecords(layout, placed);
    }
  }
  return taken;
}

/** Where a file lies in quarantine. */
export function quarantinedPath(layout: CacheLayout, record: QuarantineRecord): string {
  return isBatchId(record.id) ? batchPath(layout, record) : childPath(childPath(layout.quarantine, record.id), basename(record.file));
}

const pace = new DiskPace();

/** @returns false if another file has the name */
async function place(layout: CacheLayout, record: QuarantineRecord): Promise<boolean> {
  const [from, to] = [quarantinedPath(layout, record), cachePath(layout.directory, record.file)];
  try {
    return await give(from, to);
  } catch (error) {
    // A folder that is empty may have gone with a copy or a move of the cache, as some tools make them.
    if (!isLarderError(error, 'FILE_NOT_FOUND') || (await lstat(from).catch(isMissing)) === false) throw error;
    await makeFolder(dirname(to)).catch((problem: unknown) => {
      throw fileError(problem, to, 'restoring from quarantine');
    });
    return await give(from, to);
  }
}

async function give(from: string, to: string): Promise<boolean> {
  try {
    await pace.run(
      () => linkSync(from, to),
      () => link(from, to),
    );
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST') return await isSameFile(from, to);
    if (errno === undefined || !NO_LINKS.has(errno)) throw fileError(error, to, 'restoring from quarantine');
    return await renameToFree(from, to);
  }
}

/** Without hard links (exFAT, some network disks) a rename would replace what has the name. */
async function renameToFree(from: string, to: string): Promise<boolean> {
  try {
    if (await lstat(to).then(() => true, isMissing)) return false;
    await rename(from, to);
    return true;
  } catch (error) {
    throw fileError(error, to, 'restoring from quarantine');
  }
}

function isMissing(error: unknown): false {
  if (errnoOf(error) !== 'ENOENT') throw error;
  return false;
}

/** Whoever died after giving the name and before giving up the place has left both. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => lstat(path, { bigint: true }).catch((error: unknown) => {
    throw fileError(error, path, 'looking at');
  })));
  return a!.ino !== 0n && a!.ino === b!.ino && a!.dev === b!.dev;
}

async function makeDurable(folder: string): Promise<void> {
  await syncDirectory(folder).catch((error: unknown) => {
    throw fileError(error, folder, 'restoring from quarantine');
  });
}

/** A folder may have had the name of an entry, and was set aside with all that is in it. */
async function removeWhatever(path: string): Promise<void> {
  const facts = await lstat(path).catch(isMissing);
  if (facts !== false && facts.isDirectory()) await removeFolder(path);
  else await removeFile(path);
}

/** Gives up what the quarantine has of these, and the folders that are empty then. */
export async function forgetRecords(layout: CacheLayout, records: readonly QuarantineRecord[]): Promise<void> {
  if (records.length === 0) return;
  // Files before their reasons: one without a reason would be listed as something else.
  for (const record of records) await removeWhatever(quarantinedPath(layout, record));
  await tidyBatches(layout, records.filter(({ id }) => isBatchId(id)));
  for (const { id } of records) if (!isBatchId(id)) await removeRecord(childPath(layout.quarantine, id));
  await makeDurable(layout.quarantine);
  for (const directory of [layout.quarantine, layout.privateDirectory]) await removeIfEmpty(directory);
}
