import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const SAMPLE_EVERY_MS = 100;

/** What a folder takes on disk, in blocks, as `du` counts it; files that go meanwhile count nothing. */
export async function blocksOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) bytes += await lstat(join(entry.parentPath, entry.name)).then((facts) => facts.blocks * 512, () => 0);
  return bytes;
}

/** Looks from outside how large a folder grows, again and again. */
export class DiskWatch {
  readonly #folder: string;
  readonly #before: number;
  #peak = 0;
  #isOver = false;
  #loop: Promise<void> | undefined;

  private constructor(folder: string, before: number) {
    this.#folder = folder;
    this.#before = before;
  }

  static async start(folder: string): Promise<DiskWatch> {
    const watch = new DiskWatch(folder, await blocksOf(folder));
    watch.#loop = watch.#run();
    return watch;
  }

  /** @returns the most it was above what was there at the start, bytes */
  async stop(): Promise<number> {
    this.#isOver = true;
    await this.#loop;
    await this.#look();
    return this.#peak;
  }

  async #look(): Promise<void> {
    this.#peak = Math.max(this.#peak, (await blocksOf(this.#folder)) - this.#before);
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      await this.#look();
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_EVERY_MS));
    }
  }
}
