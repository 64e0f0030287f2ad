import type { LarderBridge, UpdateMessage } from '../../src-main/contract/methods.ts';
import type { Transport } from './engine-client.ts';

/** The desktop: calls go through the preload. */
export function createBridgeTransport(bridge: LarderBridge): Transport {
  let stop: (() => void) | undefined;
  const listeners = new Set<(message: UpdateMessage) => void>();
  return {
    call: (method, input) => bridge.call(method, input),
    subscribe() {
      stop?.();
      stop = bridge.on('update', (message) => {
        for (const listener of listeners) listener(message);
      });
    },
    unsubscribe() {
      stop?.();
      stop = undefined;
    },
    onMessage: (listener) => listeners.add(listener),
    // The other end lives as long as the window does.
    onConnection: (listener) => queueMicrotask(() => listener('open')),
  };
}
