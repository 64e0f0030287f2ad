import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, fileError } from '../../base/index.ts';
import type { SpaceShortage } from '../../contract/space.ts';

export interface Room {
  readonly freeBytes: number;
  readonly lacks: SpaceShortage['lacks'] | undefined;
}

/** An entry needs a file or two, its claim and its staging folder. */
const FEW_INODES = 4;

/**
 * Whether so many bytes and a few files still fit at a path, asked at the nearest folder that exists.
 *
 * @throws PERMISSION_DENIED, IO_FAILED
 */
export async function roomAt(path: string, bytes: number): Promise<Room> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const s = await statfs(at);
      const freeBytes = s.bavail * s.bsize;
      // File systems without a table of inodes tell 0 of 0.
      const lacks = freeBytes < bytes ? 'bytes' : s.files > 0 && s.ffree < FEW_INODES ? 'inodes' : undefined;
      return { freeBytes, lacks };
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || dirname(at) === at) throw fileError(error, at, 'asking for the free space at');
    }
  }
}
