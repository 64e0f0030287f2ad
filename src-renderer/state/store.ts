import { create } from 'zustand';
import type { AppInfo } from '../../src-main/contract/methods.ts';
import type { Connection, EngineClient } from '../client/index.ts';
import type { Mirror } from './mirror.ts';
import { setEngine } from './engine.ts';
import { EMPTY_MIRROR, apply } from './mirror.ts';

interface PageState {
  readonly mirror: Mirror;
  readonly connection: Connection;
  readonly info: AppInfo | null;
}

export const usePage = create<PageState>(() => ({ mirror: EMPTY_MIRROR, connection: 'connecting', info: null }));

/** Keeps the state at what the engine says, for as long as the page lives. */
export function followEngine(client: EngineClient): void {
  setEngine(client);
  client.onUpdate(({ payload }) => usePage.setState(({ mirror }) => ({ mirror: apply(mirror, payload) })));
  client.onConnection((connection) => {
    usePage.setState({ connection });
    if (connection === 'open') void readInfo(client);
  });
}

async function readInfo(client: EngineClient): Promise<void> {
  try {
    usePage.setState({ info: await client.call('app.info', {}) });
  } catch {
    // Lost again meanwhile; the next connection asks again, and the page says that it is lost.
  }
}
