import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type * as Undici from 'undici';
import { LarderError, cancelledError, fileError, nextTurn } from '../../base/index.ts';
import { PassingTrouble, type TroublePlace } from './passing-trouble.ts';
import type { ProxySettings } from './settings.ts';
import type { HubTimings } from './timings.ts';
import { connectorFor, trustNow } from './trust.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly place: TroublePlace;
  /** ms without a byte of the body; 0 when the reader keeps watch itself. */
  readonly bodyTimeoutMs: number;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly url: URL;
  readonly status: number;
  /** First value of a header, by lower-case name. */
  header(name: string): string | undefined;
  /** Bytes as they came: neither decoded nor checked for length. */
  readonly body: Readable;
}

export interface HttpClient {
  /** One request, redirects not followed. Throws `PassingTrouble` for network errors, CANCELLED, and SOURCE_UNREACHABLE for certificates. */
  send(message: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly userAgent: string;
  readonly proxy: ProxySettings;
  readonly caFile?: string;
  readonly timings: HubTimings;
}

/** What is used of undici. */
interface UsedUndici {
  readonly EnvHttpProxyAgent: typeof Undici.EnvHttpProxyAgent;
  readonly buildConnector: typeof Undici.buildConnector;
}

let loading: Promise<UsedUndici> | undefined;

/** Whoever asks no Hub does without it. */
function loadUndici(): Promise<UsedUndici> {
  loading ??= loadInTurns();
  return loading;
}

/**
 * Whole, undici takes 140 ms of the processor in one stretch, in which nobody else has a turn, and most of it is for its `fetch`,
 * its mocks and its caches. These parts take 55 ms in pieces of at most 20; each finds loaded what it shares with those before.
 */
async function loadInTurns(): Promise<UsedUndici> {
  await import('undici/lib/core/util.js');
  await nextTurn();
  const { default: buildConnector } = await import('undici/lib/core/connect.js');
  await nextTurn();
  await import('undici/lib/dispatcher/client-h1.js');
  await nextTurn();
  await import('undici/lib/dispatcher/client.js');
  await nextTurn();
  const { default: EnvHttpProxyAgent } = await import('undici/lib/dispatcher/env-http-proxy-agent.js');
  await nextTurn();
  const { default: api } = await import('undici/lib/api/index.js');
  const { default: Dispatcher } = await import('undici/lib/dispatcher/dispatcher.js');
  // As its own index does: an agent of a proxy connects by it.
  Object.assign(Dispatcher.prototype, api);
  return { EnvHttpProxyAgent, buildConnector };
}

/**
 * HTTP/1.1 over undici, through the configured proxy, trusting the system's certificate authorities
 * and those of `caFile` besides Node's own. Verification cannot be switched off.
 *
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED for a `caFile` that cannot be read; CONFIG_INVALID for a bad proxy address
 */
export function createHttpClient(options: HttpOptions): HttpClient {
  const extra = options.caFile === undefined ? '' : readAuthorities(options.caFile);
  for (const address of [options.proxy.http, options.proxy.https]) if (address !== '') assertProxyAddress(address);
  let dispatcher: Undici.EnvHttpProxyAgent | undefined;
  let isClosed = false;
  const send = async (message: HttpRequest): Promise<HttpAnswer> => {
    try {
      const undici = await loadUndici();
      if (isClosed) throw cancelledError('The request');
      dispatcher ??= createDispatcher(undici, options, extra);
      const { origin, pathname, search } = message.url;
      const response = await dispatcher.request({
        origin,
        path: `${pathname}${search}`,
        method: message.method ?? 'GET',
        headers: { 'user-agent': options.userAgent, ...message.headers },
        ...(message.body === undefined ? {} : { body: message.body }),
        headersTimeout: options.timings.headersTimeoutMs,
        bodyTimeout: message.bodyTimeoutMs,
        signal: message.signal,
      });
      return { url: message.url, status: response.statusCode, header: (name) => firstOf(response.headers[name]), body: response.body };
    } catch (error) {
      throw networkError(error, message, options.proxy);
    }
  };
  const close = async (): Promise<void> => {
    isClosed = true;
    await dispatcher?.destroy();
  };
  return { send, close };
}

function createDispatcher({ EnvHttpProxyAgent, buildConnector }: UsedUndici, { timings, proxy }: HttpOptions, extra: string): Undici.EnvHttpProxyAgent {
  const timeout = timings.connectTimeoutMs;
  const hasProxy = proxy.http !== '' || proxy.https !== '';
  // The one of a proxy cannot be made later: undici wants it at once.
  const tlsOptions = hasProxy ? { secureContext: trustNow(extra), timeout } : { timeout };
  try {
    // The proxies are given even when empty: undici would read process.env itself otherwise.
    return new EnvHttpProxyAgent({
      httpProxy: proxy.http,
      httpsProxy: proxy.https,
      noProxy: proxy.none,
      connect: connectorFor(buildConnector, extra, timeout),
      requestTls: tlsOptions,
      proxyTls: tlsOptions,
    });
  } catch (error) {
    throw proxyInvalid(error);
  }
}

/** Says at once what undici would say at the first request. @throws CONFIG_INVALID */
function assertProxyAddress(address: string): void {
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) throw proxyInvalid(new TypeError('Invalid URL'));
}

