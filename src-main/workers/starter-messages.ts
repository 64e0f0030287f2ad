import type { FromWorker, SpawnOptions, ToWorker, WorkerExit } from './protocol.ts';

/** The language between the process of the engine and the thread that starts its workers; `worker` is a number of their own. */
export type ToStarter =
  | { readonly type: 'spawn'; readonly worker: number; readonly options: SpawnOptions }
  | { readonly type: 'post'; readonly worker: number; readonly message: ToWorker }
  | { readonly type: 'kill'; readonly worker: number };

export type FromStarter =
  | { readonly type: 'spawned'; readonly worker: number; readonly pid: number | undefined }
  | { readonly type: 'message'; readonly worker: number; readonly message: FromWorker }
  | { readonly type: 'exit'; readonly worker: number; readonly exit: WorkerExit };

/** What the thread is started with. */
export interface StarterData {
  /** Absolute path of the worker's entry file. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
