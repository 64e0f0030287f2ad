export interface ThrottleOptions {
  /** At least this long from one run to the next, ms. */
  readonly everyMs: number;
  /** Whether the first of a series waits as well, so that what comes together with it is in the same run. */
  readonly isLate?: boolean;
}

/** Runs something when it is touched, but not more often than so; after the last touch it always runs once more. */
export class Throttle {
  readonly #run: () => void;
  readonly #options: ThrottleOptions;
  #timer: NodeJS.Timeout | undefined;
  #isTouched = false;

  constructor(options: ThrottleOptions, run: () => void) {
    this.#options = options;
    this.#run = run;
  }

  touch(): void {
    this.#isTouched = true;
    if (this.#timer !== undefined) return;
    if (this.#options.isLate === true) this.#wait();
    else this.#turn();
  }

  /** Whether nothing waits, so that the next touch runs at once. */
  get isIdle(): boolean {
    return this.#timer === undefined;
  }

  /** What was touched last is not run any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isTouched = false;
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isTouched) this.#turn();
    }, this.#options.everyMs);
  }

  #turn(): void {
    this.#isTouched = false;
    this.#wait();
    this.#run();
  }
}
