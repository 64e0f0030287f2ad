import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { LarderError } from '../base/index.ts';

/**
 * Where everything of one cache directory lies. The only place paths of a cache are made.
 *
 * Larder's own files stay in one folder that readers of the cache never look into, on the same
 * file system as the entries, so that publishing and quarantine are renames.
 */
export interface CacheLayout {
  /** Absolute; holds the entries themselves. */
  readonly directory: string;
  /** `<directory>/.larder` */
  readonly privateDirectory: string;
  /** A folder per living process; entries are made here. */
  readonly staging: string;
  /** Downloaded raw files and their partials, named by content. */
  readonly raw: string;
  /** A folder per entry set aside, with its reason. */
  readonly quarantine: string;
  /** Items that a process is working on. */
  readonly claims: string;
  /** Held while entries are removed or moved. */
  readonly lock: string;
  /** Held while the index of the cache is written anew. */
  readonly indexLock: string;
}

export const PRIVATE_DIRECTORY = '.larder';

export function cacheLayout(directory: string): CacheLayout {
  const root = resolve(directory);
  const own = join(root, PRIVATE_DIRECTORY);
  return {
    directory: root,
    privateDirectory: own,
    staging: join(own, 'staging'),
    raw: join(own, 'raw'),
    quarantine: join(own, 'quarantine'),
    claims: join(own, 'claims'),
    lock: join(own, 'lock'),
    indexLock: join(own, 'claims', 'index'),
  };
}

/**
 * Path of a file directly inside `parent`.
 *
 * @throws PATH_REFUSED if the name is anything but a plain file name
 */
export function childPath(parent: string, name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('\0') || name.includes('\\') || basename(name) !== name) {
    throw new LarderError('PATH_REFUSED', `${JSON.stringify(name)} is not a plain file name.`, {
      hint: 'Names of cache files hold no folders.',
      details: { parent, name },
    });
  }
  return join(parent, name);
}

/**
 * Path of a file in a cache: plain names with `/` between them.
 *
 * @throws PATH_REFUSED if any part is not a plain name
 */
export function cachePath(directory: string, file: string): string {
  return file.split('/').reduce(childPath, directory);
}

/** True if `path` is `root` or lies below it, judged by its parts and not by its text. */
export function isInside(root: string, path: string): boolean {
  const step = relative(resolve(root), resolve(path));
  return step === '' || (step !== '..' && !step.startsWith(`..${sep}`) && !isAbsolute(step));
}
