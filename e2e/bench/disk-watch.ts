import { lstatSync, readdirSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';

const SAMPLE_EVERY_MS = 20;
/** A file that nobody has written to for so long is finished, where thousands lie: it is not looked at again while its name is there. In small folders names are replaced. */
const SETTLED_MS = 2_000;
const LARGE_FOLDER = 200;
/** Of its own time, looking takes no more than one part in so many: it is not to slow down what it looks at. */
const LOOK_SHARE = 20;

/** What a folder takes on disk with everything in it, in blocks, as `du` counts it, again and again; of finished files in large folders only the names are looked at. */
class Folder {
  readonly #path: string;
  readonly #below = new Map<string, Folder>();
  readonly #settled = new Map<string, number>();

  constructor(path: string) {
    this.#path = path;
  }

  bytes(): number {
    const own = lstatSync(this.#path, { throwIfNoEntry: false });
    if (own === undefined) return 0;
    let bytes = own.blocks * 512;
    const entries = this.#entries();
    for (const entry of entries) bytes += entry.isDirectory() ? this.#folder(entry.name).bytes() : this.#file(entry.name, entries.length >= LARGE_FOLDER);
    return bytes;
  }

  #entries(): Dirent[] {
    try {
      return readdirSync(this.#path, { withFileTypes: true });
    } catch {
      // It has just gone.
      return [];
    }
  }

  #folder(name: string): Folder {
    const known = this.#below.get(name) ?? new Folder(join(this.#path, name));
    this.#below.set(name, known);
    return known;
  }

  #file(name: string, mayBeSettled: boolean): number {
    const settled = this.#settled.get(name);
    if (settled !== undefined) return settled;
    const facts = lstatSync(join(this.#path, name), { throwIfNoEntry: false });
    if (facts === undefined) return 0;
    const bytes = facts.blocks * 512;
    if (mayBeSettled && Date.now() - facts.mtimeMs > SETTLED_MS) this.#settled.set(name, bytes);
    return bytes;
  }
}

/** Looks from outside how large a folder grows, again and again. */
export class DiskWatch {
  readonly #folder: Folder;
  readonly #before: number;
  #peak = 0;
  #isOver = false;
  #loop: Promise<void> | undefined;

  private constructor(folder: string) {
    this.#folder = new Folder(folder);
    this.#before = this.#folder.bytes();
  }

  static start(folder: string): DiskWatch {
    const watch = new DiskWatch(folder);
    watch.#loop = watch.#run();
    return watch;
  }

  /** @returns the most it was above what was there at the start, bytes */
  async stop(): Promise<number> {
    this.#isOver = true;
    await this.#loop;
    this.#look();
    return this.#peak;
  }

  #look(): void {
    this.#peak = Math.max(this.#peak, this.#folder.bytes() - this.#before);
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const startedAt = performance.now();
      this.#look();
      const tookMs = performance.now() - startedAt;
      await new Promise((resolve) => setTimeout(resolve, Math.max(SAMPLE_EVERY_MS, LOOK_SHARE * tookMs)));
    }
  }
}
