import { createNodeWorkerHost } from '../../../src-main/workers/index.ts';
import type { FromWorker, WorkerExit, WorkerHandle, WorkerHost } from '../../../src-main/workers/index.ts';

type SpawnOptions = Parameters<WorkerHost['spawn']>[0];

interface Borrower {
  readonly onMessage: ((message: FromWorker) => void)[];
  readonly onExit: ((exit: WorkerExit) => void)[];
}

const GIVEN_BACK: WorkerExit = { code: 0, signal: null, cause: 'requested', tail: '' };

/** One worker process, lent to one pool after the other. */
class KeptWorker {
  readonly #worker: WorkerHandle;
  readonly #running = new Set<number>();
  #borrower: Borrower | undefined;
  #isReady = false;
  isGone = false;

  constructor(worker: WorkerHandle) {
    this.#worker = worker;
    worker.onMessage((message) => {
      if (message.type === 'ready') this.#isReady = true;
      if (message.type === 'done' || message.type === 'failed') this.#running.delete(message.id);
      this.#borrower?.onMessage.forEach((listener) => listener(message));
    });
    worker.onExit((exit) => {
      this.isGone = true;
      this.#borrower?.onExit.forEach((listener) => listener(exit));
    });
  }

  /** @param onFree it can be lent again */
  lend(onFree: () => void): WorkerHandle {
    const borrower: Borrower = { onMessage: [], onExit: [] };
    this.#borrower = borrower;
    if (this.#isReady) setImmediate(() => borrower.onMessage.forEach((listener) => listener({ type: 'ready' })));
    return {
      pid: this.#worker.pid,
      post: (message) => {
        if (message.type === 'run') this.#running.add(message.id);
        // One that still works for somebody is ended as any other.
        if (message.type !== 'shutdown' || this.#running.size > 0 || !this.#isReady || this.isGone) {
          this.#worker.post(message);
          return;
        }
        this.#borrower = undefined;
        setImmediate(() => {
          borrower.onExit.forEach((listener) => listener(GIVEN_BACK));
          onFree();
        });
      },
      onMessage: (listener) => void borrower.onMessage.push(listener),
      onExit: (listener) => void borrower.onExit.push(listener),
      kill: () => this.#worker.kill(),
    };
  }

  kill(): void {
    this.#worker.kill();
  }
}

/** Worker processes that stay for the next pool: one that closes gives them back instead of ending them. */
export class KeptWorkers implements WorkerHost {
  readonly #host: WorkerHost;
  readonly #all = new Set<KeptWorker>();
  readonly #idle = new Map<string, KeptWorker[]>();

  constructor(workerEntry: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#host = createNodeWorkerHost(workerEntry, environment);
  }

  spawn(options: SpawnOptions): WorkerHandle {
    const sort = JSON.stringify([options.heapMegabytes, options.environment]);
    const idle = (this.#idle.get(sort) ?? []).filter(({ isGone }) => !isGone);
    const worker = idle.pop() ?? new KeptWorker(this.#host.spawn(options));
    this.#idle.set(sort, idle);
    this.#all.add(worker);
    return worker.lend(() => void this.#idle.get(sort)?.push(worker));
  }

  close(): void {
    for (const worker of this.#all) worker.kill();
  }
}
