import { resolve } from 'node:path';
import type { CacheTarget } from '../contract/commands.ts';
import { LarderError } from '../base/index.ts';
import type { Cache } from '../catalog/index.ts';
import type { EngineContext } from './context.ts';
import { readConfig } from './open-cache.ts';

/**
 * Takes a cache out of the library. Nothing on disk is touched; its history stays, and any command that
 * opens the cache brings it back.
 *
 * @returns its folder
 * @throws CACHE_NOT_FOUND if the catalog does not know it; CONFIG_INVALID, CONFIG_UNREADABLE
 */
export async function forgetCommand(context: EngineContext, target: CacheTarget): Promise<string> {
  const { id, directory } = await knownCache(context, target);
  context.catalog.caches.forget(id, Date.now());
  return directory;
}

/** Undoes it, also where the folder is gone. @throws as `forgetCommand` */
export async function recallCommand(context: EngineContext, target: CacheTarget): Promise<string> {
  const { id, directory } = await knownCache(context, target);
  context.catalog.caches.recall(id);
  return directory;
}

/** By name only: the folder need not be there. */
async function knownCache(context: EngineContext, { config, cache }: CacheTarget): Promise<Cache> {
  if (config === undefined && cache === undefined) throw new LarderError('ARGUMENT_INVALID', 'Neither a config nor a cache folder was given.', { hint: 'Give --config FILE or --cache DIR.' });
  const directory = config === undefined ? resolve(context.cwd, cache!) : (await readConfig(context, config)).config.directory;
  const known = context.catalog.caches.getByDirectory(directory);
  if (known === undefined) throw new LarderError('CACHE_NOT_FOUND', `The library does not know ${directory}.`, { hint: 'Give the folder as the library shows it.', details: { directory } });
  return known;
}
