import type { KindId } from '../contract/entries.ts';
import { LarderError, cancelledError, fromWire } from '../base/index.ts';
import type { Urgency } from './give-way.ts';
import { CORE_VARIABLE } from './own-core.ts';
import type { FromWorker, WorkerExit, WorkerHandle, WorkerHost } from './protocol.ts';

export interface PoolTask {
  readonly kind: KindId;
  readonly task: string;
  readonly payload: unknown;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  readonly onPartial?: (value: unknown) => void;
}

export interface PoolOptions {
  readonly host: WorkerHost;
  /** Workers at most; fewer are started if there is less to do. */
  readonly count: number;
  readonly heapMegabytes: number;
  /** Set in every worker beside what it inherits. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Numbers of cores; each worker keeps to one of its own, as long as there are any. */
  readonly cores?: readonly number[];
  /** Of what is done here, behind a window; `whenFree` where it is not said. */
  readonly urgency?: Urgency;
  readonly onReduced?: (from: number, to: number, reason: string) => void;
}

/** A cancelled task may finish what it is doing for this long; then its process is ended. */
const CANCEL_GRACE_MS = 300;
const SHUTDOWN_GRACE_MS = 2_000;
const PING_EVERY_MS = 5_000;
/** Workers lost in a row, without one success between, before their number is halved. */
const LOSSES_BEFORE_HALVING = 2;
/** Workers that died before they were ready, in a row, before the pool gives up. */
const FAILED_STARTS_ALLOWED = 3;

interface Pending {
  readonly id: number;
  readonly task: PoolTask;
  readonly options: RunOptions;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  onAbort?: () => void;
  /** It was rejected, and its worker is to let go of it. */
  isOver?: true;
}

interface Slot {
  readonly handle: WorkerHandle;
  readonly core: number | undefined;
  isReady: boolean;
  current: Pending | undefined;
  crashMessage: string | undefined;
  isClosing: boolean;
}

