import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalog } from '../catalog/index.ts';
import type { Catalog } from '../catalog/index.ts';
import type { JobChange, StoredJobState } from '../jobs/index.ts';
import { currentOwner } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { cancelJob } from './jobs-command.ts';

const { signal } = new AbortController();

let folder: string;
let catalog: Catalog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-jobs-'));
  catalog = openCatalog({ path: join(folder, 'catalog.db') });
});
afterEach(async () => {
  catalog.close();
  await rm(folder, { recursive: true });
});

/** A running job of this process, which comes to something else right after somebody has seen that it runs. */
function runningUntilSeen(changes: readonly JobChange[]): EngineContext {
  catalog.jobs.insert({ id: 'job', command: 'verify', arguments: {}, createdAtMs: 1, startedAtMs: 1, state: 'running', owner: currentOwner(), heartbeatAtMs: Date.now() });
  const left = [...changes];
  const jobs = {
    ...catalog.jobs,
    get: (id: string) => {
      const row = catalog.jobs.get(id);
      const change = left.shift();
      if (change !== undefined) catalog.jobs.update(id, change);
      return row;
    },
  };
  return { catalog: { ...catalog, jobs, caches: { get: () => undefined } } } as unknown as EngineContext;
}

describe('cancelling a job', () => {
  it.each<[StoredJobState]>([['succeeded'], ['failed'], ['interrupted']])('that has %s in that moment is refused, and the job stays what it was', async (state) => {
    const context = runningUntilSeen([{ state, endedAtMs: 2, result: { entries: 3 } }]);
    await expect(cancelJob(context, 'job', signal)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(catalog.jobs.get('job')).toMatchObject({ state, endedAtMs: 2, result: { entries: 3 } });
  });

  it('that was paused in that moment cancels it', async () => {
    const context = runningUntilSeen([{ state: 'paused' }, {}, { endedAtMs: 3 }]);
    expect(await cancelJob(context, 'job', signal)).toMatchObject({ state: 'cancelled' });
  });
});
