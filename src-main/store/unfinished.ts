import { constants } from 'node:fs';
import { lstat, open, readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { AS_IT_IS, errnoOf, fileError } from '../base/index.ts';
import { makeFolder, namesIn } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { cachePath } from './layout.ts';
import { moveToFreeName } from './publish.ts';
import { listStaging } from './staging.ts';

/** What of an entry gets its name after its main file, and how a whole one is told. */
export interface EntryForm {
  entryFiles(key: string): readonly string[];
  isWhole(key: string, bytes: Uint8Array): boolean;
}

/**
 * Files beside entries whose writer died after it had named the main file and before it named them:
 * they lie in its staging folder, whole.
 *
 * @param own staging folder of this process, if nothing is being made in it any more: a worker may have died
 * @returns absolute paths by the names in the cache they should have
 * @throws PERMISSION_DENIED, IO_FAILED
 */
export async function findUnfinished(layout: CacheLayout, form: EntryForm, own?: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of await listStaging(layout)) {
    if (folder.isAlive && folder.directory !== own) continue;
    for (const name of await namesIn(folder.directory)) {
      // Between key and ending may stand what made it.
      const [key = ''] = name.split('.');
      const [main, ...beside] = form.entryFiles(key);
      const file = beside.find((candidate) => basename(candidate) === key + extname(name));
      if (file === undefined || (await exists(cachePath(layout.directory, file))) || !(await exists(cachePath(layout.directory, main!)))) continue;
      const staged = join(folder.directory, name);
      if (!(await lstat(staged)).isFile()) continue;
      if (form.isWhole(key, await readFile(staged, { flag: AS_IT_IS }))) found.set(file, staged);
    }
  }
  return found;
}

/** Makes such files durable and gives them their names. @returns how many. @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED */
export async function finishPublishing(layout: CacheLayout, form: EntryForm, own?: string): Promise<number> {
  const found = await findUnfinished(layout, form, own);
  for (const [file, staged] of found) {
    const final = cachePath(layout.directory, file);
    try {
      await makeFolder(dirname(final));
      await makeDurable(staged);
      await moveToFreeName(staged, final);
    } catch (error) {
      // Another process has just done the same, and swept.
      if (errnoOf(error) !== 'ENOENT') throw fileError(error, final, 'publishing');
    }
  }
  return found.size;
}

/** Its writer may have died before it was synced: whole as it reads, it may not be on the disk. */
async function makeDurable(path: string): Promise<void> {
  const handle = await open(path, AS_IT_IS | constants.O_RDWR);
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return false;
      throw fileError(error, path, 'looking for the entry');
    },
  );
}
