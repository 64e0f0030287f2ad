import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { availableCores } from './memory.ts';

/** The number of the core a worker keeps to. */
export const CORE_VARIABLE = 'LARDER_WORKER_CORE';

/**
 * Numbers of the cores this process may run on, one for each worker to keep to: a worker's own
 * threads pass work to each other all the time, and the system moves them about between the cores
 * until one core has two and another none.
 *
 * None outside Linux, and none where a quota of time leaves fewer cores than there are: all who are
 * limited so would keep to the same few.
 */
export function coresToKeepTo(): readonly number[] {
  if (process.platform !== 'linux') return [];
  try {
    const listed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    const cores = listed === undefined ? [] : parseCoreList(listed);
    return cores.length === availableParallelism() && cores.length === availableCores() ? cores : [];
  } catch {
    return [];
  }
}

/** "0-2,5" is 0, 1, 2 and 5. */
export function parseCoreList(text: string): number[] {
  return text.split(',').flatMap((range) => {
    const [first, last] = range.split('-').map(Number);
    if (first === undefined || !Number.isInteger(first)) return [];
    return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
  });
}

/** Keeps this process to the core its pool named, with the system's `taskset`; where there is none it runs as it did. */
export function keepToOwnCore(): void {
  const core = process.env[CORE_VARIABLE];
  if (core !== undefined) spawnSync('taskset', ['-acp', core, String(process.pid)], { stdio: 'ignore', timeout: 2_000 });
}
