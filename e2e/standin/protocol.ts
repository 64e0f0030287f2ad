import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { note } from './link.ts';

type Handler = (request: Request) => Response | Promise<Response>;

/**
 * Chromium by itself cannot load a scheme it does not know. So each scheme has a server on loopback,
 * and addresses are translated on the way: `larder://app/x` is `http://127.0.0.1:<port>/x`.
 */
export class Protocol {
  readonly #isReady: () => boolean;
  readonly #ports = new Map<string, Promise<number>>();
  readonly #schemes = new Set<string>();
  #areRegistered = false;

  constructor(isReady: () => boolean) {
    this.#isReady = isReady;
  }

  registerSchemesAsPrivileged(schemes: readonly { readonly scheme: string }[]): void {
    if (this.#isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    if (this.#areRegistered) throw new Error('protocol.registerSchemesAsPrivileged should be called only once');
    this.#areRegistered = true;
    for (const { scheme } of schemes) this.#schemes.add(scheme);
    note('protocol.registerSchemesAsPrivileged', schemes);
  }

  handle(scheme: string, handler: Handler): void {
    if (!this.#isReady()) throw new Error('protocol.handle can only be called after app is ready');
    if (this.#ports.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    if (!this.#schemes.has(scheme)) throw new Error(`The scheme ${scheme} is not privileged; the stand-in serves no others`);
    const server = createServer((request, response) => void answer(scheme, handler, request, response));
    this.#ports.set(scheme, new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))));
  }

  /** The address at which Chromium finds it. */
  async toLoopback(url: string): Promise<string> {
    const { protocol, host, pathname, search, hash } = new URL(url);
    const port = await this.#ports.get(protocol.slice(0, -1));
    if (port === undefined || host !== 'app') throw new Error(`ERR_UNKNOWN_URL_SCHEME (-302) loading '${url}'`);
    return `http://127.0.0.1:${port}${pathname}${search}${hash}`;
  }

  /** The address as the app knows it. Others are left as they are. */
  async fromLoopback(url: string): Promise<string> {
    for (const [scheme, port] of this.#ports) {
      const origin = `http://127.0.0.1:${await port}`;
      if (url === origin || url.startsWith(`${origin}/`)) return `${scheme}://app${url.slice(origin.length)}`;
    }
    return url;
  }
}

async function answer(scheme: string, handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const abort = new AbortController();
  outgoing.once('close', () => abort.abort());
  const own = `http://${incoming.headers.host}`;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === 'string' && name !== 'host') headers.set(name, value);
  const request = new Request(`${scheme}://app${incoming.url}`, { method: incoming.method ?? 'GET', headers, signal: abort.signal });
  const { origin } = incoming.headers;
  if (origin !== undefined) Object.defineProperty(request, 'initiatorOrigin', { value: origin === own ? `${scheme}://app` : origin });
  try {
    const response = await handler(request);
    if (outgoing.destroyed) {
      await response.body?.cancel();
      return;
    }
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) outgoing.end();
    else {
      const body = Readable.fromWeb(response.body as ReadableStream);
      // It may end after `pipeline` has; nobody would listen then.
      body.on('error', () => undefined);
      await pipeline(body, outgoing);
    }
  } catch (error) {
    // An aborted request ends here too; there is nobody to tell.
    if (!abort.signal.aborted) note('protocol.fault', String(error));
    outgoing.destroy();
  }
}
