import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes the directory entry of a finished rename durable. Windows cannot open directories and does
 * not need it.
 */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a small file so that its name never means half of it: temporary name in the same
 * directory, fsync, rename, fsync of the directory. An existing file is replaced as a whole.
 *
 * @param content whole, or in pieces that are written one by one
 * @throws the system error of the failing call; the temporary file is removed first
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array | Iterable<string> | AsyncIterable<string>): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.larder-tmp`;
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await handle.close();
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}
