import { type Hash, createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { throwIfAborted } from '../../base/index.ts';
import type { SourceFile } from '../source.ts';

/** Starts the hash of a file's digest: sha256, or git's blob sha1 with its `"blob <size>\0"` in front. */
export function startHash(file: SourceFile): Hash {
  if (file.digest.algorithm === 'sha256') return createHash('sha256');
  return createHash('sha1').update(`blob ${file.sizeBytes}\0`);
}

const PIECE = 1 << 20;

/**
 * Feeds bytes [from, to) of a file into a hash, 1 MiB at a time.
 *
 * @returns the offset reached; less than `to` when the file is shorter
 * @throws the system error of the failing read; CANCELLED
 */
export async function hashRange(handle: FileHandle, hash: Hash, from: number, to: number, signal: AbortSignal): Promise<number> {
  const buffer = Buffer.allocUnsafe(PIECE);
  let at = from;
  while (at < to) {
    throwIfAborted(signal);
    const { bytesRead } = await handle.read(buffer, 0, Math.min(PIECE, to - at), at);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return at;
}

/** Digest of a whole file in the algorithm of `file`, hex; undefined when it has another size. */
export async function hashFile(path: string, file: SourceFile, signal: AbortSignal): Promise<string | undefined> {
  const handle = await open(path, 'r');
  try {
    if ((await handle.stat()).size !== file.sizeBytes) return undefined;
    const hash = startHash(file);
    const end = await hashRange(handle, hash, 0, file.sizeBytes, signal);
    return end === file.sizeBytes ? hash.digest('hex') : undefined;
  } finally {
    await handle.close();
  }
}
