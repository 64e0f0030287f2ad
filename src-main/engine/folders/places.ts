import { realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { NamedFolder } from '../../contract/folders.ts';
import { LarderError, homeFolder } from '../../base/index.ts';
import { isInside } from '../../store/index.ts';
import type { EngineContext } from '../context.ts';

/** A folder below which one may look. */
export interface Place extends NamedFolder {
  /** Without links on the way. */
  readonly real: string;
}

/**
 * Where a page may look around: the home folder, the one Larder was started in, and known caches that
 * lie in neither; or only the folders that were named instead. Those that are not there are left out.
 */
export async function findPlaces({ catalog, cwd }: Pick<EngineContext, 'catalog' | 'cwd'>, roots: readonly string[] | undefined): Promise<readonly Place[]> {
  const caches = (): readonly NamedFolder[] => catalog.caches.list().map(({ directory, label }) => ({ name: label ?? basename(directory), path: directory }));
  const home = homeFolder();
  const wanted: readonly NamedFolder[] = roots === undefined ? [...(home === undefined ? [] : [{ name: 'Home', path: home }]), { name: 'Started in', path: cwd }, ...caches()] : roots.map((root) => ({ name: root, path: resolve(cwd, root) }));
  const places: Place[] = [];
  for (const { name, path } of wanted) {
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || places.some((place) => place.real === real)) continue;
    // The folder it was started in is worth a step of its own, also within the home folder.
    if (roots === undefined && name !== 'Started in' && places.some((place) => isInside(place.real, real))) continue;
    places.push({ name, path: resolve(path), real });
  }
  return places;
}

export function outsideError(path: string, places: readonly Place[]): LarderError {
  return new LarderError('PATH_REFUSED', `${path} lies outside of the folders that may be looked into here.`, {
    hint: `They are ${places.map((place) => place.path).join(', ')}. Others are named at the start: larder serve --root DIR.`,
    details: { path },
  });
}
