import type { EntryMatch } from '../contract/commands.ts';
import type { DocumentName } from '../contract/documents.ts';
import { csvLine, inBatches } from '../base/index.ts';
import type { EngineContext } from './context.ts';
import { exportOf } from './export-command.ts';
import type { HashName } from './look-command.ts';
import { mapCommand } from './look-command.ts';
import { rememberedConfig } from './open-cache.ts';
import { getCache } from './overview-command.ts';

const NAMES_AT_ONCE = 1_000;

/** Hash to name as a file holds it, in pieces; each hash comes once. */
export function* mapPieces(names: Iterable<HashName>, format: 'json' | 'csv'): Generator<string> {
  if (format === 'csv') yield csvLine(['hash', 'VolumeName']);
  let before = '{\n  ';
  for (const some of inBatches(names, NAMES_AT_ONCE)) {
    yield format === 'csv' ? some.map(csvLine).join('') : before + some.map(([key, name]) => `${JSON.stringify(key)}: ${JSON.stringify(name)}`).join(',\n  ');
    before = ',\n  ';
  }
  if (format === 'json') yield before.startsWith('{') ? '{}\n' : '\n}\n';
}

/**
 * A document about a cache of the catalog, for a window to save: what `map` and `export` write, of the
 * config where one is known.
 *
 * @param matching which entries of it `export` writes
 * @throws CACHE_NOT_FOUND, CONFIG_INVALID, LIST_INVALID, PERMISSION_DENIED
 */
export async function documentCommand(context: EngineContext, cacheId: number, name: DocumentName, matching: EntryMatch, signal: AbortSignal): Promise<AsyncIterable<string> | Iterable<string>> {
  const { directory } = getCache(context, cacheId);
  const config = await rememberedConfig(context, directory);
  const target = config === undefined ? { cache: directory } : { config: config.configPath };
  switch (name) {
    case 'hash_map.json':
    case 'hash_map.csv':
      return mapPieces(await mapCommand(context, { csvPaths: [], ...target }, signal), name === 'hash_map.csv' ? 'csv' : 'json');
    case 'cache_info.json':
      return (await exportOf(context, { ...target, ...matching }, 'json', signal)).pieces;
    case 'cache_info.jsonl':
      return (await exportOf(context, { ...target, ...matching }, 'jsonl', signal)).pieces;
    case 'cache_info.csv':
      return (await exportOf(context, { ...target, ...matching }, 'csv', signal)).pieces;
  }
}
