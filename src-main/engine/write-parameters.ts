import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf, writeFileAtomic } from '../base/index.ts';

const DRAFT_SUFFIX = '.larder-tmp';

/**
 * Writes the parameters of a new cache as a whole, and removes drafts that killed runs have left of them.
 *
 * @throws the system error of the failing call
 */
export async function writeParameters(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(path, text);
  } catch (error) {
    // Another run that began at once has written the same, and has taken our draft for a leftover.
    if (errnoOf(error) !== 'ENOENT' || !(await namesBeside(path)).includes(basename(path))) throw error;
  }
  const drafts = (await namesBeside(path)).filter((name) => name.startsWith(`${basename(path)}.`) && name.endsWith(DRAFT_SUFFIX));
  await Promise.all(drafts.map((name) => rm(join(dirname(path), name), { force: true })));
}

/** Few: the cache is new. */
async function namesBeside(path: string): Promise<string[]> {
  return await readdir(dirname(path));
}
