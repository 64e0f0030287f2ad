import { delay } from './abort.ts';

export interface RetryOptions {
  /** Tries in all, the first one included. */
  readonly tries: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly isRetryable: (error: unknown) => boolean;
  readonly signal?: AbortSignal;
  /** Hears of every failure after which it is tried again, before the wait. */
  readonly onRetry?: (error: unknown, attempt: number) => void;
  /** 0 to 1; replaced in tests. */
  readonly random?: () => number;
}

/** Exponential backoff with full jitter. Rethrows the last error. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const random = options.random ?? Math.random;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (attempt >= options.tries || !options.isRetryable(error)) throw error;
      options.onRetry?.(error, attempt);
      const ceiling = Math.min(options.maxDelayMs, options.firstDelayMs * 2 ** (attempt - 1));
      await delay(ceiling * random(), options.signal);
    }
  }
}
