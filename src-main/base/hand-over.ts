import { cancelledError } from './errors.ts';

/**
 * A line between producers and consumers, in order. `push` waits while the line is full, `next`
 * while it is empty; both reject with CANCELLED on abort.
 */
export class HandOver<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;
  readonly #signal: AbortSignal;
  #isClosed = false;
  #wake: (() => void)[] = [];

  constructor(capacity: number, signal: AbortSignal) {
    this.#capacity = capacity;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wakeAll(), { once: true });
  }

  get length(): number {
    return this.#items.length;
  }

  async push(item: T, options: { readonly evenIfFull?: boolean } = {}): Promise<void> {
    while (!options.evenIfFull && this.#items.length >= this.#capacity) await this.#wait();
    if (this.#signal.aborted) throw cancelledError();
    this.#items.push(item);
    this.#wakeAll();
  }

  /** The next item, or undefined once the line is closed and empty. */
  async next(): Promise<T | undefined> {
    while (this.#items.length === 0) {
      if (this.#isClosed) return undefined;
      await this.#wait();
    }
    const item = this.#items.shift();
    this.#wakeAll();
    return item;
  }

  /** No more items will come. */
  close(): void {
    this.#isClosed = true;
    this.#wakeAll();
  }

  #wait(): Promise<void> {
    if (this.#signal.aborted) return Promise.reject(cancelledError());
    return new Promise((resolve, reject) => {
      this.#wake.push(() => (this.#signal.aborted ? reject(cancelledError()) : resolve()));
    });
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}

/** A number of places; whoever finds none waits its turn. */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  acquire(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(cancelledError());
    if (this.#free > 0) {
      this.#free--;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(cancelledError());
      };
      const enter = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(enter);
    });
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
