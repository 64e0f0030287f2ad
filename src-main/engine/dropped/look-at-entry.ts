import { basename, dirname } from 'node:path';
import type { Dropped } from '../../contract/dropped.ts';
import type { ParameterLine } from '../../contract/plan.ts';
import type { VerifyOutcome } from '../../kinds/index.ts';
import { KINDS } from '../../kinds/index.ts';
import { WorkerPool } from '../../workers/index.ts';
import type { EngineContext } from '../context.ts';
import { WORKER_HEAP_MEGABYTES } from '../worker-heap.ts';
import { placesOf } from './known-places.ts';

/** Known caches that have an entry of this name, and what the file says where its place is known. @throws FILE_NOT_FOUND, PERMISSION_DENIED, CANCELLED */
export async function lookAtEntry(context: EngineContext, place: { readonly name: string; readonly path: string | null }, signal: AbortSignal): Promise<Dropped> {
  const key = KINDS.map((kind) => kind.keyOfFile(place.name)).find((found) => found !== undefined) ?? place.name.replace(/\.pt$/i, '');
  const outcome = place.path === null ? undefined : await readAlone(context, place.path, key, signal);
  return { ...place, what: 'entry', key, places: placesOf(context, key), facts: outcome === undefined ? null : factLines(outcome), shape: outcome?.shape ?? null, view: null, findings: outcome?.findings ?? [] };
}

/** Reads and checks one file by itself, with the parameters beside it if there are any. */
async function readAlone(context: EngineContext, path: string, key: string, signal: AbortSignal): Promise<VerifyOutcome | undefined> {
  const file = basename(path);
  for (const kind of KINDS) {
    const recognised = await kind.recognise(dirname(path), [file]);
    if (recognised === undefined) continue;
    const pool = new WorkerPool({ host: context.workerHost, count: 1, heapMegabytes: WORKER_HEAP_MEGABYTES });
    try {
      let outcome: VerifyOutcome | undefined;
      const payload = recognised.verifyPayload({ files: [{ path, file, key, name: null }], level: 'deep' });
      await pool.run({ kind: kind.id, task: 'verify', payload }, { signal, onPartial: (value) => (outcome = value as VerifyOutcome) });
      return outcome;
    } finally {
      await pool.close();
    }
  }
  return undefined;
}

function factLines({ sizeBytes, shape, dtype, statistics, sourcePath, isSound }: VerifyOutcome): readonly ParameterLine[] {
  const line = (name: string, value: string | null): ParameterLine[] => (value === null ? [] : [{ name, value }]);
  return [
    ...line('Checked', isSound ? 'sound: every byte and every number' : 'damaged'),
    ...line('Shape', shape === null ? null : shape.join(' × ')),
    ...line('Elements', dtype),
    ...line('Values', statistics === null || statistics.min === null || statistics.max === null ? null : `${statistics.min.toPrecision(5)} to ${statistics.max.toPrecision(5)}, mean ${statistics.mean?.toPrecision(5) ?? '–'}`),
    ...line('Not finite', statistics === null ? null : String(statistics.nonFiniteCount)),
    ...line('Bytes', sizeBytes.toLocaleString('en-US')),
    ...line('Made from', sourcePath),
  ];
}
