import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, fileError } from '../base/index.ts';
import { cachePath } from './layout.ts';
import { NO_LINKS } from './publish.ts';

/** A finished, synced file and its name in the cache. */
export interface StagedFile {
  readonly staged: string;
  readonly file: string;
}

/**
 * Gives the staged files of many entries their final names and makes each folder durable once. Files
 * beside the main file, which comes last, replace what has their name, for they are derived from it; the main file
 * never does, unless it is asked for.
 *
 * For workers, which have nothing else to do meanwhile: the calls wait. Handed to other threads, hundreds of them
 * cost several times as much.
 *
 * @param directory absolute; the cache
 * @param replace also a main file that is there already
 * @returns for each entry whether it is new
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED; entries published until then stay
 */
export function publishEntries(directory: string, entries: readonly (readonly StagedFile[])[], replace = false): boolean[] {
  const folders = new Set<string>();
  try {
    for (const files of entries) for (const { staged, file } of files.slice(0, -1)) place(staged, cachePath(directory, file), folders, true);
    // What lies beside must be durable before the file that makes them entries.
    syncFolders(folders);
    const areNew = entries.map((files) => place(files.at(-1)!.staged, cachePath(directory, files.at(-1)!.file), folders, replace));
    syncFolders(folders);
    return areNew;
  } catch (error) {
    throw fileError(error, directory, 'publishing in');
  }
}

function place(staged: string, final: string, folders: Set<string>, replace: boolean): boolean {
  const folder = dirname(final);
  folders.add(folder);
  try {
    return put(staged, final, replace);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    mkdirSync(folder, { recursive: true });
    return put(staged, final, replace);
  }
}

function put(staged: string, final: string, replace: boolean): boolean {
  if (replace) renameSync(staged, final);
  else {
    try {
      linkSync(staged, final);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'EEXIST') {
        unlinkSync(staged);
        return false;
      }
      // No hard links here (exFAT, some network disks): rename replaces atomically, with equal bytes.
      if (errno === undefined || !NO_LINKS.has(errno)) throw error;
      renameSync(staged, final);
      return true;
    }
    unlinkSync(staged);
  }
  return true;
}

/** Windows cannot open folders and does not need it. */
function syncFolders(folders: Set<string>): void {
  for (const folder of process.platform === 'win32' ? [] : folders) {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }
  folders.clear();
}
