import { delay } from '../../base/index.ts';

/** A cap on bytes per second that all downloads of a source share. */
export class Bandwidth {
  readonly #bytesPerSecond: number;
  readonly #clock: () => number;
  /** Time up to which the cap is spent. */
  #spentUntilMs = 0;

  /** @param bytesPerSecond Infinity for no cap */
  constructor(bytesPerSecond: number, clock: () => number = Date.now) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
  }

  /** Notes bytes just received; returns the ms to wait so that the mean stays under the cap. */
  spend(bytes: number): number {
    if (!Number.isFinite(this.#bytesPerSecond)) return 0;
    const now = this.#clock();
    this.#spentUntilMs = Math.max(this.#spentUntilMs, now) + (bytes / this.#bytesPerSecond) * 1000;
    return this.#spentUntilMs - now;
  }

  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const waitMs = this.spend(bytes);
    if (waitMs >= 1) await delay(waitMs, signal);
  }
}
