import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AS_IT_IS, DiskPace, errnoOf, fileError } from '../../base/index.ts';

const pace = new DiskPace();

/**
 * Bytes of a small file; undefined where it is gone, or a link, which tells nothing about the entry.
 *
 * @param doing for the words of an error
 * @throws PERMISSION_DENIED, IO_FAILED
 */
export async function readSmall(path: string, doing: string): Promise<Buffer | undefined> {
  try {
    return await pace.run(
      () => readFileSync(path, { flag: AS_IT_IS }),
      () => readFile(path, { flag: AS_IT_IS }),
    );
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ELOOP') return undefined;
    throw fileError(error, path, doing);
  }
}
