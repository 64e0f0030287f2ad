import { lstat, readdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, fileError } from '../base/index.ts';

/**
 * Bytes an ordinary user may still write at `path`, asked at the nearest folder that exists.
 *
 * @throws FILE_NOT_FOUND where a file is in the way; PERMISSION_DENIED, IO_FAILED
 */
export async function freeBytes(path: string): Promise<number> {
  return (await diskSpace(path)).freeBytes;
}

/** The same with the size of a block, of which a file takes whole ones. @throws as `freeBytes` */
export async function diskSpace(path: string): Promise<{ readonly freeBytes: number; readonly blockBytes: number }> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const s = await statfs(at);
      return { freeBytes: s.bavail * s.bsize, blockBytes: Math.max(1, s.bsize) };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || dirname(at) === at) throw fileError(error, at, 'asking for the free space at');
    }
  }
}

/**
 * Kept free beside what a plan needs: 5 % of it, at least 16 MiB and at most 2 GiB. Forecasts are
 * good to a few percent, and a disk filled to the last byte stops other programs too.
 */
export function reserveBytes(needed: number): number {
  return Math.min(2 * 2 ** 30, Math.max(16 * 2 ** 20, Math.ceil(needed * 0.05)));
}

/** Size of everything below a folder, links not followed; 0 if it does not exist. @throws PERMISSION_DENIED, IO_FAILED */
export async function folderBytes(directory: string): Promise<number> {
  return (await folderSums(directory)).bytes;
}

/** The same with the number of files. @throws as `folderBytes` */
export async function folderSums(directory: string): Promise<{ readonly bytes: number; readonly files: number }> {
  let bytes = 0;
  let files = 0;
  try {
    for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      bytes += (await lstat(join(entry.parentPath, entry.name))).size;
      files++;
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileError(error, directory, 'measuring');
  }
  return { bytes, files };
}
