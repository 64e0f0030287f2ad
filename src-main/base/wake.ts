import { utimes } from 'node:fs/promises';

/** A process that reads its clock several times a second and finds so much gone has not lived through it. */
const SLEPT_AFTER_MS = 15_000;
/** Two who notice the same waking within this time tell it once. */
const ONE_WAKING_MS = 5_000;

const listeners = new Set<() => void>();
let toldAtMs = Number.NEGATIVE_INFINITY;

/** Hears when the computer wakes up. @returns ends it */
export function onWake(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The computer has woken up: connections from before are dead, and others may hold this process for gone. */
export function tellWake(): void {
  if (performance.now() - toldAtMs < ONE_WAKING_MS) return;
  toldAtMs = performance.now();
  for (const listener of Array.from(listeners)) listener();
}

/**
 * Milliseconds this process has run, without those for which the computer slept, the process was stopped, or the
 * clock was set: rates and forecasts are of the work, not of the night. It has to be read several times a second.
 *
 * @param onSlept told how long nothing ran
 */
export function awakeClock(onSlept: (sleptMs: number) => void, now: () => number = Date.now): () => number {
  let lastMs = now();
  let awakeMs = 0;
  return () => {
    const passedMs = now() - lastMs;
    lastMs += passedMs;
    if (passedMs > SLEPT_AFTER_MS) onSlept(passedMs);
    else if (passedMs > 0) awakeMs += passedMs;
    return awakeMs;
  };
}

/**
 * Shows by the time of a file that its owner lives: every so often, and at once after a sleep, in which it was silent.
 *
 * @returns ends it
 */
export function beatOn(path: string, everyMs: number): () => void {
  const touch = (): void => {
    const now = new Date();
    // A missed beat is made up by the next one; a mark that is gone shows when it is released.
    utimes(path, now, now).catch(() => undefined);
  };
  const timer = setInterval(touch, everyMs);
  timer.unref();
  const stopWaking = onWake(touch);
  return () => {
    clearInterval(timer);
    stopWaking();
  };
}
