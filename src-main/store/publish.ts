import { link, lstat, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { LarderError, errnoOf, fileError, syncDirectory } from '../base/index.ts';

/**
 * Gives a finished, checked file its final name. The file must be complete and synced, and lie on
 * the same file system. A name that exists is never overwritten: whoever came first has won, and
 * both have succeeded, because equal inputs give equal bytes.
 *
 * Order: the name, then the directory made durable. A crash before leaves only staging; a crash
 * after leaves a finished entry that the next start finds.
 *
 * @returns false if the entry was there already; the staged file is removed then
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED
 */
export async function publishFile(staged: string, final: string): Promise<boolean> {
  try {
    const isNew = await linkOrRename(staged, final);
    await syncDirectory(dirname(final));
    return isNew;
  } catch (error) {
    throw fileError(error, final, 'publishing');
  }
}

/** What file systems without hard links (exFAT, some network disks) say, and one where a file has as many as it can. */
export const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP', 'EMLINK']);

/** Times that a name is tried which is taken and free again each time. */
export const NAME_TRIES = 4;

async function linkOrRename(staged: string, final: string): Promise<boolean> {
  for (let left = NAME_TRIES - 1; ; left--) {
    try {
      await link(staged, final);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'EEXIST') {
        const facts = await lstat(final).catch((problem: unknown) => {
          if (errnoOf(problem) !== 'ENOENT' || left === 0) throw problem;
        });
        // Somebody has taken it away just now.
        if (facts === undefined) continue;
        await rm(staged, { force: true });
        if (!facts.isFile()) throw noEntry(final);
        return false;
      }
      // Rename replaces atomically, with equal bytes.
      if (errno === undefined || !NO_LINKS.has(errno)) throw error;
      await rename(staged, final);
      return true;
    }
    await rm(staged, { force: true });
    return true;
  }
}

/** What is in the place of an entry and can be none: nobody may be told that it is there. */
export function noEntry(path: string): LarderError {
  return new LarderError('PATH_REFUSED', `${path} is a folder, a link or something else that is no ordinary file. It is in the place of an entry and is left as it is.`, {
    hint: 'Move it away, and run the command again.',
    details: { path },
  });
}

async function isOneFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => lstat(path, { bigint: true })));
  return a!.ino !== 0n && a!.ino === b!.ino && a!.dev === b!.dev;
}

/**
 * Both are names of one file: another letter case, on a disk that takes both for one, or two names, the old of which whoever gave
 * the new one did not come to give up. To remove the old one could be to remove the file.
 */
async function keepName(from: string, to: string): Promise<true> {
  await rename(from, to);
  if ((await readdir(dirname(from))).includes(basename(from))) await rm(from);
  await syncDirectory(dirname(to));
  return true;
}

/** Moves a file to a free name without ever overwriting one. @returns false if the name is taken */
export async function moveToFreeName(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST') return (await isOneFile(from, to)) && (await keepName(from, to));
    if (errno !== 'EPERM' && errno !== 'ENOTSUP' && errno !== 'ENOSYS' && errno !== 'EOPNOTSUPP') throw error;
    await rename(from, to);
    await syncDirectory(dirname(to));
    return true;
  }
  await syncDirectory(dirname(to));
  await rm(from);
  await syncDirectory(dirname(from));
  return true;
}
