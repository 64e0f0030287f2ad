import { throwIfAborted } from './abort.ts';

/**
 * Runs `work` over `items` with at most `limit` at a time, in order of the iterable. Stops taking
 * new items on abort or on the first rejection, waits for those under way, then rejects.
 */
export async function forEachLimited<T>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failed = false;
  const lane = async (): Promise<void> => {
    while (!failed) {
      throwIfAborted(signal);
      const next = await iterator.next();
      if (next.done) return;
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const lanes = Array.from({ length: Math.max(1, limit) }, lane);
  const results = await Promise.allSettled(lanes);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Up to `size` items at a time, in order; made as they are asked for. @param size may change from one batch to the next */
export function* inBatches<T>(items: Iterable<T>, size: number | (() => number)): Generator<readonly T[]> {
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < (typeof size === 'number' ? size : size())) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
