import { LarderError, delay, throwIfAborted } from '../../base/index.ts';
import type { HubTimings } from './timings.ts';

/** Classes of requests that Hugging Face counts apart (hub-docs `docs/hub/rate-limits.md`). */
export type QuotaClass = 'api' | 'resolvers';

export interface RateLimit {
  readonly quota: string;
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** `RateLimit: "resolvers";r=12;t=34` (IETF draft-ietf-httpapi-ratelimit-headers-09). */
export function parseRateLimit(header: string | undefined): RateLimit | undefined {
  const match = /"?([\w -]+)"?\s*;\s*r=(\d{1,9})\s*;\s*t=(\d{1,9})/.exec(header ?? '');
  if (match === null) return undefined;
  return { quota: match[1] ?? '', remaining: Number(match[2]), resetSeconds: Number(match[3]) };
}

/** Requests per second of `RateLimit-Policy: "fixed window";"resolvers";q=3000;w=300`. */
export function parsePolicyRate(header: string | undefined): number | undefined {
  const quota = /[;\s]q=(\d{1,9})/.exec(header ?? '')?.[1];
  const window = /[;\s]w=(\d{1,9})/.exec(header ?? '')?.[1];
  if (quota === undefined || window === undefined || Number(window) === 0) return undefined;
  return Number(quota) / Number(window);
}

/** `Retry-After` in ms: seconds, or an HTTP date against `nowMs`. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

/** Share of the quota we use, so that the user's other tools still have some. */
const SHARE = 0.8;
const BURST = 100;
/** Windows waited out in a row before the user is asked. */
const PATIENCE = 3;

const START_RATES = {
  api: { anonymous: 1, authenticated: 2.5 },
  resolvers: { anonymous: 8, authenticated: 13 },
} as const;

interface Bucket {
  ratePerSecond: number;
  /** Below zero: requests that already have their turn. */
  tokens: number;
  filledAtMs: number;
  closedUntilMs: number;
  closedWindows: number;
}

export interface RateGateOptions {
  readonly isAuthenticated: boolean;
  readonly timings: HubTimings;
  /** ms; monotonic enough for waiting. Replaced in tests. */
  readonly clock?: () => number;
  /** 0 to 1. */
  readonly random?: () => number;
}

type Header = (name: string) => string | undefined;

/**
 * Paces all requests of one source: a token bucket per class, and a gate that a 429 closes for
 * everybody. Bodies under way are not touched.
 */
export class RateGate {
  readonly #buckets: Readonly<Record<QuotaClass, Bucket>>;
  readonly #options: RateGateOptions;
  readonly #clock: () => number;

  constructor(options: RateGateOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#buckets = { api: this.#newBucket('api'), resolvers: this.#newBucket('resolvers') };
  }

  #newBucket(quota: QuotaClass): Bucket {
    const rates = START_RATES[quota];
    const ratePerSecond = this.#options.isAuthenticated ? rates.authenticated : rates.anonymous;
    return { ratePerSecond, tokens: BURST, filledAtMs: this.#clock(), closedUntilMs: 0, closedWindows: 0 };
  }

  /** Takes one turn and returns how many ms it has to wait for it; 0 for none. */
  takeTurn(quota: QuotaClass): number {
    const bucket = this.#buckets[quota];
    const now = this.#clock();
    const filled = bucket.tokens + ((now - bucket.filledAtMs) / 1000) * bucket.ratePerSecond;
    bucket.tokens = Math.min(BURST, filled) - 1;
    bucket.filledAtMs = now;
    return bucket.tokens >= 0 ? 0 : (-bucket.tokens / bucket.ratePerSecond) * 1000;
  }

  /** ms until the gate opens; 0 when it is open. */
  closedForMs(quota: QuotaClass): number {
    return Math.max(0, this.#buckets[quota].closedUntilMs - this.#clock());
  }

  /** Waits for a turn and for an open gate. `onWait` hears of waits behind a closed gate. */
  async enter(quota: QuotaClass, signal: AbortSignal, onWait?: (ms: number) => void): Promise<void> {
    throwIfAborted(signal);
    const turnMs = this.takeTurn(quota);
    if (turnMs > 0) await delay(turnMs, signal);
    for (let closedMs = this.closedForMs(quota); closedMs > 0; closedMs = this.closedForMs(quota)) {
      onWait?.(closedMs);
      await delay(closedMs, signal);
    }
  }

  /** Learns from an answer that was not a 429. */
  observe(quota: QuotaClass, header: Header): void {
    const bucket = this.#buckets[quota];
    bucket.closedWindows = 0;
    this.#learnRate(bucket, header);
    const limit = parseRateLimit(header('ratelimit'));
    if (limit?.remaining === 0) this.#close(bucket, limit.resetSeconds * 1000);
  }

  /**
   * Closes the gate after a 429. Answers to requests that were already under way when it closed
   * belong to the same window.
   *
   * @returns ms until it opens
   * @throws RATE_LIMITED when three windows in a row brought no answer but 429
   */
  refuse(quota: QuotaClass, header: Header): number {
    const bucket = this.#buckets[quota];
    const isNewWindow = this.closedForMs(quota) === 0;
    this.#learnRate(bucket, header);
    this.#close(bucket, this.#waitAsked(header));
    if (isNewWindow) bucket.closedWindows += 1;
    const waitMs = this.closedForMs(quota);
    if (bucket.closedWindows > PATIENCE) throw rateLimitedError(waitMs, this.#options.isAuthenticated);
    return waitMs;
  }

  #waitAsked(header: Header): number {
    const limit = parseRateLimit(header('ratelimit'));
    if (limit?.remaining === 0) return limit.resetSeconds * 1000;
    return parseRetryAfter(header('retry-after'), this.#clock()) ?? this.#options.timings.rateLimitDefaultMs;
  }

  #learnRate(bucket: Bucket, header: Header): void {
    const rate = parsePolicyRate(header('ratelimit-policy'));
    if (rate !== undefined && rate > 0) bucket.ratePerSecond = rate * SHARE;
  }

  #close(bucket: Bucket, waitMs: number): void {
    const { timings, random = Math.random } = this.#options;
    const until = this.#clock() + waitMs + timings.rateLimitMarginMs + random() * timings.rateLimitJitterMs;
    bucket.closedUntilMs = Math.max(bucket.closedUntilMs, until);
  }
}

function rateLimitedError(waitMs: number, isAuthenticated: boolean): LarderError {
  const seconds = Math.ceil(waitMs / 1000);
  return new LarderError('RATE_LIMITED', `Hugging Face's request limit is reached, also after waiting ${PATIENCE} times.`, {
    hint: `Try again in ${seconds} s or later.${isAuthenticated ? ' Another tool may be using up the limit of this account.' : ' A token raises the limit.'}`,
    details: { waitMs },
  });
}
