import { Worker } from 'node:worker_threads';
import type { FromWorker, SpawnOptions, ToWorker, WorkerExit, WorkerHandle, WorkerHost } from './protocol.ts';
import type { FromStarter, StarterData, ToStarter } from './starter-messages.ts';

export interface StarterHostOptions extends StarterData {
  /** Absolute path of the thread's entry file. */
  readonly starterEntry: string;
}

/** One worker as the engine's process knows it. */
class StartedWorker implements WorkerHandle {
  pid: number | undefined;
  readonly #send: (message: ToStarter) => void;
  readonly #worker: number;
  readonly #listeners: ((message: FromWorker) => void)[] = [];
  readonly #exitListeners: ((exit: WorkerExit) => void)[] = [];

  constructor(worker: number, send: (message: ToStarter) => void) {
    this.#worker = worker;
    this.#send = send;
  }

  post(message: ToWorker): void {
    this.#send({ type: 'post', worker: this.#worker, message });
  }

  onMessage(listener: (message: FromWorker) => void): void {
    this.#listeners.push(listener);
  }

  onExit(listener: (exit: WorkerExit) => void): void {
    this.#exitListeners.push(listener);
  }

  kill(): void {
    this.#send({ type: 'kill', worker: this.#worker });
  }

  receive(message: FromWorker): void {
    for (const listener of this.#listeners) listener(message);
  }

  exited(exit: WorkerExit): void {
    for (const listener of this.#exitListeners) listener(exit);
  }
}

/**
 * Workers as plain Node processes, started by a thread. Starting one holds up whoever does it until the new
 * process runs: 30 to 50 ms of a busy machine (and 6 to 8 ms of the processor, which copies the tables of the
 * memory), in which a process that answers pages would answer none. The thread comes with the first worker.
 */
export function createStarterHost({ starterEntry, entry, environment }: StarterHostOptions): WorkerHost {
  const living = new Map<number, StartedWorker>();
  let thread: Worker | undefined;
  let count = 0;

  function receive(message: FromStarter): void {
    const worker = living.get(message.worker);
    if (worker === undefined) return;
    switch (message.type) {
      case 'spawned':
        worker.pid = message.pid;
        break;
      case 'message':
        worker.receive(message.message);
        break;
      case 'exit':
        living.delete(message.worker);
        worker.exited(message.exit);
        break;
      default:
        message satisfies never;
    }
  }

  /** The lines to its workers ended with the thread, and they end with their lines. The next worker gets another thread. */
  function lose(tail: string): void {
    thread = undefined;
    const lost = Array.from(living.values());
    living.clear();
    for (const worker of lost) worker.exited({ code: null, signal: null, cause: 'error', tail });
  }

  function open(): Worker {
    const data: StarterData = { entry, environment: { ...environment } };
    const opened = new Worker(starterEntry, { workerData: data, name: 'larder-starter' });
    // It holds no process back from ending.
    opened.unref();
    let tail = '';
    opened.on('message', receive);
    // `exit` follows, and says what is to be done.
    opened.on('error', (error: unknown) => (tail = error instanceof Error ? error.message : String(error)));
    opened.on('exit', () => lose(tail));
    return opened;
  }

  function send(message: ToStarter): void {
    thread?.postMessage(message);
  }

  return {
    isBehindWindow: true,
    spawn(options: SpawnOptions) {
      thread ??= open();
      const worker = new StartedWorker(++count, send);
      living.set(count, worker);
      send({ type: 'spawn', worker: count, options });
      return worker;
    },
  };
}
