import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { throwIfAborted } from './abort.ts';

/** A computation that says after every few milliseconds of work that it could be interrupted here. */
export type Steps<T> = Generator<void, T, void>;

/** Work between two turns of the event loop. */
const TURN_MS = 4;

/** Lets everything else have its turn. */
export { nextTurn };

/** All of it at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * As `for … of`, giving way to other work of this process after some milliseconds.
 *
 * @throws CANCELLED, what either of the two throws
 */
export async function forEachInTurns<T>(items: Iterable<T>, work: (item: T) => void, signal: AbortSignal): Promise<void> {
  let sinceMs = performance.now();
  for (const item of items) {
    work(item);
    if (performance.now() - sinceMs < TURN_MS) continue;
    await nextTurn();
    throwIfAborted(signal);
    sinceMs = performance.now();
  }
}

/** Elements of a column that are looked at between two steps: a millisecond or two, also before the loop over them was compiled. */
const PIECE = 32_768;

/**
 * The range `from` to `to` in pieces, with a step after each. What loops over a piece is called again and again, so that the
 * engine's compiler takes it up soon; one loop over a million elements is interpreted for a good part of them.
 */
export function* inPieces(from: number, to: number, work: (from: number, to: number) => void, size = PIECE): Steps<void> {
  for (let at = from; at < to; at += size) {
    work(at, Math.min(at + size, to));
    yield;
  }
}

/** How long what nobody waits for gives way at a time. */
const HELD_MS = 10;

/**
 * As `runInTurns`, for what nobody waits for yet: it stands still for as long as `isHeld`.
 *
 * @throws CANCELLED, what the steps throw
 */
export async function runBehind<T>(steps: Steps<T>, isHeld: () => boolean, signal: AbortSignal): Promise<T> {
  for (;;) {
    while (isHeld()) await delay(HELD_MS, undefined, { ref: false, signal });
    throwIfAborted(signal);
    const { done, value } = steps.next();
    if (done === true) return value;
    await nextTurn();
  }
}

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
