import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { LarderError, fileError, throwIfAborted } from '../../base/index.ts';

/** Pieces of this size are written between two looks at the signal. */
const PIECE_BYTES = 8 << 20;

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten;
}

/**
 * Writes an entry into staging and syncs it; the name must be new.
 *
 * @param chunks parts of the file, in order; nothing is copied
 * @returns sha256 hex of what was written
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED, CANCELLED
 */
export async function writeEntryFile(path: string, chunks: readonly Uint8Array[], signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    const handle = await open(path, 'wx');
    try {
      for (const chunk of chunks) {
        for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
          throwIfAborted(signal);
          const piece = chunk.subarray(at, Math.min(chunk.length, at + PIECE_BYTES));
          hash.update(piece);
          await writeAll(handle, piece);
        }
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, path, 'writing the entry');
  }
  return hash.digest('hex');
}

/** What was read back is not what was written: the disk or the memory lies. */
export function readBackError(path: string, message: string): LarderError {
  return new LarderError('ENTRY_DAMAGED', `What was written to ${path} does not read back as it was made: ${message}`, {
    hint: 'The item is made again. If it keeps happening, check the disk and the memory of this machine.',
  });
}
