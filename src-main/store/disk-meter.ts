import { lstatSync, readdirSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CacheLayout } from './layout.ts';
import { cachePath } from './layout.ts';

/** `stat` counts blocks in this unit, whatever the file system's own is. */
const BLOCK_BYTES = 512;
const SAMPLE_EVERY_MS = 200;
/** Of its own time, sampling takes no more than one part in so many: the staging of a hundred small entries costs as much to look at as drawing some of them. */
const SAMPLE_SHARE = 100;
/** So many entries are measured one by one, of the rest every tenth: an image cache makes a thousand a second. */
const MEASURED_SINGLY = 200;
const MEASURED_EVERY = 10;

export interface DiskMeterOptions {
  /** Folders of entries below the cache, whose own growth counts. */
  readonly folders: readonly string[];
  /** The index, and what its name begins while it is written anew; in the cache folder itself. */
  readonly indexFile?: string;
  readonly onSample?: (bytes: number, peakBytes: number) => void;
}

/**
 * What a job adds to the disk, as `du` counts it, measured while it runs: raw files, staging and
 * claims by looking, entries as they get their names. What cannot be looked at counts as nothing.
 */
export class DiskMeter {
  readonly #layout: CacheLayout;
  readonly #options: DiskMeterOptions;
  #baseBytes = 0;
  #published = 0;
  #measured = 0;
  #measuredBytes = 0;
  #peakBytes = 0;
  /** Of folders and index, at the last look. */
  #grownBytes = 0;
  /** The index at the last look. */
  #index: { readonly id: number; readonly bytes: number } | undefined;
  /** Of one that was replaced since the look before: it lay beside the new one when that was whole, for too short a time to be met. */
  #replacedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(layout: CacheLayout, options: DiskMeterOptions) {
    this.#layout = layout;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#baseBytes = await this.#otherBytes();
    this.#schedule(SAMPLE_EVERY_MS);
  }

  /** An entry has its names. @param files of it, below the cache */
  published(files: readonly string[]): void {
    this.#published++;
    if (this.#published > MEASURED_SINGLY && this.#published % MEASURED_EVERY !== 0) return;
    this.#measure(files);
  }

  /** At once: to hand a look at a small file to another thread costs more than the look. */
  #measure(files: readonly string[]): void {
    this.#measured++;
    for (const file of files) this.#measuredBytes += bytesNow(cachePath(this.#layout.directory, file));
  }

  /**
   * The same where its raw file still lies there and goes at once: the height of the tide, looked at
   * before anything else can happen. Some milliseconds for a hundred raw files.
   */
  publishedBesideRaw(files: readonly string[]): void {
    this.#published++;
    this.#measure(files);
    const { privateDirectory, quarantine } = this.#layout;
    const bytes = this.#published * (this.entryBytes ?? 0) + belowNow(privateDirectory, quarantine) + this.#grownBytes - this.#baseBytes;
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
  }

  /** What an entry takes, on the average; undefined before the first. */
  get entryBytes(): number | undefined {
    return this.#measured === 0 ? undefined : this.#measuredBytes / this.#measured;
  }

  /** @returns what it is at the end, and what it was at the worst moment */
  async stop(): Promise<{ readonly bytes: number; readonly peakBytes: number }> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const bytes = await this.#sample();
    return { bytes, peakBytes: this.#peakBytes };
  }

  #schedule(afterMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      const startedAt = performance.now();
      void this.#sample().then(() => this.#schedule(Math.max(SAMPLE_EVERY_MS, SAMPLE_SHARE * (performance.now() - startedAt))));
    }, afterMs);
    this.#timer.unref();
  }

  async #sample(): Promise<number> {
    // Entries first: one that is published meanwhile is then missed for a moment, but never counted twice.
    const entries = this.#published * (this.entryBytes ?? 0);
    const bytes = Math.max(0, entries + (await this.#otherBytes()) - this.#baseBytes);
    this.#peakBytes = Math.max(this.#peakBytes, bytes + this.#replacedBytes);
    this.#options.onSample?.(bytes, this.#peakBytes);
    return bytes;
  }

  #lookAtIndex(): void {
    const { indexFile } = this.#options;
    const facts = indexFile === undefined ? undefined : factsNow(join(this.#layout.directory, indexFile));
    const now = facts === undefined ? undefined : { id: facts.ino, bytes: facts.blocks * BLOCK_BYTES };
    this.#replacedBytes = now !== undefined && this.#index !== undefined && now.id !== this.#index.id ? this.#index.bytes : 0;
    this.#index = now;
  }

  async #otherBytes(): Promise<number> {
    const { directory, privateDirectory, quarantine } = this.#layout;
    const { folders, indexFile } = this.#options;
    this.#lookAtIndex();
    const [own, grown, index] = await Promise.all([
      bytesBelow(privateDirectory, quarantine),
      sumOf(folders.map((folder) => (folder === '' ? directory : cachePath(directory, folder)))),
      indexFile === undefined ? 0 : namesOf(directory).then((names) => sumOf(names.filter((name) => name.startsWith(indexFile)).map((name) => join(directory, name)))),
    ]);
    this.#grownBytes = grown + index;
    return own + grown + index;
  }
}

async function bytesBelow(folder: string, except: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(folder, entry.name));
  const below = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name)).filter((path) => path !== except);
  const sums = await Promise.all([sumOf([folder, ...files]), ...below.map((path) => bytesBelow(path, except))]);
  return sums.reduce((total, bytes) => total + bytes, 0);
}

function belowNow(folder: string, except: string): number {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.reduce((total, entry) => {
      const path = join(folder, entry.name);
      return path === except ? total : total + (entry.isDirectory() ? belowNow(path, except) : bytesNow(path));
    }, bytesNow(folder));
  } catch {
    return 0;
  }
}

function bytesNow(path: string): number {
  return (factsNow(path)?.blocks ?? 0) * BLOCK_BYTES;
}

function factsNow(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

async function namesOf(directory: string): Promise<string[]> {
  return await readdir(directory).catch(() => []);
}

async function sumOf(paths: readonly string[]): Promise<number> {
  const sizes = await Promise.all(paths.map((path) => lstat(path).then((facts) => facts.blocks * BLOCK_BYTES, () => 0)));
  return sizes.reduce((total, bytes) => total + bytes, 0);
}
