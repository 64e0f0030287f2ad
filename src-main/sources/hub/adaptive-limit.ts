import { cancelledError, throwIfAborted } from '../../base/index.ts';

export interface AdaptiveLimitOptions {
  /** Downloads at once, at most. */
  readonly max: number;
  readonly adaptIntervalMs: number;
  /** ms. Replaced in tests. */
  readonly clock?: () => number;
}

const START = 2;
/** One more download must bring at least this much more throughput. */
const WORTH_IT = 1.05;

interface Waiter {
  readonly start: () => void;
}

/**
 * How many downloads run at once: two at first, one more as long as throughput rises by 5 % or
 * more, half as many after trouble. More connections than the link can fill only make every file
 * slower, and a poor link fail.
 */
export class AdaptiveLimit {
  readonly #options: AdaptiveLimitOptions;
  readonly #clock: () => number;
  readonly #waiting: Waiter[] = [];
  #limit: number;
  #running = 0;
  #windowStartMs: number;
  #windowBytes = 0;
  #bestBytesPerMs = 0;

  constructor(options: AdaptiveLimitOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#limit = Math.min(START, options.max);
    this.#windowStartMs = this.#clock();
  }

  get limit(): number {
    return this.#limit;
  }

  /** Runs `work` when a place is free. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#enter(signal);
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Lets somebody else in while `pause` lasts; to be called from inside `run`. */
  async giveWay(pause: () => Promise<void>, signal: AbortSignal): Promise<void> {
    this.#leave();
    try {
      await pause();
      await this.#enter(signal);
    } catch (error) {
      // The place is given back once more when `run` ends.
      this.#running += 1;
      throw error;
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    if (this.#running >= this.#limit) await this.#wait(signal);
    else this.#running += 1;
  }

  #leave(): void {
    this.#running -= 1;
    this.#admit();
  }

  noteBytes(bytes: number): void {
    this.#windowBytes += bytes;
    const elapsedMs = this.#clock() - this.#windowStartMs;
    if (elapsedMs < this.#options.adaptIntervalMs) return;
    this.#judge(this.#windowBytes / elapsedMs);
  }

  noteTrouble(): void {
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#bestBytesPerMs = 0;
    this.#startWindow();
  }

  #judge(bytesPerMs: number): void {
    this.#startWindow();
    if (this.#running < this.#limit) return;
    if (bytesPerMs < this.#bestBytesPerMs * WORTH_IT) return;
    this.#bestBytesPerMs = bytesPerMs;
    this.#limit = Math.min(this.#options.max, this.#limit + 1);
    this.#admit();
  }

  #startWindow(): void {
    this.#windowStartMs = this.#clock();
    this.#windowBytes = 0;
  }

  #admit(): void {
    while (this.#running < this.#limit) {
      const waiter = this.#waiting.shift();
      if (waiter === undefined) return;
      this.#running += 1;
      waiter.start();
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        start: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = (): void => {
        const at = this.#waiting.indexOf(waiter);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(cancelledError('The download'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
    });
  }
}
