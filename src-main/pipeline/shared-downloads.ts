import type { SourceFile } from '../sources/index.ts';

/**
 * Items of equal content share one download, which is named by what it holds: it goes with the last of them, and whoever
 * comes while it goes waits until it is gone.
 */
export class SharedDownloads {
  readonly #users = new Map<string, number>();
  readonly #going = new Map<string, Promise<void>>();

  /** To be called before it is looked whether it is there. */
  async take(file: SourceFile): Promise<void> {
    const name = nameOf(file);
    for (let going = this.#going.get(name); going !== undefined; going = this.#going.get(name)) await going;
    this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
  }

  /** @param remove called if nobody else needs it. @throws what it throws */
  async release(file: SourceFile, remove: () => Promise<void>): Promise<void> {
    const name = nameOf(file);
    const left = (this.#users.get(name) ?? 1) - 1;
    if (left > 0) {
      this.#users.set(name, left);
      return;
    }
    this.#users.delete(name);
    const removing = remove();
    this.#going.set(name, removing.catch(() => undefined));
    try {
      await removing;
    } finally {
      this.#going.delete(name);
    }
  }
}

function nameOf({ digest, sizeBytes }: SourceFile): string {
  return `${digest.hex}-${sizeBytes}`;
}
