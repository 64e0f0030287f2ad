import { lstat } from 'node:fs/promises';
import { errnoOf } from './errors.ts';

/** What is known of a file that was judged; `changedAtMs` is its ctime, which no program can set back. */
export interface JudgedFile {
  readonly sizeBytes: number;
  readonly changedAtMs: number;
  readonly modifiedAtMs?: number;
}

/** Times are kept as float milliseconds, which are good to a quarter of a microsecond. */
const SAME_MS = 0.001;

/**
 * Whether a file is still the one that was judged. A judgement may be hours old and holds no lock: somebody may have put a sound
 * file in its place meanwhile, which must not go for what its predecessor was.
 *
 * @param judged undefined: there was none
 */
export async function isAsJudged(path: string, judged: JudgedFile | undefined): Promise<boolean> {
  try {
    const { size, mtimeNs, ctimeNs, nlink } = await lstat(path, { bigint: true });
    if (judged === undefined || Number(size) !== judged.sizeBytes) return false;
    if (judged.modifiedAtMs !== undefined && !isNear(mtimeNs, judged.modifiedAtMs)) return false;
    // What happens to another name of the same file changes its ctime too.
    return nlink > 1n || isNear(ctimeNs, judged.changedAtMs);
  } catch (error) {
    // What the disk does not show is told by whoever moves it.
    return errnoOf(error) !== 'ENOENT' || judged === undefined;
  }
}

function isNear(ns: bigint, ms: number): boolean {
  return Math.abs(Number(ns) / 1e6 - ms) < SAME_MS;
}
