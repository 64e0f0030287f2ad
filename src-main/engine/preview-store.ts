import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, fileError } from '../base/index.ts';

/** `<id>.<bytes>.<extension>`: a file whose size is not the one in its name was not written to its end. */
const NAME = /^([0-9a-f]{32})\.(\d{1,15})\.[a-z]+$/;
const PART = '.part';
/** Nobody writes on one picture for so long: the process died. */
const PART_LEFT_MS = 3_600_000;

export interface StoredPreview {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Pictures that were made, in a folder of the user's data: named by what they were made from, bounded
 * in bytes, the longest unused removed first. Losing all of it costs time only.
 */
export class PreviewStore {
  readonly #directory: string;
  readonly #extension: string;
  readonly #maxBytes: () => number;
  /** Sizes in bytes, least recently used first: there may be a hundred thousand, so that a path is only made of them when it is asked for. */
  #known: Promise<Map<string, number>> | undefined;

  /**
   * @param extension of its files, without the dot
   * @param maxBytes asked whenever something was made
   */
  constructor(directory: string, extension: string, maxBytes: () => number) {
    this.#directory = directory;
    this.#extension = extension;
    this.#maxBytes = maxBytes;
  }

  async find(id: string): Promise<StoredPreview | undefined> {
    const known = await this.#load();
    const sizeBytes = known.get(id);
    if (sizeBytes === undefined) return undefined;
    const path = this.#pathOf(id, sizeBytes);
    const facts = await stat(path).catch(() => undefined);
    known.delete(id);
    if (facts?.size !== sizeBytes) return undefined;
    known.set(id, sizeBytes);
    const now = new Date();
    // The times are for the order after the next start; a folder that takes none still serves.
    await utimes(path, now, now).catch(() => undefined);
    return { path, sizeBytes };
  }

  /**
   * @param id 32 hex digits
   * @param write makes the file under the path it is given
   * @throws what `write` throws; DISK_FULL, PERMISSION_DENIED, IO_FAILED
   */
  async make(id: string, write: (path: string) => Promise<unknown>): Promise<StoredPreview> {
    const known = await this.#load();
    const part = join(this.#directory, `${id}.${randomBytes(4).toString('hex')}${PART}`);
    try {
      await write(part);
      const { size } = await stat(part);
      const path = this.#pathOf(id, size);
      await rename(part, path);
      known.set(id, size);
      await this.#evict(known, id);
      return { path, sizeBytes: size };
    } catch (error) {
      await rm(part, { force: true });
      throw errnoOf(error) === undefined ? error : fileError(error, this.#directory, 'keeping a picture in');
    }
  }

  /** Removes everything that was made; what is being read stays where the system keeps it. @returns what went */
  async clear(): Promise<{ readonly files: number; readonly bytes: number }> {
    const known = await this.#load();
    let files = 0;
    let bytes = 0;
    for (const [id, sizeBytes] of known) {
      const isGone = await rm(this.#pathOf(id, sizeBytes), { force: true }).then(
        () => true,
        () => false,
      );
      if (!isGone) continue;
      known.delete(id);
      files++;
      bytes += sizeBytes;
    }
    return { files, bytes };
  }

  #pathOf(id: string, sizeBytes: number): string {
    return join(this.#directory, `${id}.${sizeBytes}.${this.#extension}`);
  }

  #load(): Promise<Map<string, number>> {
    this.#known ??= this.#read().catch((error: unknown) => {
      this.#known = undefined;
      throw fileError(error, this.#directory, 'opening the pictures in');
    });
    return this.#known;
  }

  async #read(): Promise<Map<string, number>> {
    await mkdir(this.#directory, { recursive: true });
    const found: { readonly id: string; readonly sizeBytes: number; readonly usedAtMs: number }[] = [];
    for (const name of await readdir(this.#directory)) {
      const path = join(this.#directory, name);
      const facts = await stat(path).catch(() => undefined);
      const match = name.endsWith(`.${this.#extension}`) ? NAME.exec(name) : null;
      if (facts === undefined) continue;
      if (match !== null && Number(match[2]) === facts.size) found.push({ id: match[1]!, sizeBytes: facts.size, usedAtMs: facts.mtimeMs });
      else if (match !== null || (name.endsWith(PART) && Date.now() - facts.mtimeMs > PART_LEFT_MS)) await rm(path, { force: true });
    }
    return new Map(found.sort((a, b) => a.usedAtMs - b.usedAtMs).map(({ id, sizeBytes }) => [id, sizeBytes]));
  }

  /** The newest one stays, however large it is: somebody waits for it. */
  async #evict(known: Map<string, number>, newest: string): Promise<void> {
    const maxBytes = this.#maxBytes();
    let bytes = 0;
    for (const sizeBytes of known.values()) bytes += sizeBytes;
    for (const [id, sizeBytes] of known) {
      if (bytes <= maxBytes) return;
      if (id === newest) continue;
      known.delete(id);
      bytes -= sizeBytes;
      // Windows keeps a file that is being read; it goes at a later start.
      await rm(this.#pathOf(id, sizeBytes), { force: true }).catch(() => undefined);
    }
  }
}
