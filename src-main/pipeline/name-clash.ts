import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { errnoOf, fileError } from '../base/index.ts';

/** What file systems make one of: letter case (NTFS, APFS, exFAT) and composed against combining characters (APFS, casefolding ext4). */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/**
 * Tells the raw files of items apart whose names differ only in what some file systems do not
 * distinguish: there `Scan_1` opens the file of `scan_1`, which would be made into an entry of the
 * wrong item, or removed with it.
 */
export class NameClash {
  readonly #clashing = new Set<string>();
  readonly #listings = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(names: Iterable<string>) {
    const all = Array.from(names);
    // Names of small ASCII letters, as most lists have, cost one look each.
    if (all.every((name) => folded(name) === name)) return;
    const byFold = new Map<string, string>();
    for (const name of all) {
      const fold = folded(name);
      const other = byFold.get(fold);
      if (other === undefined) byFold.set(fold, name);
      else if (other !== name) this.#clashing.add(other).add(name);
    }
  }

  /**
   * @param path of a file that can be opened under this name
   * @returns false if it is there under another item's name only
   * @throws PERMISSION_DENIED, IO_FAILED
   */
  async isOwn(name: string, path: string): Promise<boolean> {
    if (!this.#clashing.has(name)) return true;
    const folder = dirname(path);
    const listing = this.#listings.get(folder) ?? list(folder);
    this.#listings.set(folder, listing);
    return (await listing).has(basename(path));
  }
}

async function list(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(folder));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return new Set();
    throw fileError(error, folder, 'looking for raw files in');
  }
}
