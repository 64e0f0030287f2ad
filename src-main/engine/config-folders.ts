import { stat } from 'node:fs/promises';
import { isLarderError } from '../base/index.ts';

interface KnownFolder {
  /** Of the file of the config when it was read. */
  readonly stamp: string;
  readonly directory: string;
}

/**
 * Which folder each known config makes now. Parameters decide identity: a config that was edited makes
 * another folder, and no longer speaks for the one it made before.
 */
export class ConfigFolders {
  readonly #folderOf: (path: string) => Promise<string>;
  readonly #known = new Map<string, KnownFolder>();
  readonly #underWay = new Map<string, Promise<boolean>>();

  /** @param folderOf reads the config; throws a LarderError where that is not possible */
  constructor(folderOf: (path: string) => Promise<string>) {
    this.#folderOf = folderOf;
  }

  /**
   * Reads those that were changed since. What cannot be read is not judged: using it says why.
   *
   * @returns whether one of them makes another folder than at the last look
   */
  async refresh(paths: Iterable<string>): Promise<boolean> {
    const haveMoved = await Promise.all(
      Array.from(new Set(paths), (path) => {
        // A disk that does not answer is asked once, not over and over.
        const asked = this.#underWay.get(path) ?? this.#look(path).finally(() => this.#underWay.delete(path));
        this.#underWay.set(path, asked);
        return asked;
      }),
    );
    return haveMoved.includes(true);
  }

  /** Whether the config is known to make another folder by now. */
  hasLeft(path: string, directory: string): boolean {
    const known = this.#known.get(path);
    return known !== undefined && known.directory !== directory;
  }

  async #look(path: string): Promise<boolean> {
    const before = this.#known.get(path);
    const stamp = await stampOf(path);
    if (stamp !== undefined && before?.stamp === stamp) return false;
    const directory = stamp === undefined ? undefined : await this.#read(path);
    if (stamp === undefined || directory === undefined) this.#known.delete(path);
    else this.#known.set(path, { stamp, directory });
    return before?.directory !== directory;
  }

  async #read(path: string): Promise<string | undefined> {
    try {
      return await this.#folderOf(path);
    } catch (error) {
      if (!isLarderError(error)) throw error;
      return undefined;
    }
  }
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, ctimeMs, size } = await stat(path);
    return `${mtimeMs} ${ctimeMs} ${size}`;
  } catch {
    return undefined;
  }
}
