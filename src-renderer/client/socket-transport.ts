import { SOCKET_PATH } from '../../src-main/contract/channels.ts';
import type { ClientFrame, Envelope, ServerFrame, UpdateMessage } from '../../src-main/contract/methods.ts';
import type { Connection, Transport } from './engine-client.ts';

/** Waits between attempts, ms; the last one from then on. */
const RETRY_AFTER_MS = [250, 500, 1_000, 2_000, 5_000] as const;

const LOST: Envelope = { ok: false, error: { code: 'SOURCE_UNREACHABLE', message: 'The connection to Larder was lost.', hint: 'Is `larder serve` still running? The page connects again by itself; a server that was started again has a new link, which it prints.' } };

/** The browser: calls and news over one WebSocket, opened again whenever it closes. */
export function createSocketTransport(address: string = socketAddress()): Transport {
  const messageListeners = new Set<(message: UpdateMessage) => void>();
  const connectionListeners = new Set<(connection: Connection) => void>();
  const waiting = new Map<number, (envelope: Envelope) => void>();
  let connection: Connection = 'connecting';
  let socket: WebSocket;
  let nextId = 0;
  let attempts = 0;

  const change = (next: Connection): void => {
    connection = next;
    for (const listener of connectionListeners) listener(next);
  };
  const receive = (frame: ServerFrame): void => {
    if (frame.type === 'update') for (const listener of messageListeners) listener(frame.message);
    else {
      waiting.get(frame.id)?.(frame.envelope);
      waiting.delete(frame.id);
    }
  };
  const lose = (): void => {
    for (const answer of waiting.values()) answer(LOST);
    waiting.clear();
    change('lost');
    setTimeout(open, RETRY_AFTER_MS[Math.min(attempts++, RETRY_AFTER_MS.length - 1)]);
  };
  function open(): void {
    socket = new WebSocket(address);
    socket.addEventListener('open', () => {
      attempts = 0;
      change('open');
    });
    socket.addEventListener('message', (event: MessageEvent<string>) => receive(JSON.parse(event.data) as ServerFrame));
    socket.addEventListener('close', lose);
  }
  const send = (frame: ClientFrame): void => socket.send(JSON.stringify(frame));
  open();
  return {
    call(method, input) {
      if (connection !== 'open') return Promise.resolve(LOST);
      const id = nextId++;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        send({ type: 'call', id, method, input });
      });
    },
    subscribe() {
      if (connection === 'open') send({ type: 'subscribe' });
    },
    unsubscribe() {
      if (connection === 'open') send({ type: 'unsubscribe' });
    },
    onMessage: (listener) => messageListeners.add(listener),
    onConnection(listener) {
      connectionListeners.add(listener);
      listener(connection);
    },
  };
}

function socketAddress(): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${SOCKET_PATH}`;
}
