import { rm } from 'node:fs/promises';
import type { ErrorCode } from '../contract/errors.ts';
import type { EngineEvent } from '../contract/events.ts';
import { LarderError, isLarderError, toWire } from '../base/index.ts';
import type { KindConfig, PreprocessOutcome } from '../kinds/kind.ts';
import type { WorkerPool } from '../workers/index.ts';
import type { WorkItem } from './plan.ts';

export const ATTEMPTS = 3;

/** Troubles of the moment: the same work may well succeed on the next try. */
const PASSING: ReadonlySet<ErrorCode> = new Set(['WORKER_LOST', 'WORKER_OUT_OF_MEMORY', 'IO_FAILED', 'INTERNAL', 'ENTRY_DAMAGED']);

export interface PreprocessDependencies {
  readonly config: KindConfig;
  readonly pool: WorkerPool;
  readonly jobId: string;
  readonly emit: (event: EngineEvent) => void;
}

/**
 * Has a worker make one entry in staging, up to three times where the trouble may pass. The worker
 * writes, syncs and checks the file; it is complete when this returns.
 *
 * @throws what the last attempt threw, with `attempts` in its details
 */
export async function preprocessItem(
  dependencies: PreprocessDependencies,
  work: WorkItem,
  rawPath: string,
  stagedPath: string,
  format: string,
  signal: AbortSignal,
): Promise<PreprocessOutcome> {
  const { config, pool, jobId, emit } = dependencies;
  const payload = config.preprocessPayload({ item: work.item, rawPath, localPath: work.origin.localPath, stagedPath, format });
  for (let attempt = 1; ; attempt++) {
    try {
      return (await pool.run({ kind: config.kind, task: 'preprocess', payload }, { signal })) as PreprocessOutcome;
    } catch (error) {
      // What cannot be removed goes with the staging folder; the trouble that led here is the one to tell.
      await rm(stagedPath, { force: true }).catch(() => undefined);
      if (!isLarderError(error) || error.code === 'CANCELLED') throw error;
      if (attempt >= ATTEMPTS || !PASSING.has(error.code)) throw withAttempts(error, attempt);
      emit({ type: 'itemRetried', jobId, name: work.item.name, attempt, error: toWire(error) });
    }
  }
}

function withAttempts(error: LarderError, attempts: number): LarderError {
  return new LarderError(error.code, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    details: { ...error.details, attempts },
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  });
}
