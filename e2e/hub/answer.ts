import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { LoggedRequest } from './request-log.ts';

/** A request on its way through the double. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly log: LoggedRequest;
}

export function begin(exchange: Exchange, status: number, headers: Readonly<Record<string, string>>): void {
  exchange.log.status = status;
  exchange.response.writeHead(status, { 'x-request-id': `Root=${randomUUID()}`, ...headers });
}

export function answerText(exchange: Exchange, status: number, headers: Readonly<Record<string, string>>, text: string): void {
  const bytes = Buffer.from(text);
  begin(exchange, status, { 'content-type': 'text/plain; charset=utf-8', ...headers, 'content-length': String(bytes.length) });
  exchange.log.bytesSent += bytes.length;
  exchange.response.end(exchange.request.method === 'HEAD' ? undefined : bytes);
}

export function answerJson(exchange: Exchange, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
  answerText(exchange, 200, { 'content-type': 'application/json; charset=utf-8', ...headers }, JSON.stringify(value));
}

export function answerHtml(exchange: Exchange, status: number): void {
  // A stranger's page has no header of the Hub, so not even a request id.
  exchange.log.status = status;
  const text = '<!doctype html><html><body>Please sign in to the guest network.</body></html>';
  exchange.response.writeHead(status, { 'content-type': 'text/html', 'content-length': String(text.length) });
  exchange.response.end(exchange.request.method === 'HEAD' ? undefined : text);
}

export interface HubProblem {
  readonly status: number;
  readonly code?: string;
  readonly message: string;
}

/** A refusal in the Hub's own form: JSON and the `X-Error-*` headers its clients classify by. */
export function answerProblem(exchange: Exchange, problem: HubProblem, headers: Readonly<Record<string, string>> = {}): void {
  const code: Record<string, string> = problem.code === undefined ? {} : { 'x-error-code': problem.code };
  const all = { 'content-type': 'application/json; charset=utf-8', ...code, 'x-error-message': problem.message, ...headers };
  answerText(exchange, problem.status, all, JSON.stringify({ error: problem.message }));
}

/**
 * Writes a body with back-pressure and counts it; false when the client went away.
 *
 * @param bytesPerSecond asked before every piece: what is on its way becomes faster or slower too
 */
export async function sendBody(exchange: Exchange, body: Readable, bytesPerSecond: () => number = () => Number.POSITIVE_INFINITY): Promise<boolean> {
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    for (let at = 0; at < chunk.length; ) {
      const rate = bytesPerSecond();
      const piece = Number.isFinite(rate) ? chunk.subarray(at, at + pieceBytes(rate)) : chunk.subarray(at);
      at += piece.length;
      if (!(await sendPiece(exchange, piece))) return false;
      if (Number.isFinite(rate)) await sleep((piece.length / rate) * 1000);
    }
  }
  return true;
}

/** About twenty pieces a second, at least one byte each. */
function pieceBytes(rate: number): number {
  return Math.max(1, Math.floor(rate / 20));
}

async function sendPiece(exchange: Exchange, piece: Uint8Array): Promise<boolean> {
  const { response, log } = exchange;
  if (response.destroyed) return false;
  log.bytesSent += piece.length;
  if (response.write(piece)) return true;
  return new Promise((resolve) => {
    const settle = (isDrained: boolean): void => {
      response.off('drain', onDrain).off('close', onClose);
      resolve(isDrained);
    };
    const onDrain = (): void => settle(true);
    const onClose = (): void => settle(false);
    response.on('drain', onDrain).on('close', onClose);
  });
}

/** Time for what was written to reach the client: a reset throws away what is still on its way. */
const SETTLE_MS = 40;

export async function endConnection(exchange: Exchange, how: 'fin' | 'reset'): Promise<void> {
  await sleep(SETTLE_MS);
  const { socket } = exchange.request;
  if (how === 'reset') socket.resetAndDestroy();
  else socket.end();
}
