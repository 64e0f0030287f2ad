import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, fileError, syncDirectory } from '../base/index.ts';
import type { CacheLayout } from './layout.ts';
import { cachePath } from './layout.ts';
import { makeFolder } from './folders.ts';
import { linkOrRename } from './publish.ts';

/** Files of one entry, in the order in which they get their names; the last one makes it an entry. */
export interface StagedEntry {
  readonly files: readonly { readonly staged: string; readonly file: string }[];
}

/**
 * Gives the staged files of many entries their final names and makes each folder durable once. Files
 * beside the main file replace what has their name, for they are derived from it; the main file
 * never does, unless it is asked for.
 *
 * @param replace also a main file that is there already
 * @returns for each entry whether it is new
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED; entries published until then stay
 */
export async function publishEntries(layout: CacheLayout, entries: readonly StagedEntry[], replace = false): Promise<boolean[]> {
  const folders = new Set<string>();
  const areNew: boolean[] = [];
  try {
    for (const { files } of entries) {
      for (const { staged, file } of files.slice(0, -1)) await place(staged, cachePath(layout.directory, file), folders, true);
    }
    // What lies beside must be durable before the file that makes them entries.
    for (const folder of folders) await syncDirectory(folder);
    folders.clear();
    for (const { files } of entries) {
      const main = files.at(-1)!;
      areNew.push(await place(main.staged, cachePath(layout.directory, main.file), folders, replace));
    }
    for (const folder of folders) await syncDirectory(folder);
    return areNew;
  } catch (error) {
    throw fileError(error, layout.directory, 'publishing in');
  }
}

async function place(staged: string, final: string, folders: Set<string>, replace: boolean): Promise<boolean> {
  const folder = dirname(final);
  const put = async (): Promise<boolean> => {
    if (!replace) return await linkOrRename(staged, final);
    await rename(staged, final);
    return true;
  };
  folders.add(folder);
  try {
    return await put();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await makeFolder(folder);
    return await put();
  }
}