function proxyInvalid(cause: unknown): LarderError {
  return new LarderError('CONFIG_INVALID', 'The proxy is not a usable address.', {
    hint: 'Write it as http://host:port or http://user:password@host:port.',
    cause,
  });
}

function readAuthorities(caFile: string): string {
  try {
    return readFileSync(caFile, 'utf8');
  } catch (error) {
    throw fileError(error, caFile, 'reading the certificate authorities');
  }
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

const CERTIFICATE_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ERR_TLS/;

/** The error of a failed request or body, in this room's words. The address is left out: it may be signed. */
export function networkError(error: unknown, message: Pick<HttpRequest, 'url' | 'place' | 'signal'>, proxy?: ProxySettings): Error {
  if (message.signal.aborted) return cancelledError('The request');
  if (error instanceof PassingTrouble || error instanceof LarderError) return error;
  const code = codeOf(error);
  const host = message.url.host;
  const text = error instanceof Error ? error.message : String(error);
  if (CERTIFICATE_ERROR.test(code)) return certificateError(host, code, error);
  const proxyStatus = /Proxy response \((\d+)\)/.exec(text)?.[1];
  if (proxyStatus !== undefined) return proxyRefused(host, Number(proxyStatus), error);
  const kind = code.includes('TIMEOUT') ? 'timeout' : 'network';
  const through = proxy === undefined ? undefined : proxyThatFailed(error, message.url, [proxy.http, proxy.https]);
  return new PassingTrouble(kind, message.place, host, `${host}${through === undefined ? '' : `, through the proxy ${through}`}: ${code || text}`, { cause: error });
}

/** Host of the proxy that could not be found or reached, without its user and password; undefined where it was the target itself. */
function proxyThatFailed(error: unknown, target: URL, proxies: readonly string[]): string | undefined {
  for (const { hostname, port, host, protocol } of proxies.filter((address) => address !== '').map((address) => new URL(address))) {
    const proxyPort = Number(port || (protocol === 'https:' ? 443 : 80));
    for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
      const failed = cause as NodeJS.ErrnoException & { readonly hostname?: string; readonly port?: number };
      const isAnother = hostname !== target.hostname || port !== target.port;
      if (isAnother && (failed.hostname === hostname || (failed.syscall === 'connect' && failed.port === proxyPort))) return host;
    }
  }
  return undefined;
}

function codeOf(error: unknown): string {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && code !== 'UND_ERR_ABORTED') return code;
  }
  return '';
}

function certificateError(host: string, code: string, cause: unknown): LarderError {
  return new LarderError('SOURCE_UNREACHABLE', `The certificate of ${host} is not trusted (${code}).`, {
    hint: 'If your network inspects traffic, name the file with its certificate authority in NODE_EXTRA_CA_CERTS.',
    details: { host, reason: code },
    cause,
  });
}

function proxyRefused(host: string, status: number, cause: unknown): LarderError {
  const hint = status === 407 ? 'Name the proxy with its user and password in HTTPS_PROXY: http://user:password@host:port.' : 'Allow huggingface.co and hf.co with all subdomains on the proxy.';
  return new LarderError('PROXY_ANSWERED', `The proxy refused the connection to ${host} (status ${status}).`, { hint, details: { host, status }, cause });
}

/**
 * Reads a short body as text.
 *
 * @throws PassingTrouble when it breaks off; SOURCE_WRONG_CONTENT beyond `limitBytes`
 */
export async function readText(answer: HttpAnswer, limitBytes: number, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limitBytes) throw tooLong(answer.url.host, limitBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    throw networkError(error, { url: answer.url, place: 'hub', signal });
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLong(host: string, limitBytes: number): LarderError {
  return new LarderError('SOURCE_WRONG_CONTENT', `${host} answered with more than ${limitBytes} bytes where a short answer was expected.`, {
    hint: 'Check the endpoint (downloads.endpoint in the config, or HF_ENDPOINT) and the proxy (HTTPS_PROXY).',
  });
}

const DRAIN_LIMIT = 64 << 10;

/** Lets go of a body nobody wants: a short one is read so that the connection can be used again, a long one is cut. */
export async function discardBody(answer: HttpAnswer): Promise<void> {
  answer.body.on('error', () => undefined);
  if (Number(answer.header('content-length') ?? Number.NaN) > DRAIN_LIMIT) {
    answer.body.destroy();
    return;
  }
  let length = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > DRAIN_LIMIT) break;
    }
  } catch {
    // The answer was already judged by its status; how its text ends does not matter.
  }
}
