import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileError } from '../base/index.ts';

/** In place, and not through a link. */
const IN_PLACE = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);

/**
 * Inverts the lowest bit of the byte in the middle of a file, as a failing disk does: name, size and time of change stay. In an
 * entry it lies in the numbers, where `torch.load` does not notice.
 *
 * @returns which byte, from 0
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED, READ_ONLY, IO_FAILED
 */
export async function flipBit(path: string): Promise<number> {
  try {
    const file = await open(path, IN_PLACE);
    try {
      const { size, atime, mtime } = await file.stat();
      const at = size >> 1;
      const byte = Buffer.alloc(1);
      await file.read(byte, 0, 1, at);
      byte[0]! ^= 1;
      await file.write(byte, 0, 1, at);
      await file.utimes(atime, mtime);
      await file.sync();
      return at;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileError(error, path, 'flipping a bit of');
  }
}