/**
 * Runs tasks in worker processes, one task a worker at a time.
 *
 * A worker that dies costs its task (rejected with WORKER_LOST or WORKER_OUT_OF_MEMORY), never the
 * pool: the next task starts another. Workers that keep dying are halved in number, down to one.
 */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #queue: Pending[] = [];
  readonly #slots = new Set<Slot>();
  readonly #ping: NodeJS.Timeout;
  #size: number;
  #nextId = 1;
  #losses = 0;
  #failedStarts = 0;
  #isClosed = false;
  #peakRssBytes = 0;
  #prepared: KindId | undefined;
  /** All workers are wanted, whatever there is to do. */
  #isFilling = false;
  #nextStart: NodeJS.Immediate | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#size = Math.max(1, options.count);
    this.#ping = setInterval(() => {
      for (const slot of this.#slots) slot.handle.post({ type: 'ping' });
    }, PING_EVERY_MS);
    this.#ping.unref();
  }

  /** Workers at most, now. */
  get size(): number {
    return this.#size;
  }

  /** The largest memory any worker has had so far, bytes. */
  get peakRssBytes(): number {
    return this.#peakRssBytes;
  }

  /**
   * @throws what the task threw; WORKER_LOST, WORKER_OUT_OF_MEMORY; CANCELLED once the worker has
   *   let go of the task, at the latest when its process has been ended
   */
  run(task: PoolTask, options: RunOptions): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (options.signal.aborted || this.#isClosed) {
        reject(cancelledError());
        return;
      }
      const pending: Pending = { id: this.#nextId++, task, options, resolve, reject };
      pending.onAbort = () => this.#cancel(pending);
      options.signal.addEventListener('abort', pending.onAbort, { once: true });
      this.#queue.push(pending);
      this.#pump();
    });
  }

  /** Starts all workers before there is anything to do, with the code of a kind. */
  prepare(kind: KindId): void {
    if (this.#isClosed) return;
    this.#prepared = kind;
    this.#isFilling = true;
    this.#pump();
  }

  /** Ends all workers; tasks under way are cancelled. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#ping);
    for (const pending of this.#queue.splice(0)) this.#settle(pending, () => pending.reject(cancelledError()));
    await Promise.all(Array.from(this.#slots, (slot) => this.#stop(slot)));
  }

  #stop(slot: Slot): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => slot.handle.kill(), slot.current === undefined ? SHUTDOWN_GRACE_MS : CANCEL_GRACE_MS);
      slot.isClosing = true;
      slot.handle.onExit(() => {
        clearTimeout(timer);
        resolve();
      });
      slot.handle.post({ type: 'shutdown' });
    });
  }

  #pump(): void {
    if (this.#isClosed) return;
    for (const slot of this.#slots) {
      if (this.#queue.length === 0) break;
      if (slot.isReady && slot.current === undefined && !slot.isClosing) this.#assign(slot, this.#queue.shift()!);
    }
    const free = this.#size - this.#living();
    if (free <= 0) this.#isFilling = false;
    const starting = Array.from(this.#slots).filter((slot) => !slot.isReady && !slot.isClosing).length;
    if (free > 0 && (this.#isFilling || this.#queue.length > starting)) this.#startOne();
  }

  /** One a turn of the event loop: where the host starts processes here, each takes some 20 ms. */
  #startOne(): void {
    if (this.#nextStart !== undefined) return;
    this.#start();
    this.#nextStart = setImmediate(() => {
      this.#nextStart = undefined;
      this.#pump();
    });
  }

  #living(): number {
    return Array.from(this.#slots).filter((slot) => !slot.isClosing).length;
  }

  #start(): void {
    const { host, heapMegabytes, cores = [] } = this.#options;
    const urgency = host.isBehindWindow === true ? (this.#options.urgency ?? 'whenFree') : 'now';
    const taken = new Set(Array.from(this.#slots, ({ core }) => core));
    const core = cores.find((candidate) => !taken.has(candidate));
    const environment = { ...this.#options.environment, ...(core === undefined ? {} : { [CORE_VARIABLE]: String(core) }) };
    const handle = host.spawn({ name: 'larder-worker', heapMegabytes, urgency, environment });
    const slot: Slot = { handle, core, isReady: false, current: undefined, crashMessage: undefined, isClosing: false };
    this.#slots.add(slot);
    handle.onMessage((message) => this.#receive(slot, message));
    handle.onExit((exit) => this.#lost(slot, exit));
  }

  #assign(slot: Slot, pending: Pending): void {
    slot.current = pending;
    slot.handle.post({ type: 'run', id: pending.id, ...pending.task });
  }

  #receive(slot: Slot, message: FromWorker): void {
    const current = slot.current;
    switch (message.type) {
      case 'ready':
        slot.isReady = true;
        this.#failedStarts = 0;
        if (this.#prepared !== undefined) slot.handle.post({ type: 'load', kind: this.#prepared });
        this.#pump();
        break;
      case 'progress':
        if (current?.id === message.id) this.#tell(slot, current, () => current.options.onProgress?.(message.done, message.total));
        break;
      case 'partial':
        if (current?.id === message.id) this.#tell(slot, current, () => current.options.onPartial?.(message.value));
        break;
      case 'done':
        this.#peakRssBytes = Math.max(this.#peakRssBytes, message.peakRssBytes);
        this.#losses = 0;
        this.#finish(slot, message.id, (pending) => pending.resolve(message.result));
        break;
      case 'failed':
        this.#finish(slot, message.id, (pending) => pending.reject(fromWire(message.error)));
        break;
      case 'pong':
        this.#peakRssBytes = Math.max(this.#peakRssBytes, message.peakRssBytes);
        break;
      case 'crash':
        slot.crashMessage = message.error.message;
        break;
      case 'bye':
        slot.handle.post({ type: 'byeAck' });
        break;
      default:
        message satisfies never;
    }
  }

  /** Whoever hears of a task may throw, where the catalog is damaged for one: that ends the task, and not this process. */
  #tell(slot: Slot, pending: Pending, tell: () => void): void {
    if (pending.isOver) return;
    try {
      tell();
    } catch (error) {
      pending.isOver = true;
      this.#settle(pending, () => pending.reject(error));
      this.#letGo(slot, pending);
    }
  }

  #finish(slot: Slot, id: number, settle: (pending: Pending) => void): void {
    const pending = slot.current;
    if (pending === undefined || pending.id !== id) return;
    slot.current = undefined;
    this.#settle(pending, () => settle(pending));
    if (this.#living() > this.#size) void this.#stop(slot);
    this.#pump();
  }

  #settle(pending: Pending, settle: () => void): void {
    if (pending.onAbort !== undefined) pending.options.signal.removeEventListener('abort', pending.onAbort);
    settle();
  }

  #cancel(pending: Pending): void {
    const at = this.#queue.indexOf(pending);
    if (at >= 0) {
      this.#queue.splice(at, 1);
      pending.reject(cancelledError());
      return;
    }
    const slot = Array.from(this.#slots).find((candidate) => candidate.current === pending);
    if (slot !== undefined) this.#letGo(slot, pending);
  }

  /** The worker is free again once it has said so, or is gone. */
  #letGo(slot: Slot, pending: Pending): void {
    slot.handle.post({ type: 'cancel', id: pending.id });
    setTimeout(() => {
      if (slot.current === pending) slot.handle.kill();
    }, CANCEL_GRACE_MS).unref();
  }

  #lost(slot: Slot, exit: WorkerExit): void {
    this.#slots.delete(slot);
    const pending = slot.current;
    slot.current = undefined;
    const wasStarting = !slot.isReady && !slot.isClosing;
    if (wasStarting) this.#failedStarts++;
    if (pending !== undefined && (pending.options.signal.aborted || this.#isClosed)) this.#settle(pending, () => pending.reject(cancelledError()));
    else if (pending !== undefined || wasStarting) {
      this.#countLoss(exit);
      if (pending !== undefined) this.#settle(pending, () => pending.reject(lossError(slot, exit)));
    }
    if (this.#failedStarts >= FAILED_STARTS_ALLOWED) this.#giveUp(slot, exit);
    else this.#pump();
  }

  #countLoss(exit: WorkerExit): void {
    this.#losses++;
    if (this.#losses < LOSSES_BEFORE_HALVING || this.#size === 1) return;
    const from = this.#size;
    this.#size = Math.max(1, Math.floor(from / 2));
    this.#losses = 0;
    this.#options.onReduced?.(from, this.#size, describeExit(exit));
  }

  #giveUp(slot: Slot, exit: WorkerExit): void {
    const error = lossError(slot, exit);
    for (const pending of this.#queue.splice(0)) this.#settle(pending, () => pending.reject(error));
    this.#failedStarts = 0;
    this.#isFilling = false;
  }
}

function describeExit(exit: WorkerExit): string {
  switch (exit.cause) {
    case 'oom':
      return 'it probably ran out of memory';
    case 'killed':
      return 'it was killed from outside';
    case 'crash':
      return `it crashed (${exit.signal ?? `code ${exit.code}`})`;
    default:
      return `it ended with ${exit.signal ?? `code ${exit.code}`}`;
  }
}

function lossError(slot: Slot, exit: WorkerExit): LarderError {
  const isMemory = exit.cause === 'oom';
  const said = slot.crashMessage === undefined ? '' : `: ${slot.crashMessage}`;
  return new LarderError(isMemory ? 'WORKER_OUT_OF_MEMORY' : 'WORKER_LOST', `A worker process was lost: ${describeExit(exit)}${said}.`, {
    hint: isMemory ? 'Run with fewer workers (`--num-workers`), or give Larder more memory.' : 'The item is tried again; if it keeps happening, run with `--num-workers 1` and look at the system log.',
    details: { cause: exit.cause, code: exit.code, signal: exit.signal, tail: exit.tail.slice(-2000) },
  });
}
