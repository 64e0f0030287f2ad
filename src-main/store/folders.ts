import { unlinkSync } from 'node:fs';
import { lstat, mkdir, opendir, readdir, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DiskPace, LarderError, errnoOf, fileError } from '../base/index.ts';
import type { CacheLayout } from './layout.ts';
import { cachePath } from './layout.ts';

/**
 * Makes a folder and those above it. Node's own `recursive` tells ENOENT where a file system is
 * read-only or the folder's owner is over quota.
 *
 * @throws the system error
 */
export async function makeFolder(directory: string): Promise<void> {
  const missing: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    const errno = await tryMakeFolder(at);
    if (errno === 'EEXIST') break;
    missing.push(at);
    if (errno === undefined) break;
  }
  for (const folder of missing.reverse()) await tryMakeFolder(folder);
}

/** @returns EEXIST, ENOENT where the folder above is missing, or undefined if it was made */
async function tryMakeFolder(directory: string): Promise<'EEXIST' | 'ENOENT' | undefined> {
  try {
    await mkdir(directory);
    return undefined;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST' || (errno === 'ENOENT' && dirname(directory) !== directory)) return errno;
    throw error;
  }
}

const TRIES = 5;

/**
 * Makes a folder and does something in it. A process that has just finished may remove the folder
 * while it is empty; then it is made again.
 *
 * @throws the system error, or what `work` threw
 */
export async function inFolder<T>(directory: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await makeFolder(directory);
    try {
      return await work();
    } catch (error) {
      if (attempt >= TRIES || errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** Files may be large, and removing those takes long: then it is left to other threads. */
const pace = new DiskPace();

/**
 * Removes a file or a link, if it is there. Node's `rm` would try the file as a folder where it may
 * not be removed, and tell ENOTDIR.
 *
 * @throws PERMISSION_DENIED, READ_ONLY, IO_FAILED
 */
export async function removeFile(path: string, doing = 'removing'): Promise<void> {
  try {
    await pace.run(
      () => unlinkSync(path),
      () => unlink(path),
    );
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileError(error, path, doing);
  }
}

/** Removes a folder with everything in it; links in it are removed, not followed. @throws as `removeFile` */
export async function removeFolder(directory: string): Promise<void> {
  try {
    await rm(directory, { recursive: true, force: true });
  } catch (error) {
    throw fileError(error, directory, 'removing');
  }
}

/** Removes a folder unless something is in it. @throws as `removeFile` */
export async function removeIfEmpty(directory: string): Promise<void> {
  try {
    // A read-only disk refuses to remove even what is not there.
    await lstat(directory);
    await rmdir(directory);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOTEMPTY' && errno !== 'ENOENT' && errno !== 'EEXIST') throw fileError(error, directory, 'removing the empty folder');
  }
}

/** Names in a folder; none where it is not there. @throws PERMISSION_DENIED, IO_FAILED */
export async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileError(error, directory, 'reading');
  }
}

/** True if a file other than `apart` lies in a folder or in one inside it; links are not followed. */
export async function holdsFile(directory: string, apart: (name: string) => boolean): Promise<boolean> {
  const folder = await opendir(directory);
  for await (const entry of folder) {
    if (entry.isDirectory() ? await holdsFile(join(directory, entry.name), apart) : !apart(entry.name)) return true;
  }
  return false;
}

function refused(path: string): LarderError {
  return new LarderError('PATH_REFUSED', `${path} is a link or no folder. Larder writes and removes files there and does not follow it: what it touches must lie in the cache.`, {
    hint: 'Remove the link, or move the folder it leads to into its place.',
    details: { path },
  });
}

async function isPlainFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return true;
    throw fileError(error, path, 'looking at');
  }
}

/**
 * A cache may come from somebody else. Folders in which Larder writes and removes files by itself
 * must be real ones inside it, and downloads are only ever continued in real files.
 *
 * @param folders in which the kind has its entries; '' is the cache itself, which may be wherever its user says
 *
 * @throws PATH_REFUSED; PERMISSION_DENIED
 */
export async function assertOwnFolders(layout: CacheLayout, folders: readonly string[] = []): Promise<void> {
  const ofEntries = folders.filter((folder) => folder !== '').map((folder) => cachePath(layout.directory, folder));
  for (const path of [...ofEntries, layout.privateDirectory, layout.staging, layout.claims, layout.quarantine, layout.raw]) {
    if (!(await isPlainFolder(path))) throw refused(path);
  }
  const raw = await readdir(layout.raw, { withFileTypes: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileError(error, layout.raw, 'looking into');
  });
  const link = raw.find((entry) => entry.isSymbolicLink());
  if (link !== undefined) throw refused(`${layout.raw}/${link.name}`);
}
