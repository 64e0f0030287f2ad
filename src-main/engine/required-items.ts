import type { KindItem } from '../kinds/index.ts';
import type { OpenedCache } from './open-cache.ts';

/** The config's items, so that verify knows names and what is missing. */
export async function requiredItems(cache: OpenedCache, signal: AbortSignal): Promise<readonly KindItem[] | undefined> {
  if (cache.config === undefined) return undefined;
  return Array.from((await cache.config.listItems(signal)).items);
}
