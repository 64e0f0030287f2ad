import { readFileSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';

/** Bytes this process tree may still use: what is available, cut to the cgroup's limit. */
export function availableMemoryBytes(): number {
  const constrained = process.availableMemory();
  return constrained > 0 ? constrained : freemem();
}

/** Part of the available memory that workers may take together; the rest is for the engine and others. */
const WORKER_SHARE = 0.8;

export interface WorkerBudget {
  readonly perWorkerBytes: number;
  readonly budgetBytes: number;
  /** At least 1: a single worker is always tried. */
  readonly workersThatFit: number;
  readonly workers: number;
}

/**
 * How many workers run: as many as asked for (one per core if nothing is asked), but no more than
 * the memory holds.
 *
 * @param limitBytes what the user lets all workers take together
 * @param requested from `--num-workers`; undefined: one per available core
 */
export function workerBudget(perWorkerBytes: number, requested: number | undefined, available: number = availableMemoryBytes(), limitBytes = Infinity): WorkerBudget {
  const budgetBytes = Math.min(Math.floor(available * WORKER_SHARE), limitBytes);
  const workersThatFit = Math.max(1, Math.floor(budgetBytes / perWorkerBytes));
  return { perWorkerBytes, budgetBytes, workersThatFit, workers: Math.min(requested ?? availableCores(), workersThatFit) };
}

/**
 * Cores this process may use: the scheduler's affinity, cut to the cgroup's CPU quota, which
 * containers and cluster jobs are limited by.
 */
export function availableCores(): number {
  const cores = availableParallelism();
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ');
    if (quota !== undefined && quota !== 'max') return Math.max(1, Math.min(cores, Math.ceil(Number(quota) / Number(period))));
  } catch {
    // No cgroup v2: the affinity is all there is to know.
  }
  return cores;
}
