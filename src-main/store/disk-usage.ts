import { lstat, opendir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { DiskPart, DiskShare, DiskUsage } from '../contract/storage.ts';
import { DISK_PARTS } from '../contract/storage.ts';
import { errnoOf, fileError, forEachLimited, throwIfAborted } from '../base/index.ts';
import { freeBytes } from './space.ts';

const STATS_AT_ONCE = 16;
/** `stat` counts blocks in this unit, whatever the file system's own is. */
const BLOCK_BYTES = 512;

interface Sum {
  files: number;
  sizeBytes: number;
  allocatedBytes: number;
}

export interface DiskUsageOptions {
  /** What a file is for. @param path parts of its path below the folder */
  readonly partOf: (path: readonly string[]) => DiskPart;
  /** Folders below that are counted elsewhere, absolute. */
  readonly skip?: ReadonlySet<string>;
}

/**
 * Bytes below a folder by what they are for, counted as `du` does: links not followed, a file with
 * two names once, folders themselves too. What vanishes meanwhile is left out.
 *
 * @throws PERMISSION_DENIED, IO_FAILED, CANCELLED
 */
export async function diskUsage(directory: string, options: DiskUsageOptions, signal: AbortSignal): Promise<DiskUsage> {
  const sums = new Map<DiskPart, Sum>();
  const seen = new Set<string>();
  const count = async (path: string, part: DiskPart): Promise<boolean> => {
    const facts = await lstat(path, { bigint: true }).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw fileError(error, path, 'measuring');
    });
    if (facts === undefined) return false;
    const isFolder = facts.isDirectory();
    if (!isFolder && facts.nlink > 1n) {
      const id = `${facts.dev}:${facts.ino}`;
      if (seen.has(id)) return true;
      seen.add(id);
    }
    const sum = sums.get(part) ?? { files: 0, sizeBytes: 0, allocatedBytes: 0 };
    sum.files++;
    sum.sizeBytes += isFolder ? 0 : Number(facts.size);
    sum.allocatedBytes += Number(facts.blocks) * BLOCK_BYTES;
    sums.set(part, sum);
    return true;
  };
  const isThere = await count(directory, 'folders');
  const folders = isThere ? [directory] : [];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const { files, below } = await listFolder(folder, signal);
    const inner = below.filter((path) => options.skip?.has(path) !== true);
    for (const path of inner) folders.push(path);
    await forEachLimited(inner, STATS_AT_ONCE, async (path) => void (await count(path, 'folders')), signal);
    await forEachLimited(files, STATS_AT_ONCE, async (path) => void (await count(path, options.partOf(relative(directory, path).split(sep)))), signal);
  }
  return toUsage(directory, isThere, sums, await freeBytes(directory).catch(() => null));
}

async function listFolder(folder: string, signal: AbortSignal): Promise<{ readonly files: string[]; readonly below: string[] }> {
  const files: string[] = [];
  const below: string[] = [];
  try {
    for await (const entry of await opendir(folder, { bufferSize: 4096 })) {
      throwIfAborted(signal);
      (entry.isDirectory() ? below : files).push(join(folder, entry.name));
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileError(error, folder, 'measuring');
  }
  return { files, below };
}

function toUsage(directory: string, isThere: boolean, sums: ReadonlyMap<DiskPart, Sum>, free: number | null): DiskUsage {
  const parts: DiskShare[] = DISK_PARTS.flatMap((part) => {
    const sum = sums.get(part);
    return sum === undefined ? [] : [{ part, ...sum }];
  });
  const total = (of: (share: DiskShare) => number): number => parts.reduce((sum, share) => sum + of(share), 0);
  return { directory, isThere, parts, sizeBytes: total((share) => share.sizeBytes), allocatedBytes: total((share) => share.allocatedBytes), freeBytes: free };
}
