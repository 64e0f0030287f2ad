import { readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { errnoOf, fileError } from '../../base/index.ts';
import type { SourceFile } from '../source.ts';
import { downloadPaths } from './download-paths.ts';
import { readRecord } from './download-record.ts';

/**
 * Bytes of these files that an interrupted run left in a download directory and that a download goes on with: all of a
 * finished file, and of a partial one what its record calls durable.
 *
 * @throws PERMISSION_DENIED, IO_FAILED
 */
export async function receivedBytes(directory: string, files: Iterable<SourceFile>): Promise<number> {
  try {
    const names = new Set(await readdir(directory));
    if (names.size === 0) return 0;
    let bytes = 0;
    for (const file of files) {
      const paths = downloadPaths(directory, file);
      if (names.has(basename(paths.final))) bytes += Math.min(file.sizeBytes, await sizeOf(paths.final));
      else if (names.has(basename(paths.part))) {
        const length = await sizeOf(paths.part);
        if (length <= file.sizeBytes) bytes += Math.min(length, (await readRecord(paths.record))?.durableBytes ?? 0);
      }
    }
    return bytes;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw fileError(error, directory, 'looking into');
  }
}

/** 0 for one that another process has taken away meanwhile. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
