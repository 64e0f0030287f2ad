import { setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from './abort.ts';

/** A computation that says after every few milliseconds of work that it could be interrupted here. */
export type Steps<T> = Generator<void, T, void>;

/** All of it at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Work between two turns of the event loop. */
const TURN_MS = 4;

/**
 * As `runSteps`, giving way to other work of this process after some milliseconds.
 *
 * @throws CANCELLED, what the steps throw
 */
export async function runInTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  let sinceMs = performance.now();
  for (;;) {
    throwIfAborted(signal);
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() - sinceMs < TURN_MS) continue;
    await nextTurn();
    sinceMs = performance.now();
  }
}
