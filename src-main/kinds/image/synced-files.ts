import { closeSync, fdatasync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { LarderError, fileError } from '../../base/index.ts';

const dataSync = promisify(fdatasync);

/** A new file with all its bytes that may not be on the disk yet. */
export interface WrittenFile {
  readonly path: string;
  readonly descriptor: number;
  readonly bytes: Uint8Array;
  /** Modification time, ns. */
  readonly modifiedNs: bigint;
}

/**
 * Writes a file and leaves it open for `settleFiles`. Calls that wait, because a worker has nothing
 * else to do and small calls handed to other threads cost several times their own time.
 *
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED
 */
export function writeFileOpen(path: string, bytes: Uint8Array): WrittenFile {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'w+');
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    return { path, descriptor, bytes, modifiedNs: fstatSync(descriptor, { bigint: true }).mtimeNs };
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw fileError(error, path, 'writing');
  }
}

/** Writes a second file; where that fails, the first one is closed. @throws as `writeFileOpen` */
export function besideOpen(first: WrittenFile, path: string, bytes: Uint8Array): WrittenFile {
  try {
    return writeFileOpen(path, bytes);
  } catch (error) {
    closeSync(first.descriptor);
    throw error;
  }
}

/**
 * Makes files durable, reads them back and closes them. Many at a time: those that are synced together share one
 * write of the file system's journal.
 *
 * @returns for each file what went wrong with it, if anything did
 */
export async function settleFiles(files: readonly WrittenFile[]): Promise<readonly unknown[]> {
  return await Promise.all(files.map((file) => settle(file).catch((error: unknown) => fileError(error, file.path, 'writing'))));
}

async function settle({ path, descriptor, bytes }: WrittenFile): Promise<undefined> {
  try {
    await dataSync(descriptor);
    const found = Buffer.allocUnsafe(bytes.length);
    const size = fstatSync(descriptor).size;
    if (size !== bytes.length || readSync(descriptor, found, 0, bytes.length, 0) !== bytes.length || found.compare(bytes) !== 0) {
      throw new LarderError('ENTRY_DAMAGED', `What was written to ${path} does not read back as it was made.`, { hint: 'If it keeps happening, check the disk and the memory of this machine.' });
    }
  } finally {
    closeSync(descriptor);
  }
}
