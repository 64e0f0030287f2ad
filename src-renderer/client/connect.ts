import type { LarderBridge } from '../../src-main/contract/methods.ts';
import { createBridgeTransport } from './bridge-transport.ts';
import { EngineClient } from './engine-client.ts';
import { createSocketTransport } from './socket-transport.ts';

declare global {
  interface Window {
    /** Put there by the preload; absent in a browser. */
    readonly larder?: LarderBridge;
  }
}

export function connect(): EngineClient {
  return new EngineClient(window.larder === undefined ? createSocketTransport() : createBridgeTransport(window.larder));
}
