import type { EngineEvent } from '../../contract/events.ts';

/** Ten batches a second: faster than an eye reads numbers, slow enough for any line. */
const FLUSH_EVERY_MS = 100;
/** Item events of one batch at most; the rows of jobs and caches carry the totals. */
const EVENTS_PER_BATCH = 1_000;

/**
 * Gathers events for a window. Of a job's progress only the last value of each tenth of a second
 * is kept; the beginning and the end of a job go at once, with all that was before them.
 */
export class EventBatch {
  readonly #send: (events: readonly EngineEvent[]) => void;
  readonly #progress = new Map<string, EngineEvent>();
  #events: EngineEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (events: readonly EngineEvent[]) => void) {
    this.#send = send;
  }

  add(event: EngineEvent): void {
    if (event.type === 'jobProgressed') this.#progress.set(event.jobId, event);
    else {
      // The last progress of a job stands before its end: a finished job has no news any more.
      if (event.type === 'jobEnded') this.#takeProgress(event.jobId);
      this.#events.push(event);
    }
    if (event.type === 'jobStarted' || event.type === 'jobEnded' || this.#events.length >= EVENTS_PER_BATCH) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_EVERY_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #takeProgress(jobId: string): void {
    const progress = this.#progress.get(jobId);
    if (progress === undefined) return;
    this.#progress.delete(jobId);
    this.#events.push(progress);
  }

  #flush(): void {
    this.close();
    const events = [...this.#events, ...this.#progress.values()];
    this.#events = [];
    this.#progress.clear();
    if (events.length > 0) this.#send(events);
  }
}
