import { workerBudget } from '../workers/index.ts';
import type { EngineContext } from './context.ts';

/** Workers for a job: as many as asked for, else as many as are set, and no more than the memory that may be used holds. */
export function workerCount({ settings }: EngineContext, perWorkerBytes: number, requested: number | undefined): number {
  const { workers, memoryBytes } = settings.current();
  return workerBudget(perWorkerBytes, requested ?? workers ?? undefined, undefined, memoryBytes ?? undefined).workers;
}
