import type { KindId } from '../contract/entries.ts';
import type { WireError } from '../contract/errors.ts';
import type { Urgency } from './give-way.ts';

/**
 * The whole language between the engine and a worker. Values are JSON types only: structured clone
 * would carry more, but not every transport would. Bulk data never travels; workers write files.
 */
export type ToWorker =
  | { readonly type: 'run'; readonly id: number; readonly kind: KindId; readonly task: string; readonly payload: unknown }
  /** Something of this kind is soon to be run: its code is loaded now. */
  | { readonly type: 'load'; readonly kind: KindId }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'ping' }
  | { readonly type: 'shutdown' }
  | { readonly type: 'byeAck' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | { readonly type: 'partial'; readonly id: number; readonly value: unknown }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown; readonly peakRssBytes: number }
  | { readonly type: 'failed'; readonly id: number; readonly error: WireError }
  | { readonly type: 'pong'; readonly peakRssBytes: number }
  | { readonly type: 'crash'; readonly error: WireError }
  | { readonly type: 'bye' };

/** Why a worker is gone. */
export type ExitCause = 'done' | 'requested' | 'error' | 'oom' | 'killed' | 'crash';

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: string | null;
  readonly cause: ExitCause;
  /** Last 16 kB of its stdout and stderr. */
  readonly tail: string;
}

/** One worker process, whatever host started it. */
export interface WorkerHandle {
  readonly pid: number | undefined;
  post(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  onExit(listener: (exit: WorkerExit) => void): void;
  /** Ends it at once. */
  kill(): void;
}

export interface SpawnOptions {
  readonly name: string;
  readonly heapMegabytes: number;
  /** Set beside what it inherits. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Its process gives way to more urgent ones from the start; undefined: to none. */
  readonly urgency?: Urgency;
}

/** How processes are started: Node's child_process, or Electron's utilityProcess. */
export interface WorkerHost {
  /** Somebody looks on: what answers them goes before the work. */
  readonly isBehindWindow?: boolean;
  spawn(options: SpawnOptions): WorkerHandle;
}
