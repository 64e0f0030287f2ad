import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}

/** The catalog wants two files beside its own, and an entry is written under another name first. */
const FEW_FILES = 4;

/** Whether hardly a file can be made at a path; bytes may be free all the same. */
export function lacksFiles(path: string): boolean {
  try {
    const { files, ffree } = statfsSync(path);
    return files > 0 && ffree < FEW_FILES;
  } catch {
    return false;
  }
}

function furtherFiles(count: number): string {
  if (count === 0) return 'No further file';
  return count === 1 ? 'Only one further file' : `Only ${count} further files`;
}

/**
 * How much room there is at a path, as a sentence for a hint; what is lacking may be files and not
 * bytes, or a quota that nobody can ask for.
 *
 * @returns '' where the file system does not say
 */
export function roomWords(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize, files, ffree } = statfsSync(at);
      const freeBytes = bavail * bsize;
      // File systems without a table of inodes tell 0 of 0.
      if (files > 0 && ffree < FEW_FILES) return `${furtherFiles(ffree)} can be made there, although ${size(freeBytes)} are free. `;
      return `${size(freeBytes)} are free there. `;
    } catch {
      if (dirname(at) === at) return '';
    }
  }
}

/** What helps where a quota is used up: of the disk's own numbers it is not told in all file systems. */
export function quotaHint(path: string): string {
  const room = roomWords(path);
  const disk = room === '' ? '' : `As the disk tells it, ${room.charAt(0).toLowerCase()}${room.slice(1)}`;
  return `${disk}Remove something of yours there or have the quota raised, for bytes and for files, and run the same command again; it goes on where it stopped.`;
}

/** More than SQLite writes in one go where it opens a catalog: what is free may be less than it needs and more than one page. */
const TRIAL_BYTES = 2 ** 20;

/** Whether a quota keeps from writing in a folder, where the one who failed cannot say why: it is tried with a small file. */
export function isQuotaUsedUp(folder: string): boolean {
  const trial = join(folder, `trial.${randomBytes(4).toString('hex')}.larder-tmp`);
  try {
    const file = openSync(trial, 'wx');
    try {
      writeSync(file, Buffer.alloc(TRIAL_BYTES, 1));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).errno === -constants.errno.EDQUOT;
  } finally {
    rmSync(trial, { force: true });
  }
}
