import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { undoAtExit } from '../../invariants/tidy-exit.ts';

/** A file system that takes `Scan` and `scan` for one name. */
export interface FoldingDisk {
  /** Undefined where none can be mounted here. */
  readonly directory: string | undefined;
  /** Which it is, or why there is none. */
  readonly about: string;
  unmount(): void;
}

const IMAGE_BYTES = 64 * 2 ** 20;

/** ext4 with `casefold`, on a loop device; needs rights, `mkfs.ext4` and a kernel that has it. */
export function mountFolding(): FoldingDisk {
  const root = mkdtempSync(join(tmpdir(), 'larder-folding-'));
  const image = join(root, 'image');
  const mountPoint = join(root, 'disk');
  const directory = join(mountPoint, 'folding');
  writeFileSync(image, '');
  truncateSync(image, IMAGE_BYTES);
  mkdirSync(mountPoint);
  const steps: readonly (readonly [string, ...string[]])[] = [['mkfs.ext4', '-q', '-O', 'casefold', '-E', 'encoding=utf8', image], ['mount', '-o', 'loop', image, mountPoint], ['mkdir', directory], ['chattr', '+F', directory]];
  for (const [program, ...words] of steps) {
    const { status, stderr, error } = spawnSync(program, words, { encoding: 'utf8' });
    if (status === 0) continue;
    spawnSync('umount', [mountPoint]);
    rmSync(root, { recursive: true });
    const why = (error?.message ?? stderr).trim().split('\n')[0]!.replaceAll(root, '…');
    return { directory: undefined, about: `No file system that folds letter case could be mounted here (${program}: ${why}); it was simulated for the raw files, by a hook that finds them whatever their letter case and form.`, unmount: () => undefined };
  }
  const isUnmounted = undoAtExit(() => void execFileSync('umount', ['-l', mountPoint]));
  return {
    directory,
    about: 'On ext4 with casefold, which takes names for one that differ in letter case or in the form of a letter.',
    unmount: () => {
      execFileSync('umount', [mountPoint]);
      isUnmounted();
      rmSync(root, { recursive: true });
    },
  };
}
