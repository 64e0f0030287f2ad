import type { FromWorker, ToWorker } from './protocol.ts';

/** The worker's end of the line to the engine. */
export interface ParentPort {
  post(message: FromWorker): void;
  onMessage(listener: (message: ToWorker) => void): void;
  /** The engine is gone. */
  onGone(listener: () => void): void;
}

/** Electron gives utility processes `process.parentPort`; it is absent everywhere else. */
interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: ToWorker }) => void): void;
}

export function connectParent(): ParentPort {
  const utility = (process as NodeJS.Process & { parentPort?: UtilityPort }).parentPort;
  if (utility !== undefined) {
    return {
      post: (message) => utility.postMessage(message),
      onMessage: (listener) => utility.on('message', (event) => listener(event.data)),
      // A utility process is ended by Electron itself; silence (no pings) covers a hard death.
      onGone: () => undefined,
    };
  }
  if (process.send === undefined) throw new Error('This file is a worker of Larder and is started by it.');
  return {
    post: (message) => {
      if (process.connected) process.send?.(message, () => undefined);
    },
    onMessage: (listener) => process.on('message', (message: ToWorker) => listener(message)),
    onGone: (listener) => process.on('disconnect', listener),
  };
}
