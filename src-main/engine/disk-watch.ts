import { stat } from 'node:fs/promises';
import type { UnreadableConfig } from '../contract/commands.ts';
import type { CacheReader } from '../catalog/index.ts';
import { ConfigFolders } from './config-folders.ts';

/** What other programs change about the caches of the library: their configs are edited, their folders moved. */
export class DiskWatch {
  readonly #caches: Pick<CacheReader, 'list'>;
  readonly #configFolders: ConfigFolders;
  readonly #gone = new Set<string>();
  readonly #underWay = new Map<string, Promise<boolean>>();

  /** @param folderOf what a config makes; throws a LarderError where it cannot be read */
  constructor(caches: Pick<CacheReader, 'list'>, folderOf: (configPath: string) => Promise<string>) {
    this.#caches = caches;
    this.#configFolders = new ConfigFolders(folderOf);
  }

  /**
   * Looks again, at one cache or at all.
   *
   * @returns whether a config makes another folder than at the last look or cannot be read, or a folder went or came back
   */
  async look(cacheId?: number): Promise<boolean> {
    const caches = this.#caches.list().filter(({ id }) => cacheId === undefined || id === cacheId);
    const changes = await Promise.all([this.#configFolders.refresh(caches.flatMap(({ configPath }) => configPath ?? [])), ...caches.map(({ directory }) => this.#lookAtFolder(directory))]);
    return changes.includes(true);
  }

  /** Whether the config is known to make another folder by now. */
  hasLeft(configPath: string, directory: string): boolean {
    return this.#configFolders.hasLeft(configPath, directory);
  }

  /** Why the config could not be read at the last look; undefined where it could be, and before the first. */
  unreadableConfig(configPath: string): UnreadableConfig | undefined {
    return this.#configFolders.unreadable(configPath);
  }

  /** Whether there was no such folder at the last look. */
  isGone(directory: string): boolean {
    return this.#gone.has(directory);
  }

  #lookAtFolder(directory: string): Promise<boolean> {
    // A disk that does not answer is asked once, not over and over.
    const asked = this.#underWay.get(directory) ?? this.#stat(directory).finally(() => this.#underWay.delete(directory));
    this.#underWay.set(directory, asked);
    return asked;
  }

  async #stat(directory: string): Promise<boolean> {
    const wasGone = this.#gone.has(directory);
    const isGone = await stat(directory).then(
      (found) => !found.isDirectory(),
      (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || error.code === 'ENOTDIR',
    );
    if (isGone) this.#gone.add(directory);
    else this.#gone.delete(directory);
    return isGone !== wasGone;
  }
}
