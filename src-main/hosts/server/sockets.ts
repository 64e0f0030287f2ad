import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { ServerFrame } from '../../contract/methods.ts';
import type { Bridge, Session } from '../../engine/index.ts';
import { INPUT_MAX } from '../../engine/index.ts';

/** A frame is an input and its envelope; UTF-8 needs up to three bytes for one UTF-16 unit. */
const FRAME_BYTES_MAX = 3 * INPUT_MAX + 1_000;
/** A page that reads slower than news come in is let go; it comes back and gets a snapshot. */
const BUFFERED_BYTES_MAX = 16 * 1024 * 1024;
const PING_EVERY_MS = 30_000;

/** Close codes of RFC 6455 section 7.4.1. */
const CLOSE = { goingAway: 1001, invalidFrame: 1007, tryAgainLater: 1013 } as const;

const clientFrame = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), id: z.int().min(0), method: z.string().max(100), input: z.unknown() }),
  z.strictObject({ type: z.enum(['subscribe', 'unsubscribe']) }),
]);

export interface Sockets {
  /** Takes over a request that has passed all checks. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

/** One session for each WebSocket: JSON text frames, `ClientFrame` in and `ServerFrame` out. */
export function createSockets(bridge: Bridge): Sockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX, perMessageDeflate: false, clientTracking: true });
  const ping = setInterval(() => pingAll(server), PING_EVERY_MS);
  ping.unref();
  return {
    accept(request, socket, head) {
      server.handleUpgrade(request, socket, head, (client) => attach(bridge, client));
    },
    close() {
      clearInterval(ping);
      for (const client of server.clients) {
        client.close(CLOSE.goingAway);
        client.terminate();
      }
      server.close();
    },
  };
}

const silent = new WeakSet<WebSocket>();

/** A client that did not answer the last ping is gone, whatever TCP believes. */
function pingAll(server: WebSocketServer): void {
  for (const client of server.clients) {
    if (silent.has(client)) client.terminate();
    else {
      silent.add(client);
      client.ping();
    }
  }
}

function attach(bridge: Bridge, client: WebSocket): void {
  const send = (frame: ServerFrame): void => {
    if (client.readyState !== client.OPEN) return;
    if (client.bufferedAmount > BUFFERED_BYTES_MAX) client.close(CLOSE.tryAgainLater);
    else client.send(JSON.stringify(frame));
  };
  const session = bridge.open((message) => send({ type: 'update', message }));
  client.on('pong', () => silent.delete(client));
  client.on('close', () => session.close());
  // A broken frame ends the connection by itself; `close` follows.
  client.on('error', () => undefined);
  client.on('message', (data, isBinary) => {
    if (isBinary || !receive(session, data, send)) client.close(CLOSE.invalidFrame);
  });
}

/** @returns false if the frame is none of ours */
function receive(session: Session, data: RawData, send: (frame: ServerFrame) => void): boolean {
  const parsed = clientFrame.safeParse(parseJson(data));
  if (!parsed.success) return false;
  const frame = parsed.data;
  if (frame.type === 'subscribe') session.subscribe();
  else if (frame.type !== 'call') session.unsubscribe();
  else void session.call(frame.method, frame.input).then((envelope) => send({ type: 'answer', id: frame.id, envelope }));
  return true;
}

function parseJson(data: RawData): unknown {
  try {
    // Buffers are what a server gets with the default `binaryType`.
    return JSON.parse((data as Buffer).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
