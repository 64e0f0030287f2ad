import type { EntryMatch, FixArguments } from '../contract/commands.ts';
import type { RemakeForecast } from '../contract/plan.ts';
import type { EngineContext } from './context.ts';
import type { Repair } from './fix-command.ts';
import { openCache } from './open-cache.ts';
import { getCache, keysMeant, knownRepairs } from './overview-command.ts';
import { diskBytesOf, planRemake, priceBatches, withFreed } from './remake.ts';

/**
 * What `fix` would make again of what is known to be damaged, and what that takes.
 *
 * @returns null where there is nothing to make, or no config says from what
 * @throws CACHE_NOT_FOUND; as `planCommand`
 */
export async function planFixCommand(context: EngineContext, cacheId: number, choices: Pick<FixArguments, 'only' | 'numWorkers' | 'delete' | keyof EntryMatch>, signal: AbortSignal): Promise<RemakeForecast | null> {
  const { directory } = getCache(context, cacheId);
  const repairs: Repair[] = [];
  for await (const repair of knownRepairs(context, cacheId, await keysMeant(context, cacheId, choices, signal))) repairs.push(repair);
  const cache = await openCache(context, { cache: directory }, signal);
  const keys = repairs.map(({ key }) => key);
  const forecast =
    cache.kind.batches === undefined
      ? (await planRemake(context, cache, keys, choices, signal)).forecast
      : await priceBatches(context, cache, repairs.map(({ key, name }) => ({ key, name, split: '' })), choices, signal);
  if (forecast === undefined) return null;
  const files = repairs.flatMap(({ file }) => (file === undefined ? [] : [file]));
  return choices.delete === true ? withFreed(forecast, await diskBytesOf(directory, files)) : forecast;
}
