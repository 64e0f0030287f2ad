import type { KindId } from '../contract/entries.ts';
import { Places } from '../base/index.ts';
import type { Urgency, WorkerHost } from '../workers/index.ts';
import { WorkerPool } from '../workers/index.ts';
import { WORKER_HEAP_MEGABYTES } from './worker-heap.ts';

/** Who looks at entries looks at more; after this long without a look the processes are given back. */
const IDLE_MS = 60_000;

/**
 * Workers for what somebody waits for on a screen. They stay ready between tasks, because starting
 * one takes longer than most of these tasks.
 */
export class WarmWorkers {
  readonly #host: WorkerHost;
  readonly #count: number;
  readonly #urgency: Urgency;
  readonly #environment: Readonly<Record<string, string>> | undefined;
  readonly #places: Places;
  readonly #closing = new AbortController();
  #pool: WorkerPool | undefined;
  #busy = 0;
  #idle: NodeJS.Timeout | undefined;

  /** @param environment variables the workers start with */
  constructor(host: WorkerHost, count: number, urgency: Urgency, environment?: Readonly<Record<string, string>>) {
    this.#host = host;
    this.#urgency = urgency;
    this.#environment = environment;
    this.#count = count;
    this.#places = new Places(count);
  }

  /**
   * A task whose turn has not come is dropped on abort; one that has begun is short and runs to its
   * end, so that its worker stays warm for the next.
   *
   * @throws what the task throws; CANCELLED; WORKER_LOST, WORKER_OUT_OF_MEMORY
   */
  async run(task: { readonly kind: KindId; readonly task: string; readonly payload: unknown }, signal: AbortSignal): Promise<unknown> {
    await this.#places.acquire(AbortSignal.any([signal, this.#closing.signal]));
    clearTimeout(this.#idle);
    this.#busy++;
    try {
      return await this.#open().run(task, { signal: this.#closing.signal });
    } finally {
      this.#places.release();
      if (--this.#busy === 0) this.#idle = setTimeout(() => this.#rest(), IDLE_MS).unref();
    }
  }

  /** Has the workers ready before the first task; if none comes, they are given back as after one. */
  prepare(kind: KindId): void {
    if (this.#pool !== undefined || this.#closing.signal.aborted) return;
    this.#open().prepare(kind);
    this.#idle = setTimeout(() => this.#rest(), IDLE_MS).unref();
  }

  #open(): WorkerPool {
    this.#pool ??= new WorkerPool({ host: this.#host, count: this.#count, heapMegabytes: WORKER_HEAP_MEGABYTES, urgency: this.#urgency, ...(this.#environment === undefined ? {} : { environment: this.#environment }) });
    return this.#pool;
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#idle);
    this.#rest();
  }

  #rest(): void {
    void this.#pool?.close();
    this.#pool = undefined;
  }
}
