import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { SOCKET_PATH } from '../../contract/channels.ts';
import { LarderError, errnoOf } from '../../base/index.ts';
import type { Engine, PageHandler, RouterOptions } from '../../engine/index.ts';
import { RunningJobs, SECURITY_HEADERS, createBridge, createPageHandler, keepForResume, plainResponse, readPages, resumeKeptJobs } from '../../engine/index.ts';
import type { RequestFacts } from './access.ts';
import { Access } from './access.ts';
import { shownHost } from './shown-host.ts';
import { createSockets } from './sockets.ts';

export interface ServerOptions extends RouterOptions {
  readonly engine: Engine;
  /** Of this user: what a server is to go on with is kept there. */
  readonly dataDirectory: string;
  /** The built renderer, `out/renderer`. */
  readonly pagesDirectory: string;
  /** Name or address to listen on. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface RunningServer {
  readonly host: string;
  readonly port: number;
  /** The link that opens it, once. */
  readonly url: string;
  close(): Promise<void>;
}

/** Not by an import, which reads every name of the module: some of them bring Node's own fetch with them, which would take as long as the rest of the server's start. */
const { createServer } = process.getBuiltinModule('node:http');

/** Requests have no bodies and small headers here; whoever is slower or longer is let go. */
const HEADERS_TIMEOUT_MS = 10_000;
const HEADER_BYTES_MAX = 16 * 1024;

/**
 * The browser host: the pages over HTTP, the engine over one WebSocket for each page.
 *
 * @throws ARGUMENT_INVALID if host or port cannot be had; FILE_NOT_FOUND if the pages are not built
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const pages = createPageHandler(await readPages(options.pagesDirectory), options.engine);
  const access = new Access(options.host);
  const bridge = createBridge(options);
  const jobs = new RunningJobs(options.engine);
  const resumePath = join(options.dataDirectory, 'resume-serve.json');
  const sockets = createSockets(bridge);
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
    void respond(request, response, access, pages, (error) => options.onFault('page', error));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (mayUpgrade(request, access)) sockets.accept(request, socket, head);
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  const port = await listen(server, options.host, options.port);
  // The answers do need it; it comes while whoever got the link goes there.
  setImmediate(() => globalThis.Response);
  void resumeKeptJobs({ path: resumePath, engine: options.engine, bridge, sampleDirectory: join(options.dataDirectory, 'sample') });
  return {
    host: options.host,
    port,
    url: `http://${shownHost(options.host)}:${port}/?token=${access.token}`,
    async close() {
      if (jobs.count > 0) keepForResume(resumePath, jobs.kept);
      await close(server, sockets.close);
      await bridge.close();
    },
  };
}

async function respond(request: IncomingMessage, response: ServerResponse, access: Access, pages: PageHandler, onFault: (error: unknown) => void): Promise<void> {
  const gone = new AbortController();
  // Whoever has all of it is not gone; to abort costs as much as the rest of a small answer, as Node writes an error with its stack for it.
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const answer = await answerTo(request, access, pages, gone.signal);
    await send(answer, response);
  } catch (error) {
    // Whoever asked has gone: nothing is wrong, and nobody is left to answer.
    if (gone.signal.aborted) return;
    onFault(error);
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { ...SECURITY_HEADERS }).end();
  }
}

/** Answers up to this are sent in one piece. */
const WHOLE_BYTES_MAX = 2 ** 20;

/**
 * What is small goes as a whole: two streams tied together cost many times what passing on a picture of a list does, and a list asks
 * for dozens of them while this process has other things to do. For the rest `pipeline` ties the two together: where the browser
 * leaves, the file behind the answer is closed.
 */
async function send(answer: Response, response: ServerResponse): Promise<void> {
  if (response.destroyed) {
    // `pipeline` refuses a response that is gone, and leaves what it was to send as it is.
    await answer.body?.cancel();
    return;
  }
  const isWhole = answer.body === null || Number(answer.headers.get('content-length') ?? Infinity) <= WHOLE_BYTES_MAX;
  const whole = isWhole ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (whole !== undefined) {
    response.end(whole.length === 0 ? undefined : whole);
    return;
  }
  const body = Readable.fromWeb(answer.body as ReadableStream);
  // The file behind it may end after `pipeline` has; nobody would listen then, and the process would end with it.
  body.on('error', () => undefined);
  await pipeline(body, response);
}

