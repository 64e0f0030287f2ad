import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

/** Bytes given to the file at once; the longest piece has some hundred thousand. */
const BLOCK_BYTES = 1 << 20;
/** UTF-8 bytes a UTF-16 unit can become. */
const BYTES_PER_UNIT = 3;
/** Bytes after which the disk is told to begin, so that little is left for the end. */
const SYNC_BYTES = 8 * BLOCK_BYTES;

export interface WrittenText {
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly digest: string;
}

/**
 * Writes a new file of any length in UTF-8 and makes its content durable. Memory stays at two blocks.
 *
 * @param pieces of the text, in order; bytes are UTF-8 already
 * @throws the system error of the failing call; EEXIST if the file is there
 */
export async function writeText(path: string, pieces: Iterable<string | Uint8Array>): Promise<WrittenText> {
  const handle = await open(path, 'wx');
  try {
    const blocks = new Blocks(handle);
    try {
      for (const piece of pieces) if (!blocks.put(piece)) await blocks.putLater(piece);
      return await blocks.end();
    } finally {
      await blocks.settle();
    }
  } finally {
    await handle.close();
  }
}

/**
 * Two blocks that are used again and again: while the disk takes one, the other is filled. Text joined in memory first
 * would leave the whole file there as garbage.
 */
class Blocks {
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #filling = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #spare = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #used = 0;
  #bytes = 0;
  #unsynced = 0;
  /** What the disk is doing; a failure is met by whoever waits for it next. */
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** @returns false if there is no room for it in this block */
  put(piece: string | Uint8Array): boolean {
    if (this.#used + mostBytes(piece) > this.#filling.length) return false;
    if (typeof piece === 'string') this.#used += this.#filling.write(piece, this.#used);
    else {
      this.#filling.set(piece, this.#used);
      this.#used += piece.length;
    }
    return true;
  }

  async putLater(piece: string | Uint8Array): Promise<void> {
    await this.#flush();
    const most = mostBytes(piece);
    if (most > this.#filling.length) this.#filling = Buffer.allocUnsafeSlow(most);
    this.put(piece);
  }

  async end(): Promise<WrittenText> {
    await this.#flush();
    await this.#writing;
    await this.#syncing;
    await this.#handle.sync();
    return { bytes: this.#bytes, digest: this.#hash.digest('hex') };
  }

  /** Whatever becomes of it: nothing may use the file any more when it is closed. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#syncing]);
  }

  async #flush(): Promise<void> {
    const filled = this.#filling.subarray(0, this.#used);
    this.#hash.update(filled);
    await this.#writing;
    this.#writing = quietly(this.#handle.writeFile(filled));
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
    this.#bytes += this.#used;
    this.#unsynced += this.#used;
    this.#used = 0;
    if (this.#unsynced < SYNC_BYTES) return;
    // A failure is told to the first sync that meets it and to no other: this one must be waited for too.
    await this.#syncing;
    this.#syncing = quietly(this.#handle.datasync());
    this.#unsynced = 0;
  }
}

function mostBytes(piece: string | Uint8Array): number {
  return typeof piece === 'string' ? piece.length * BYTES_PER_UNIT : piece.length;
}

/** It is waited for later; until then its failure is nobody's. */
function quietly(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}
