import { lstat, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { isInside } from '../../store/index.ts';
import type { Place } from './places.ts';
import { outsideError } from './places.ts';

/**
 * Refuses paths that lie elsewhere, whether or not something is there: what is not there yet must not come to be there either.
 * `..` is taken both by the text and, behind links, as the system takes it, since either may be how a path is used.
 *
 * @param cwd where relative paths start
 * @throws PATH_REFUSED
 */
export async function assertWithin(places: readonly Place[], cwd: string, paths: Iterable<string>): Promise<void> {
  for (const path of new Set(paths)) {
    const byText = resolve(cwd, path);
    const bySystem = isAbsolute(path) ? path : `${cwd}${sep}${path}`;
    if (!(await isWithin(places, byText)) || !(await isWithin(places, bySystem))) throw outsideError(byText, places);
  }
}

/** By the deepest folder on the way that is there; a link to nowhere could come to lead anywhere. */
async function isWithin(places: readonly Place[], path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined) return places.some((place) => isInside(place.real, real));
    const isLink = await lstat(at).then(
      () => true,
      () => false,
    );
    if (isLink || at === dirname(at)) return false;
  }
}
