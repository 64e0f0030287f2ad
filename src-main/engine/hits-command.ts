import type { HitReport } from '../contract/hits.ts';
import { getKind } from '../kinds/index.ts';
import { PRIVATE_DIRECTORY, cachePath } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { getCache } from './overview-command.ts';

/** What training has looked up in a cache; null for kinds that are not counted. @throws CACHE_NOT_FOUND, PATH_REFUSED */
export async function hitsCommand(context: EngineContext, cacheId: number, signal: AbortSignal): Promise<HitReport | null> {
  const { directory, kind } = getCache(context, cacheId);
  return (await getKind(kind).readHits?.(cachePath(directory, PRIVATE_DIRECTORY), signal)) ?? null;
}
