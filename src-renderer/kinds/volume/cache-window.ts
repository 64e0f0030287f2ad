import type { GreyWindow } from './volume-scene.ts';

const chosen = new Map<number, GreyWindow>();
const first = new Map<number, GreyWindow>();

/**
 * One window for all entries of a cache, or they could not be compared: the user's, else that of the
 * parameters, else the range of the entry that was looked at first.
 *
 * @param own range of this entry; null while nothing is known of it
 */
export function cacheWindow(cacheId: number, own: GreyWindow | null): GreyWindow | null {
  if (own !== null && !first.has(cacheId)) first.set(cacheId, own);
  return chosen.get(cacheId) ?? first.get(cacheId) ?? null;
}

/** @param window null: back to what the cache gives */
export function chooseWindow(cacheId: number, window: GreyWindow | null): void {
  if (window === null) chosen.delete(cacheId);
  else chosen.set(cacheId, window);
}
