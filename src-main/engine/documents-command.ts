import type { DocumentName } from '../contract/documents.ts';
import { csvLine } from '../base/index.ts';
import type { EngineContext } from './context.ts';
import { exportOf } from './export-command.ts';
import { mapCommand } from './look-command.ts';
import { rememberedConfig } from './open-cache.ts';
import { getCache } from './overview-command.ts';

/** Hash to name as a file holds it. */
export function mapText(map: ReadonlyMap<string, string>, format: 'json' | 'csv'): string {
  return format === 'csv' ? [csvLine(['hash', 'VolumeName']), ...Array.from(map, ([key, name]) => csvLine([key, name]))].join('') : `${JSON.stringify(Object.fromEntries(map), null, 2)}\n`;
}

/**
 * A document about a cache of the catalog, for a window to save: what `map` and `export` write, of the
 * config where one is known.
 *
 * @throws CACHE_NOT_FOUND, CONFIG_INVALID, LIST_INVALID, PERMISSION_DENIED
 */
export async function documentCommand(context: EngineContext, cacheId: number, name: DocumentName, signal: AbortSignal): Promise<AsyncIterable<string> | Iterable<string>> {
  const { directory } = getCache(context, cacheId);
  const config = await rememberedConfig(context, directory);
  const target = config === undefined ? { cache: directory } : { config: config.configPath };
  switch (name) {
    case 'hash_map.json':
    case 'hash_map.csv':
      return [mapText(await mapCommand(context, { csvPaths: [], ...target }, signal), name === 'hash_map.csv' ? 'csv' : 'json')];
    case 'cache_info.json':
      return (await exportOf(context, target, 'json', signal)).pieces;
    case 'cache_info.jsonl':
      return (await exportOf(context, target, 'jsonl', signal)).pieces;
    case 'cache_info.csv':
      return (await exportOf(context, target, 'csv', signal)).pieces;
  }
}
