import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Setting, StartOptions } from './setting.ts';
import { undoAtExit } from './tidy-exit.ts';

const NOBODY = 65_534;

/** A file system of its own, small enough to be filled. */
export interface SmallDisk {
  readonly directory: string;
  freeBytes(): number;
  /** Writes a file that leaves only so many bytes free; returns its path. */
  fill(leaveBytes?: number): string;
  /** Makes files until no further one can be made; returns their folder. */
  fillInodes(): string;
  remount(options: string): void;
  unmount(): void;
}

/** Why no file system can be mounted here; undefined where one can. */
export function mountProblem(kind: 'tmpfs' | 'ext4' = 'tmpfs'): string | undefined {
  try {
    (kind === 'tmpfs' ? mountSmallDisk('size=1m') : mountBlockDisk(8)).unmount();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

/** A file system in which folders take space too, in a file of so many MB. */
export function mountBlockDisk(megabytes: number): SmallDisk {
  const image = join(mkdtempSync(join(tmpdir(), 'larder-image-')), 'disk.img');
  writeFileSync(image, '');
  truncateSync(image, megabytes * 2 ** 20);
  const removeImage = (): void => rmSync(dirname(image), { recursive: true });
  try {
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image], { stdio: 'pipe' });
    const disk = mountAt(['-o', 'loop', image]);
    return {
      ...disk,
      unmount: () => {
        disk.unmount();
        removeImage();
      },
    };
  } catch (error) {
    removeImage();
    throw error;
  }
}

/** @param options of mount(8) for tmpfs: `size=40m`, `nr_inodes=200` */
export function mountSmallDisk(options: string): SmallDisk {
  return mountAt(['-t', 'tmpfs', '-o', options, 'tmpfs']);
}

function mountAt(what: readonly string[]): SmallDisk {
  const directory = mkdtempSync(join(tmpdir(), 'larder-disk-'));
  try {
    execFileSync('mount', [...what, directory], { stdio: 'pipe' });
  } catch (error) {
    rmSync(directory, { recursive: true });
    throw error;
  }
  const isUnmounted = undoAtExit(() => void execFileSync('umount', ['-l', directory]));
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  };
  return {
    directory,
    freeBytes,
    fill: (leaveBytes = 0) => {
      const path = join(directory, 'ballast');
      writeFileSync(path, '');
      // In pieces and until nothing fits: others may be writing meanwhile.
      for (let size = 1 << 20; size >= 1; ) {
        if (freeBytes() - leaveBytes < size || !append(path, size)) size >>= 1;
      }
      return path;
    },
    fillInodes: () => {
      const folder = join(directory, 'crumbs');
      mkdirSync(folder);
      for (let n = statfsSync(directory).ffree; n > 0; n--) writeFileSync(join(folder, String(n)), '');
      return folder;
    },
    remount: (changed) => void execFileSync('mount', ['-o', `remount,${changed}`, directory]),
    unmount: () => {
      execFileSync('umount', ['-l', directory]);
      isUnmounted();
      rmSync(directory, { recursive: true });
    },
  };
}

/** @returns false if it does not fit */
function append(path: string, size: number): boolean {
  try {
    appendFileSync(path, Buffer.alloc(size, 1));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/**
 * Start options for a user without rights, to whom modes mean something: for root they do not. The
 * user has a data folder of its own, so that only the project's rights count.
 */
export async function asNobody(setting: Setting): Promise<StartOptions> {
  const data = join(setting.root, 'data of nobody');
  mkdirSync(data);
  chownSync(data, NOBODY, NOBODY);
  chmodSync(setting.root, 0o755);
  return { environment: { LARDER_DATA_DIR: data, HF_HOME: join(data, 'hf') }, through: ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] };
}
