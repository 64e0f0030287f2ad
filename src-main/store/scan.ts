import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, fileError, forEachLimited, throwIfAborted } from '../base/index.ts';
import type { CacheLayout } from './layout.ts';
import { PRIVATE_DIRECTORY } from './layout.ts';

export interface ScannedFile {
  /** Name inside the cache directory. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Bytes the file system has given to it. */
  readonly allocatedBytes: number;
  readonly modifiedAtMs: number;
  readonly modifiedNs: bigint;
  readonly isRegular: boolean;
}

/** Names only, in directory order; fast also for a million files. */
export async function listNames(layout: CacheLayout, signal?: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(layout.directory, { bufferSize: 4096 })) {
      throwIfAborted(signal);
      if (entry.name !== PRIVATE_DIRECTORY) names.push(entry.name);
    }
  } catch (error) {
    throw fileError(error, layout.directory, 'reading the cache directory');
  }
  return names;
}

const STATS_AT_ONCE = 16;

/** Facts of the named files; a file that vanished meanwhile is left out. Links are not followed. */
export async function statFiles(layout: CacheLayout, names: readonly string[], signal?: AbortSignal): Promise<Map<string, ScannedFile>> {
  const files = new Map<string, ScannedFile>();
  await forEachLimited(
    names,
    STATS_AT_ONCE,
    async (file) => {
      try {
        const s = await lstat(join(layout.directory, file), { bigint: true });
        files.set(file, {
          file,
          sizeBytes: Number(s.size),
          allocatedBytes: Number(s.blocks) * 512,
          modifiedAtMs: Number(s.mtimeNs) / 1e6,
          modifiedNs: s.mtimeNs,
          isRegular: s.isFile(),
        });
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw fileError(error, join(layout.directory, file), 'reading the facts of');
      }
    },
    signal,
  );
  return files;
}
