import { Agent, request } from 'node:http';
import { WebSocket } from 'ws';
import type { Answer } from './check.ts';
import type { DrawnRequest, DrawnUpgrade } from './requests.ts';

const BODY_MAX = 64 * 1024;
const ANSWER_MS = 20_000;

/** Sends requests and messages as no browser would. */
export class Attacker {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** @returns undefined where Node itself would not send such a request */
  ask({ method, path, headers }: Pick<DrawnRequest, 'method' | 'path' | 'headers'>): Promise<(Answer & { readonly cookie: string | undefined }) | undefined> {
    return new Promise((resolve, reject) => {
      let sent: ReturnType<typeof request>;
      try {
        sent = request({ host: '127.0.0.1', port: this.#port, agent: this.#agent, method, path, headers, timeout: ANSWER_MS });
      } catch {
        resolve(undefined);
        return;
      }
      sent.on('response', (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => {
          if (body.length < BODY_MAX) body += chunk.toString('latin1');
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, cookie: response.headers['set-cookie']?.[0]?.split(';')[0] }));
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${ANSWER_MS} ms`)));
      sent.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve({ status: 400, body: '', cookie: undefined }) : reject(error)));
      sent.end();
    });
  }

  /** @returns `open`, or the status the upgrade was refused with; 0 where the connection was just ended */
  knock({ path, headers }: Pick<DrawnUpgrade, 'path' | 'headers'>): Promise<'open' | number> {
    return new Promise((resolve) => {
      const { host, ...others } = headers;
      const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/`, { headers: { ...others, ...(host === undefined ? {} : { host }) }, finishRequest: (sent) => {
        // As it is: a URL would be resolved before it is sent.
        sent.path = path;
        sent.end();
      } });
      socket.on('open', () => {
        socket.terminate();
        resolve('open');
      });
      socket.on('unexpected-response', (_sent, response) => {
        response.resume();
        socket.terminate();
        resolve(response.statusCode ?? 0);
      });
      socket.on('error', () => resolve(0));
    });
  }

  connect(cookie: string, origin: string): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`ws://127.0.0.1:${this.#port}/_socket`, { headers: { cookie, origin } });
      socket.on('open', () => resolve(socket));
      socket.on('error', reject);
    });
  }
}

/** Sends one call and waits for its envelope. */
export function call(socket: WebSocket, frame: string, id: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(new Error(`no answer within ${ANSWER_MS} ms to ${frame.slice(0, 200)}`))), ANSWER_MS);
    const onMessage = (data: Buffer): void => {
      const text = data.toString('utf8');
      if (text.includes(`"id":${id},`) || text.includes(`"id":${id}}`)) finish(() => resolve(text));
    };
    const onClose = (code: number): void => finish(() => resolve(`closed ${code}`));
    const finish = (then: () => void): void => {
      clearTimeout(timer);
      socket.off('message', onMessage);
      socket.off('close', onClose);
      then();
    };
    socket.on('message', onMessage);
    socket.on('close', onClose);
    socket.send(frame);
  });
}
