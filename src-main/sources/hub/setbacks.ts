import { LarderError } from '../../base/index.ts';
import { unreachableError } from './errors.ts';
import type { PassingTrouble } from './passing-trouble.ts';
import type { HubTimings } from './timings.ts';

/** Bytes that count as progress and start the counting anew. */
const PROGRESS_BYTES = 1 << 20;
const MAX_REFUSED_LINKS = 3;
const MAX_WRONG_CONTENTS = 3;

export type NextStep =
  /** Try again after this many ms. */
  | { readonly kind: 'retry'; readonly waitMs: number }
  /** The Hub itself is away: everything waits for it, nothing is given up. */
  | { readonly kind: 'probe'; readonly waitMs: number };

export interface SetbackOptions {
  readonly path: string;
  readonly timings: HubTimings;
  readonly random: () => number;
}

/**
 * Counts what went wrong with one file and decides what comes next. Pure but for the random jitter:
 * no clock, no waiting.
 */
export class Setbacks {
  readonly #options: SetbackOptions;
  #tries = 0;
  #refusedLinks = 0;
  #wrongContents = 0;
  #highWaterBytes = 0;
  #countedFromBytes = 0;
  /** Good answers of the Hub when its present series of failures began. */
  #goodAnswersBefore: number | undefined;

  constructor(options: SetbackOptions) {
    this.#options = options;
  }

  /**
   * Notes how far the file is. Bytes received a second time are no progress: otherwise a server
   * that ignores ranges and cuts every body would be asked forever.
   */
  noteBytes(writtenBytes: number): void {
    this.#highWaterBytes = Math.max(this.#highWaterBytes, writtenBytes);
    if (this.#highWaterBytes - this.#countedFromBytes < PROGRESS_BYTES) return;
    this.#countedFromBytes = this.#highWaterBytes;
    this.#tries = 0;
    this.#refusedLinks = 0;
    this.#wrongContents = 0;
  }

  noteResolved(): void {
    this.#goodAnswersBefore = undefined;
  }

  /**
   * @param goodAnswers of the whole source so far
   * @throws SOURCE_UNREACHABLE, SOURCE_WRONG_CONTENT when trying again has lost its sense
   */
  next(trouble: PassingTrouble, goodAnswers: number): NextStep {
    this.#tries += 1;
    if (trouble.kind === 'refused') this.#refusedLinks += 1;
    if (trouble.kind === 'content') this.#wrongContents += 1;
    if (trouble.place === 'hub') this.#goodAnswersBefore ??= goodAnswers;
    if (this.#refusedLinks >= MAX_REFUSED_LINKS) throw unreachableError(trouble, this.#options.path);
    if (this.#wrongContents >= MAX_WRONG_CONTENTS) throw wrongContentError(trouble, this.#options.path);
    if (this.#tries < this.#options.timings.tries) return { kind: 'retry', waitMs: this.#backoff(trouble) };
    const isOnlyThisFile = this.#goodAnswersBefore !== undefined && goodAnswers > this.#goodAnswersBefore;
    if (trouble.place === 'storage' || isOnlyThisFile) throw unreachableError(trouble, this.#options.path);
    return { kind: 'probe', waitMs: this.#options.timings.probeIntervalMs };
  }

  /** Exponential with full jitter; the first refused link is an expired one, and worth no wait. */
  #backoff(trouble: PassingTrouble): number {
    if (trouble.kind === 'refused' && this.#refusedLinks === 1) return 0;
    const { firstBackoffMs, maxBackoffMs } = this.#options.timings;
    const ceiling = Math.min(maxBackoffMs, firstBackoffMs * 2 ** (this.#tries - 1));
    return Math.max(trouble.retryAfterMs ?? 0, ceiling * this.#options.random());
  }
}

function wrongContentError(trouble: PassingTrouble, path: string): LarderError {
  return new LarderError('SOURCE_WRONG_CONTENT', `${path}: the server keeps sending something else than the file (${trouble.message}).`, {
    hint: 'A proxy or mirror may be in the way: check HF_ENDPOINT and HTTPS_PROXY. The other files go on.',
    details: { path, host: trouble.host, reason: trouble.message },
  });
}
