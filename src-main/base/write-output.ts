import { constants } from 'node:fs';
import { open, readlink, realpath, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { delay } from './abort.ts';
import { writeFileAtomic } from './atomic-write.ts';
import { errnoOf } from './errors.ts';

const ASK_EVERY_MS = 50;

/**
 * Writes what a user has named a file for: it appears as a whole. What is there and is no file (a device, a pipe, as `/dev/stdout`
 * is one) is written to and never replaced: of a file in the place of `/dev/null` the whole system would suffer.
 * Of a link it is the file behind it.
 *
 * @returns whether it is a file now
 * @throws the system error of the failing call; CANCELLED while nobody reads a pipe
 */
export async function writeOutput(path: string, content: Iterable<string> | AsyncIterable<string>, signal?: AbortSignal): Promise<boolean> {
  const facts = await stat(path).catch((error: unknown) => {
    if (errnoOf(error) === undefined) throw error;
  });
  if (facts === undefined || facts.isFile() || facts.isDirectory()) {
    await writeFileAtomic(await behindLinks(path), content);
    return true;
  }
  const handle = facts.isFIFO() ? await openPipe(path, signal) : await open(path, constants.O_WRONLY);
  try {
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
  return false;
}

/** A call that opens a pipe waits for its reader, and nobody could stop it; a pipe that does not wait at all is no good to write to. */
async function openPipe(path: string, signal: AbortSignal | undefined): Promise<FileHandle> {
  for (;;) {
    try {
      const hold = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
      try {
        return await open(path, constants.O_WRONLY);
      } finally {
        await hold.close();
      }
    } catch (error) {
      if (errnoOf(error) !== 'ENXIO') throw error;
      await delay(ASK_EVERY_MS, signal);
    }
  }
}

/** The file that a link leads to, there already or not yet. */
export async function behindLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  try {
    return resolve(dirname(path), await readlink(path));
  } catch {
    return path;
  }
}
