import { lstat, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../base/index.ts';
import { namesIn } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import type { Staging } from './staging.ts';
import { OWNER_FILE, listStaging } from './staging.ts';

/**
 * Moves the files that dead processes had staged into the folder of a living one, which may find some of them whole. Whatever
 * is no plain file with this one name is left to whoever sweeps: the cache may come from somebody else, and what
 * the new owner finds in its folder it may also write over.
 *
 * @returns how many came
 * @throws PERMISSION_DENIED, IO_FAILED if the staging folder cannot be read; what cannot be moved is left
 */
export async function inheritStaged(layout: CacheLayout, { directory }: Staging): Promise<number> {
  let inherited = 0;
  for (const dead of (await listStaging(layout)).filter(({ isAlive }) => !isAlive)) {
    if (!(await isFolder(dead.directory))) continue;
    for (const name of await namesIn(dead.directory)) if (name !== OWNER_FILE && (await move(join(dead.directory, name), join(directory, name)))) inherited++;
  }
  return inherited;
}

async function isFolder(path: string): Promise<boolean> {
  return await lstat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

async function move(from: string, to: string): Promise<boolean> {
  try {
    const facts = await lstat(from);
    if (!facts.isFile() || facts.nlink !== 1) return false;
    await rename(from, to);
    return true;
  } catch (error) {
    // Another process may have been faster; what the disk does not move is made again.
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
