import { setImmediate } from 'node:timers/promises';

/** A local disk answers within a few microseconds, and handing the question to another thread takes ten times as long. */
const FAST_MS = 0.2;
/** Calls that are judged together: on a busy machine a single one may take long. */
const JUDGED_TOGETHER = 64;
/** Calls that do not wait after slow ones; twice as many each time the next ones that wait are slow too. */
const APART = { first: 64, most: 65_536 };
/** Calls wait for so long before other work gets its turn. */
const TURN_MS = 8;

/**
 * Chooses between a call that waits for the disk and its like that does not, by how long the last ones took: for small files
 * in great number. A disk that was slow for a while (it was busy, it had to look) is tried again after some calls.
 */
export class DiskPace {
  #apart = 0;
  #nextApart = APART.first;
  #waitedMs = 0;
  #judgedMs = 0;
  #judged = 0;

  /**
   * @param now waits for the disk
   * @param later does the same and does not wait
   * @throws what the call throws
   */
  async run<T>(now: () => T, later: () => Promise<T>): Promise<T> {
    if (!this.mayWait(1)) return await later();
    if (this.#waitedMs > TURN_MS) {
      this.#waitedMs = 0;
      await setImmediate();
    }
    const startedAt = performance.now();
    try {
      return now();
    } finally {
      this.note(1, performance.now() - startedAt);
    }
  }

  /** Whether the next calls, made together, are to wait; whoever lets them wait says by `note` how long they took. */
  mayWait(calls: number): boolean {
    if (this.#apart === 0) return true;
    this.#apart = Math.max(0, this.#apart - calls);
    return false;
  }

  note(calls: number, ms: number): void {
    this.#waitedMs += ms;
    this.#judgedMs += ms;
    this.#judged += calls;
    const isSlow = this.#judgedMs > FAST_MS * Math.max(JUDGED_TOGETHER, this.#judged);
    if (!isSlow && this.#judged < JUDGED_TOGETHER) return;
    this.#judgedMs = 0;
    this.#judged = 0;
    if (isSlow) this.#apart = this.#nextApart;
    this.#nextApart = isSlow ? Math.min(APART.most, 2 * this.#nextApart) : APART.first;
  }
}
