import type { AppInfo, MethodInput, MethodName, MethodOutput } from '../../contract/methods.ts';
import { LarderError } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import type { StartedJobs } from './started-jobs.ts';

export type MethodHandlers = { readonly [M in MethodName]: (input: MethodInput<M>, signal: AbortSignal) => MethodOutput<M> | Promise<MethodOutput<M>> };

/** Rows of a page when none are asked for. */
const ITEMS_PER_PAGE = 100;

/** What methods work with. */
export interface MethodContext {
  readonly engine: Engine;
  readonly info: AppInfo;
  /** For methods that begin a job and answer with its number. */
  readonly jobs: StartedJobs;
}

/** What each method does: one call of the engine. */
export function methodHandlers({ engine, info }: MethodContext): MethodHandlers {
  return {
    'app.info': () => info,
    'library.list': () => engine.library(),
    'cache.stats': ({ cacheId }, signal) => engine.stats({ cache: directoryOf(engine, cacheId) }, signal),
    'cache.items': ({ cacheId, limit, ...filter }) => engine.page(cacheId, { limit: limit ?? ITEMS_PER_PAGE, ...filter }),
    async 'cache.refresh'({ cacheId }, signal) {
      await engine.refresh(cacheId, signal);
      return null;
    },
    'jobs.list': () => engine.jobs(),
  };
}

/** @throws CACHE_NOT_FOUND for an id the catalog does not have */
function directoryOf(engine: Engine, cacheId: number): string {
  const cache = engine.library().find((candidate) => candidate.id === cacheId);
  if (cache === undefined) throw new LarderError('CACHE_NOT_FOUND', `The catalog has no cache with the number ${cacheId}.`, { hint: 'It may have been forgotten meanwhile; go back to the library.' });
  return cache.directory;
}
