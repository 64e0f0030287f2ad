import { type Exchange, answerProblem } from './answer.ts';

/** A fixed window, as the Hub counts: `limit` requests per `windowSeconds`. */
export interface Quota {
  readonly limit: number;
  readonly windowSeconds: number;
}

export class QuotaCounter {
  readonly #name: string;
  readonly #quota: Quota;
  #used = 0;
  #endsAtMs = 0;

  constructor(name: string, quota: Quota) {
    this.#name = name;
    this.#quota = quota;
  }

  /** Counts a request and sets its headers; false when it was answered with 429. */
  admit(exchange: Exchange): boolean {
    const { limit, windowSeconds } = this.#quota;
    const now = Date.now();
    if (now >= this.#endsAtMs) {
      this.#used = 0;
      this.#endsAtMs = now + windowSeconds * 1000;
    }
    this.#used += 1;
    const left = Math.max(0, limit - this.#used);
    const seconds = Math.ceil((this.#endsAtMs - now) / 1000);
    exchange.response.setHeader('ratelimit', `"${this.#name}";r=${left};t=${seconds}`);
    exchange.response.setHeader('ratelimit-policy', `"fixed window";"${this.#name}";q=${limit};w=${windowSeconds}`);
    if (this.#used <= limit) return true;
    answerProblem(exchange, { status: 429, message: 'You have exceeded your rate limit.' });
    return false;
  }
}
