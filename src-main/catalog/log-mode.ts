import { closeSync, openSync, readSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { isBusy } from './database-error.ts';

/** BTRFS_SUPER_MAGIC of linux/magic.h, as `statfs` gives it. */
const BTRFS = 0x9123683e;
/** Bytes 18 and 19 of a database tell how it is written and read: 2 with a log beside it. */
const WRITE_VERSION_AT = 18;
const WITH_LOG = 2;
/** Whoever has the catalog open with its log (an older Larder) is not waited for any longer. */
const LEAVE_WITHIN_MS = 2_000;
const BETWEEN_TRIES_MS = 20;

/**
 * False where the catalog is written without a log (WAL), by a journal that is removed after each transaction. A log needs a
 * file of which all processes share the memory, and btrfs copies such a file again and again as it is written to: where a full
 * disk or a used-up quota has no room for that, the system ends the process (SIGBUS), in the middle of SQLite.
 */
export function mayHaveLog(path: string): boolean {
  if (path === ':memory:') return true;
  try {
    return statfsSync(dirname(path)).type !== BTRFS;
  } catch {
    // What the disk does not tell is met by whoever opens the file.
    return true;
  }
}

export function waitAMoment(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_TRIES_MS);
}

/**
 * Writes the log of a database back and takes it away, without the shared file: nobody else may have it open meanwhile. Where
 * somebody has, it stays for now.
 *
 * @param connect opens a connection of its own each time: two that try at once would keep each other out
 */
export function leaveLog(path: string, connect: (options: BetterSqlite3.Options) => BetterSqlite3.Database): void {
  const untilMs = Date.now() + LEAVE_WITHIN_MS;
  while (hasLog(path)) {
    const connection = connect({ timeout: 0 });
    try {
      connection.pragma('locking_mode = EXCLUSIVE');
      connection.pragma('journal_mode = DELETE');
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (Date.now() > untilMs) return;
    } finally {
      connection.close();
    }
    waitAMoment();
  }
}

function hasLog(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      const version = Buffer.alloc(1);
      return readSync(file, version, 0, 1, WRITE_VERSION_AT) === 1 && version[0] === WITH_LOG;
    } finally {
      closeSync(file);
    }
  } catch {
    // Whoever opens it meets the same.
    return false;
  }
}
