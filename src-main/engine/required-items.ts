import { isCancelled, isLarderError } from '../base/index.ts';
import type { KindItem } from '../kinds/index.ts';
import type { OpenedCache } from './open-cache.ts';

/**
 * The config's items, so that verify knows names and what is missing. Lists that a remembered config
 * names and that are gone keep nobody from looking at the cache: nothing is known of it then.
 */
export async function requiredItems({ config, isRemembered }: OpenedCache, signal: AbortSignal): Promise<readonly KindItem[] | undefined> {
  if (config === undefined) return undefined;
  try {
    return Array.from((await config.listItems(signal)).items);
  } catch (error) {
    if (isRemembered !== true || isCancelled(error) || !isLarderError(error)) throw error;
    return undefined;
  }
}
