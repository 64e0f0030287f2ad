import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { forEachLimited } from '../../src-main/base/index.ts';
import type { VerifyOutcome, VerifyRequestFile } from '../../src-main/kinds/kind.ts';
import type { VolumeVerifyPayload } from '../../src-main/kinds/volume/tasks.ts';
import { WorkerPool, createNodeWorkerHost } from '../../src-main/workers/index.ts';

const HEAP_MEGABYTES = 512;
/** Tasks per worker before the clock runs: the first one may go to a worker that was ready before the others. */
const WAKING_TASKS = 3;

/** What `larder verify` checks of an entry of the example config. */
const EXPECTED: VolumeVerifyPayload['expected'] = { shape: [-1, 128, 256, 256], dtype: 'float32', bMin: -1, bMax: 1 };

async function requestsOf(directory: string): Promise<VerifyRequestFile[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.pt')).toSorted();
  return files.map((file) => ({ path: join(directory, file), file, key: file.slice(0, -'.pt'.length), name: null }));
}

/** Deep-checks files in the pool, one file a task. @throws if one is not sound */
async function checkAll(pool: WorkerPool, workers: number, requests: readonly VerifyRequestFile[], signal: AbortSignal): Promise<void> {
  let sound = 0;
  const onPartial = (value: unknown): void => {
    if ((value as VerifyOutcome).isSound) sound++;
  };
  // One lane more than workers, so that the next file waits when a worker gets free.
  await forEachLimited(requests, workers + 1, async (request) => {
    const payload: VolumeVerifyPayload = { files: [request], level: 'deep', expected: EXPECTED };
    await pool.run({ kind: 'volume', task: 'verify', payload }, { signal, onPartial });
  });
  if (sound !== requests.length) throw new Error(`Larder found ${sound} of ${requests.length} entries sound`);
}

/**
 * Seconds that Larder's workers need to deep-check every entry of a folder once they run and have
 * checked a file before: what monai_pipeline.py measures of torch.load.
 *
 * @param workerEntry file of the worker: built, or in the sources
 */
export async function secondsInWarmPool(workerEntry: string, directory: string, workers: number): Promise<number> {
  const requests = await requestsOf(directory);
  const pool = new WorkerPool({ host: createNodeWorkerHost(workerEntry, process.env), count: workers, heapMegabytes: HEAP_MEGABYTES });
  const { signal } = new AbortController();
  try {
    await checkAll(pool, workers, Array.from({ length: workers * WAKING_TASKS }, () => requests[0]!), signal);
    const startedAt = performance.now();
    await checkAll(pool, workers, requests, signal);
    return (performance.now() - startedAt) / 1000;
  } finally {
    await pool.close();
  }
}
