import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { undoAtExit } from './tidy-exit.ts';

/** A folder under a quota, on a disk of its own that has room. */
export interface QuotaDisk {
  /** What the quota is of: it tells which file system refuses. */
  readonly kind: QuotaKind;
  readonly directory: string;
  /** What the folder holds, as the quota counts it. */
  usedBytes(): number;
  /** Undefined for no limit. */
  limitBytes(bytes: number | undefined): void;
  /** So many files more than there are; undefined for no limit. Only where files are counted. */
  readonly limitFurtherFiles?: (count: number | undefined) => void;
  unmount(): void;
}

/** Projects of ext4, which Linux has where it was built with CONFIG_QFMT_V2, count bytes and files; groups of btrfs count bytes. */
export type QuotaKind = 'ext4 project' | 'btrfs group';
export const QUOTA_KINDS: readonly QuotaKind[] = ['ext4 project', 'btrfs group'];

const IMAGE_BYTES = 256 * 2 ** 20;
const PROJECT = '4711';
const TRIAL_BYTES = 2 * 2 ** 20;

/** Without the right of root to write beyond a quota. */
export const BOUND_BY_QUOTA = ['setpriv', '--bounding-set=-sys_resource', '--inh-caps=-sys_resource'] as const;

const run = (program: string, ...words: readonly string[]): string => execFileSync(program, words, { stdio: 'pipe', encoding: 'utf8' });

/** Why no quota of this kind refuses anything here; undefined where one does: it is tried. */
export function quotaProblem(kind: QuotaKind): string | undefined {
  try {
    const disk = mountQuotaDisk(kind);
    try {
      disk.limitBytes(disk.usedBytes() + TRIAL_BYTES / 2);
      return refusalOf(join(disk.directory, 'trial')) === String(-constants.errno.EDQUOT) ? undefined : 'it was set and did not refuse';
    } finally {
      disk.unmount();
    }
  } catch (error) {
    return error instanceof Error ? error.message.trim().split('\n').at(-1)! : String(error);
  }
}

/** What a process that the quota binds is answered, by the system's number. */
function refusalOf(path: string): string {
  const program = `try { require('node:fs').writeFileSync(${JSON.stringify(path)}, Buffer.alloc(${TRIAL_BYTES}, 1)) } catch (error) { console.log(error.errno) }`;
  const [through, ...words] = BOUND_BY_QUOTA;
  return run(through, ...words, process.execPath, '-e', program).trim();
}

/** @throws where this machine has no such quota */
export function mountQuotaDisk(kind: QuotaKind): QuotaDisk {
  const image = join(mkdtempSync(join(tmpdir(), 'larder-quota-image-')), 'disk.img');
  const mounted = mkdtempSync(join(tmpdir(), 'larder-quota-'));
  writeFileSync(image, '');
  truncateSync(image, IMAGE_BYTES);
  const removeBoth = (): void => {
    rmSync(dirname(image), { recursive: true, force: true });
    rmSync(mounted, { recursive: true, force: true });
  };
  const directory = join(mounted, 'own');
  try {
    if (kind === 'btrfs group') {
      run('mkfs.btrfs', '-q', '-m', 'single', '-d', 'single', image);
      run('mount', '-o', 'loop', image, mounted);
    } else {
      run('mkfs.ext4', '-q', '-m', '0', '-O', 'project,quota', '-E', 'quotatype=prjquota', image);
      run('mount', '-o', 'loop,prjquota', image, mounted);
    }
  } catch (error) {
    removeBoth();
    throw error;
  }
  const isUnmounted = undoAtExit(() => void run('umount', '-l', mounted));
  const unmount = (): void => {
    run('umount', '-l', mounted);
    isUnmounted();
    removeBoth();
  };
  try {
    return { kind, directory, unmount, ...(kind === 'btrfs group' ? groupOf(mounted, directory) : projectOf(mounted, directory)) };
  } catch (error) {
    unmount();
    throw error;
  }
}

type Limits = Pick<QuotaDisk, 'usedBytes' | 'limitBytes' | 'limitFurtherFiles'>;

function groupOf(mounted: string, directory: string): Limits {
  run('btrfs', 'quota', 'enable', mounted);
  run('btrfs', 'subvolume', 'create', directory);
  const lines = (): readonly string[] => run('btrfs', 'qgroup', 'show', '--raw', '-f', directory).split('\n');
  const group = lines().flatMap((line) => /^0\/\d+/.exec(line)?.[0] ?? [])[0]!;
  return {
    usedBytes: () => {
      run('btrfs', 'filesystem', 'sync', mounted);
      const line = lines().find((one) => one.startsWith(`${group} `));
      return Number(/^\S+\s+(\d+)/.exec(line ?? '')?.[1]);
    },
    // By the folder above: a limit that is reached would refuse to be raised from below it.
    limitBytes: (bytes) => void run('btrfs', 'qgroup', 'limit', bytes === undefined ? 'none' : String(bytes), group, mounted),
  };
}

function projectOf(mounted: string, directory: string): Limits {
  mkdirSync(directory);
  run('chattr', '-p', PROJECT, '+P', directory);
  const limits = { kibibytes: 0, files: 0 };
  const set = (): void => void run('setquota', '-P', PROJECT, '0', String(limits.kibibytes), '0', String(limits.files), mounted);
  const used = (): { readonly bytes: number; readonly files: number } => {
    run('sync', '-f', mounted);
    const fields = /#?4711\s+\S+\s+(\d+)\s+\d+\s+\d+\s+(?:\S+\s+)?(\d+)/.exec(run('repquota', '-P', '-n', mounted));
    return { bytes: Number(fields?.[1]) * 1024, files: Number(fields?.[2]) };
  };
  return {
    usedBytes: () => used().bytes,
    limitBytes: (bytes) => {
      limits.kibibytes = bytes === undefined ? 0 : Math.max(1, Math.floor(bytes / 1024));
      set();
    },
    limitFurtherFiles: (count) => {
      limits.files = count === undefined ? 0 : used().files + count;
      set();
    },
  };
}
