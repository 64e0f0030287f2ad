import { onWake } from '../../base/index.ts';
import type { HubTimings } from './timings.ts';

/**
 * Watches one body: calls `onStall` when no byte came for the stall timeout, or fewer than
 * `slowBytesPerSecond` over a whole window, or at once when the computer wakes up, since nobody keeps
 * a connection through that. Stands still while we ourselves are not reading (a disk
 * write, the bandwidth cap), which is why undici's `bodyTimeout` is no substitute: it does not fire
 * for a paused reader, nor for a slow drip.
 */
export class StallWatchdog {
  readonly #timings: HubTimings;
  readonly #onStall: (reason: string) => void;
  readonly #stopWaking: () => void;
  #silence: NodeJS.Timeout | undefined;
  #windowStartMs = Date.now();
  #windowBytes = 0;
  #pausedMs = 0;
  #pausedAtMs = 0;

  constructor(timings: HubTimings, onStall: (reason: string) => void) {
    this.#timings = timings;
    this.#onStall = onStall;
    this.#stopWaking = onWake(() => onStall('the computer was asleep'));
    this.#listen();
  }

  /** To be called with each chunk, before it is worked on. */
  pause(bytes: number): void {
    clearTimeout(this.#silence);
    this.#windowBytes += bytes;
    this.#pausedAtMs = Date.now();
    this.#judgeWindow();
  }

  /** To be called when the next chunk is waited for. */
  resume(): void {
    this.#pausedMs += Date.now() - this.#pausedAtMs;
    this.#listen();
  }

  stop(): void {
    clearTimeout(this.#silence);
    this.#stopWaking();
  }

  #listen(): void {
    clearTimeout(this.#silence);
    const { stallTimeoutMs } = this.#timings;
    this.#silence = setTimeout(() => this.#onStall(`no byte for ${stallTimeoutMs / 1000} s`), stallTimeoutMs);
  }

  /** Chunks arrive at least every stall timeout, so judging when one comes is often enough. */
  #judgeWindow(): void {
    const { slowWindowMs, slowBytesPerSecond } = this.#timings;
    const readingMs = Date.now() - this.#windowStartMs - this.#pausedMs;
    if (readingMs < slowWindowMs) return;
    const rate = this.#windowBytes / (readingMs / 1000);
    this.#windowStartMs = Date.now();
    this.#windowBytes = 0;
    this.#pausedMs = 0;
    if (rate < slowBytesPerSecond) this.#onStall(`only ${Math.round(rate)} bytes per second for ${slowWindowMs / 1000} s`);
  }
}
