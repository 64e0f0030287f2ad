import type { ClearChoices, StorageMethods } from '../../contract/storage.ts';
import type { MethodContext, MethodHandlers } from './methods.ts';
import { summaryOf } from './methods-cache.ts';

/** What the Storage screen asks and does. */
export function storageMethods({ engine, jobs }: MethodContext): Pick<MethodHandlers, keyof StorageMethods> {
  const requestOf = <C extends ClearChoices>({ cacheId, ...choices }: C) => ({ ...choices, cache: summaryOf(engine, cacheId).directory });
  return {
    'storage.disk': ({ cacheId }, signal) => engine.diskUsage(cacheId, signal),
    'storage.own': (_input, signal) => engine.ownDiskUsage(signal),
    'storage.previewClear': (input, signal) => engine.previewClear(requestOf(input), signal),
    async 'storage.clear'(input) {
      const request = requestOf(input);
      return await jobs.start({ command: 'clear', directory: request.cache, run: (signal) => engine.clear(request, signal) });
    },
    'storage.clearLeftovers': ({ cacheId }, signal) => engine.clearLeftovers({ cache: summaryOf(engine, cacheId).directory }, signal),
    'storage.clearPreviews': () => engine.clearPreviews(),
  };
}