/** The checks in their order: name, origin, cookie or token; only then a look at what is asked for. */
async function answerTo(request: IncomingMessage, access: Access, pages: PageHandler, signal: AbortSignal): Promise<Response> {
  const facts = factsOf(request);
  if (!access.isHostAllowed(facts.host)) return plainResponse(403, 'This server does not answer to that name.');
  const url = urlOf(request);
  if (url === undefined) return plainResponse(400, 'That is no address of this server.');
  const token = url.pathname === '/' && request.method === 'GET' ? url.searchParams.get('token') : null;
  if (token !== null) {
    const cookie = admit(facts, token, access);
    if (cookie === undefined) return plainResponse(403, 'This link is not valid or was used before; it works once. A new link: stop `larder serve` with Ctrl-C and start it again.');
    const inside = facts.fetchSite === 'none' ? await pages(new Request(new URL('/', url), { signal })) : entrance();
    return withHeaders(inside, cookie);
  }
  if (!access.isSameOrigin(facts)) return plainResponse(403, 'Only pages of this server may ask it.');
  if (!access.hasSession(facts.cookie)) return plainResponse(401, 'Open the link that `larder serve` printed; it works once. A new link: stop it with Ctrl-C and start it again.');
  // Some methods cannot even be put into a Request (TRACE, TRACK); none but these two is answered anyway.
  if (request.method !== 'GET' && request.method !== 'HEAD') return plainResponse(405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
  return await pages(new Request(url, { method: request.method, headers: conditionsOf(request), signal }));
}

/** What the answer may depend on: which part, and what the browser has already. */
const CONDITIONS = ['range', 'if-range', 'if-none-match'] as const;

function conditionsOf({ headers }: IncomingMessage): Headers {
  const conditions = new Headers();
  for (const name of CONDITIONS) {
    const value = headers[name];
    if (typeof value === 'string') conditions.set(name, value);
  }
  return conditions;
}

/**
 * The token for the cookie. @returns what goes with the answer; undefined for a wrong or used token
 */
function admit(facts: RequestFacts, token: string, access: Access): Readonly<Record<string, string>> | undefined {
  if (access.hasSession(facts.cookie)) return {};
  const cookie = access.exchange(token);
  return cookie === undefined ? undefined : { 'set-cookie': cookie };
}

/** Without an icon of its own the browser would ask for one. */
const ENTRANCE = '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><link rel="icon" href="data:,"><title>Larder</title></html>';

/**
 * The way in for whoever does not come by the address bar, which gets the page at once. This page goes
 * on to `/` by itself instead of by a redirect: where the link was clicked in another page (a terminal
 * in the browser, say), a redirect would still count as coming from there, and so would a reload of
 * the page itself; the strict cookie would not be sent with either.
 */
function entrance(): Response {
  return new Response(ENTRANCE, { headers: { ...SECURITY_HEADERS, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' } });
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** Browsers always send `Origin` with a WebSocket, so here it must be there. */
function mayUpgrade(request: IncomingMessage, access: Access): boolean {
  const facts = factsOf(request);
  return request.url === SOCKET_PATH && access.isHostAllowed(facts.host) && facts.origin !== undefined && access.isSameOrigin(facts) && access.hasSession(facts.cookie);
}

function factsOf({ headers }: IncomingMessage): RequestFacts {
  const fetchSite = headers['sec-fetch-site'];
  return { host: headers.host, origin: headers.origin, fetchSite: Array.isArray(fetchSite) ? fetchSite.join() : fetchSite, cookie: headers.cookie };
}

/** The asked path on a fixed origin: a request line with a full address of elsewhere is refused. */
function urlOf(request: IncomingMessage): URL | undefined {
  const target = request.url ?? '/';
  if (!target.startsWith('/') || target.startsWith('//')) return undefined;
  return URL.parse(target, 'http://localhost') ?? undefined;
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)));
    server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
  });
}

function listenError(error: Error, host: string, port: number): unknown {
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: 'Another program listens there. Choose another port, or --port 0 for any that is free.',
    EACCES: 'Ports below 1024 need special rights. Choose a higher one, or --port 0 for any that is free.',
    EADDRNOTAVAIL: 'This machine has no such address. Leave --host out for 127.0.0.1.',
    ENOTFOUND: 'This name is not known. Leave --host out for 127.0.0.1.',
  };
  const errno = errnoOf(error);
  // Names are looked up by another part of the system, with codes of its own (EAI_AGAIN).
  const isOfSystem = typeof (error as NodeJS.ErrnoException).code === 'string';
  const hint = hints[errno ?? ''] ?? 'Leave --host out for 127.0.0.1.';
  return !isOfSystem ? error : new LarderError('ARGUMENT_INVALID', `Cannot listen on ${host} port ${port}.`, { hint, cause: error });
}

function close(server: Server, closeSockets: () => void): Promise<void> {
  return new Promise((resolve) => {
    closeSockets();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
