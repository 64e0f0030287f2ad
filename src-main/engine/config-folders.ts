import { stat } from 'node:fs/promises';
import type { UnreadableConfig } from '../contract/commands.ts';
import { isLarderError } from '../base/index.ts';
import { unreadableConfig } from './open-cache.ts';

/** What came of reading a config: the folder it makes, or why that is not known. */
type KnownConfig = { readonly directory: string; /** Of its file when it was read. */ readonly stamp: string | undefined } | { readonly unreadable: UnreadableConfig };

/**
 * Which folder each known config makes now. Parameters decide identity: a config that was edited makes
 * another folder, and no longer speaks for the one it made before.
 */
export class ConfigFolders {
  readonly #folderOf: (path: string) => Promise<string>;
  readonly #known = new Map<string, KnownConfig>();
  readonly #underWay = new Map<string, Promise<boolean>>();

  /** @param folderOf reads the config; throws a LarderError where that is not possible */
  constructor(folderOf: (path: string) => Promise<string>) {
    this.#folderOf = folderOf;
  }

  /**
   * Reads those that were changed since, and those that could not be read.
   *
   * @returns whether one of them makes another folder than at the last look, or cannot be read for another reason
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
    return known !== undefined && 'directory' in known && known.directory !== directory;
  }

  /** Why it could not be read at the last look; undefined where it could be, and before the first. */
  unreadable(path: string): UnreadableConfig | undefined {
    const known = this.#known.get(path);
    return known !== undefined && 'unreadable' in known ? known.unreadable : undefined;
  }

  async #look(path: string): Promise<boolean> {
    const before = this.#known.get(path);
    const stamp = await stampOf(path);
    if (stamp !== undefined && before !== undefined && 'directory' in before && before.stamp === stamp) return false;
    const now = await this.#read(path, stamp);
    this.#known.set(path, now);
    return verdictOf(before) !== verdictOf(now);
  }

  async #read(path: string, stamp: string | undefined): Promise<KnownConfig> {
    try {
      return { directory: await this.#folderOf(path), stamp };
    } catch (error) {
      if (!isLarderError(error)) throw error;
      return { unreadable: unreadableConfig(path, error) };
    }
  }
}

/** What the library shows of it. */
function verdictOf(known: KnownConfig | undefined): string | undefined {
  if (known === undefined) return undefined;
  return 'directory' in known ? known.directory : known.unreadable.message;
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, ctimeMs, size } = await stat(path);
    return `${mtimeMs} ${ctimeMs} ${size}`;
  } catch {
    return undefined;
  }
}
