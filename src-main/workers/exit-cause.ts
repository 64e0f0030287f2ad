import type { ExitCause } from './protocol.ts';

export interface ExitFacts {
  readonly code: number | null;
  readonly signal: string | null;
  /** We asked it to end, or killed it. */
  readonly wasRequested: boolean;
  readonly saidBye: boolean;
  readonly tail: string;
  /** The kernel's out-of-memory killer struck this cgroup while the worker ran. */
  readonly oomKills: number;
}

const HEAP_EXHAUSTED = /heap out of memory|Reached heap limit|Last few GCs/;

/**
 * Why a worker is gone, judged by every sign there is: the out-of-memory text may be missing and a
 * SIGKILL may come from the kernel or from a person.
 */
export function exitCause(facts: ExitFacts): ExitCause {
  if (facts.wasRequested) return 'requested';
  if (facts.saidBye && facts.code === 0) return 'done';
  if (HEAP_EXHAUSTED.test(facts.tail)) return 'oom';
  if (facts.signal === 'SIGKILL') return facts.oomKills > 0 ? 'oom' : 'killed';
  if (facts.signal !== null) return 'crash';
  return 'error';
}
