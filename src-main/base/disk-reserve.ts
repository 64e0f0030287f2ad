import { randomBytes, randomFillSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Enough for some thousand small transactions, if what they wrote is tidied up on the way. */
const FULL_BYTES = 4 * 2 ** 20;
/** Below this it would not help. */
const LEAST_BYTES = 256 * 2 ** 10;
/** Taken only where this many times as much is free: nobody's last bytes are spent on it. */
const SHARE = 8;
/** Below this the reserve is given back before something is written, not after it has failed. */
const SCARCE_BYTES = 2 ** 20;
/** Making it anew is tried this often at most. */
const REMAKE_EVERY_MS = 10_000;

/**
 * A file that only takes up space, so that there is some to give back where a full disk would keep
 * Larder from writing what must be written: that something was removed, that a job stopped. All
 * calls are synchronous and none throws: a reserve that cannot be had is done without.
 */
export class DiskReserve {
  readonly #path: string;
  readonly #now: () => number;
  #triedAtMs = -Infinity;

  constructor(path: string, now: () => number = Date.now) {
    this.#path = path;
    this.#now = now;
  }

  /** Makes it if it is not there and the disk has room enough. @returns true if it was made now */
  ensure(): boolean {
    if (this.#now() - this.#triedAtMs < REMAKE_EVERY_MS) return false;
    this.#triedAtMs = this.#now();
    return attempt(() => this.#make(), false);
  }

  /** Gives the space back. @returns true if there was some to give */
  release(): boolean {
    // Not made again at once by whoever writes next: what was written in its place comes first.
    this.#triedAtMs = this.#now();
    return attempt(() => {
      unlinkSync(this.#path);
      return true;
    }, false);
  }

  /** Gives the space back where the disk is as good as full; quotas are not seen here. @returns true if it did */
  releaseIfScarce(): boolean {
    return this.isScarce() && this.release();
  }

  isScarce(): boolean {
    return attempt(() => freeBytesAt(dirname(this.#path)) < SCARCE_BYTES, false);
  }

  /** True if giving it back makes room at this path too: both are on one file system. */
  isOnDiskOf(path: string): boolean {
    return attempt(() => statSync(path).dev === statSync(dirname(this.#path)).dev, false);
  }

  #make(): boolean {
    if (statSync(this.#path, { throwIfNoEntry: false }) !== undefined) return false;
    this.#sweep();
    const size = Math.min(FULL_BYTES, Math.floor(freeBytesAt(dirname(this.#path)) / SHARE));
    if (size < LEAST_BYTES) return false;
    const temporary = `${this.#path}.${randomBytes(4).toString('hex')}.larder-tmp`;
    try {
      writeNoise(temporary, size);
      renameSync(temporary, this.#path);
      return true;
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** What a process that died while making it has left. */
  #sweep(): void {
    const name = basename(this.#path);
    for (const file of readdirSync(dirname(this.#path))) {
      if (file.startsWith(`${name}.`) && file.endsWith('.larder-tmp')) rmSync(join(dirname(this.#path), file), { force: true });
    }
  }
}

/** File systems that compress would keep zeros for nothing. */
function writeNoise(path: string, size: number): void {
  const file = openSync(path, 'wx');
  try {
    const noise = randomFillSync(Buffer.allocUnsafe(Math.min(size, 2 ** 20)));
    for (let written = 0; written < size; ) written += writeSync(file, noise, 0, Math.min(noise.length, size - written));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function freeBytesAt(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
