import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, fileError, makeFolderSync } from '../base/index.ts';
import { cachePath } from './layout.ts';
import { NAME_TRIES, NO_LINKS, noEntry } from './publish.ts';

/** A finished, synced file and its name in the cache. */
export interface StagedFile {
  readonly staged: string;
  readonly file: string;
}

/**
 * Gives the staged files of many entries their final names and makes each folder durable once. The main file,
 * which comes first, never replaces one, unless it is asked for; files beside it are derived from it, and follow once it is
 * durable. Whoever dies in between leaves them in the staging folder, where `finishPublishing` finds them. A disk that has
 * room for a name in one folder and not in the other (each takes blocks of its own as it grows) must leave no main file
 * alone, which no later run would complete: new ones are taken back then.
 *
 * For workers, which have nothing else to do meanwhile: the calls wait. Handed to other threads, hundreds of them
 * cost several times as much.
 *
 * @param directory absolute; the cache
 * @param replace also a main file that is there already
 * @returns for each entry whether it is new
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED; entries that were whole until then stay
 */
export function publishEntries(directory: string, entries: readonly (readonly StagedFile[])[], replace = false): boolean[] {
  const folders = new Set<string>();
  const areNew: boolean[] = [];
  const wereThere: boolean[] = [];
  let whole = 0;
  try {
    for (const [main] of entries) {
      const final = cachePath(directory, main!.file);
      wereThere.push(replace && lstatSync(final, { throwIfNoEntry: false }) !== undefined);
      areNew.push(place(main!.staged, final, folders, replace));
    }
    syncFolders(folders);
    // Beside a main file of somebody else lies what belongs to that one.
    for (const [at, [, ...beside]] of entries.entries()) {
      for (const { staged, file } of beside) place(staged, cachePath(directory, file), folders, replace || areNew[at]!);
      whole++;
    }
    syncFolders(folders);
    return areNew;
  } catch (error) {
    // What was replaced is gone; what has come in its place says the same.
    for (let at = whole; at < areNew.length; at++) if (areNew[at]! && !wereThere[at]!) takeBack(entries[at]![0]!, directory);
    throw fileError(error, directory, 'publishing in');
  }
}

/** Its former place in the staging folder is free; where even that is refused the file goes, as it came with this call. */
function takeBack({ staged, file }: StagedFile, directory: string): void {
  const final = cachePath(directory, file);
  try {
    renameSync(final, staged);
  } catch {
    rmSync(final, { force: true });
  }
}

function place(staged: string, final: string, folders: Set<string>, replace: boolean): boolean {
  const folder = dirname(final);
  folders.add(folder);
  try {
    return put(staged, final, replace);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    makeFolderSync(folder);
    return put(staged, final, replace);
  }
}

function put(staged: string, final: string, replace: boolean): boolean {
  if (!replace) return putWhereFree(staged, final);
  renameSync(staged, final);
  return true;
}

function putWhereFree(staged: string, final: string): boolean {
  for (let left = NAME_TRIES - 1; ; left--) {
    try {
      linkSync(staged, final);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'EEXIST') {
        const facts = lstatSync(final, { throwIfNoEntry: left === 0 });
        // Somebody has taken it away just now.
        if (facts === undefined) continue;
        unlinkSync(staged);
        if (!facts.isFile()) throw noEntry(final);
        return false;
      }
      // No hard links here (exFAT, some network disks): rename replaces atomically, with equal bytes.
      if (errno === undefined || !NO_LINKS.has(errno)) throw error;
      renameSync(staged, final);
      return true;
    }
    unlinkSync(staged);
    return true;
  }
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
