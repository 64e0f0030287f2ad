import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Exchange, answerHtml, answerText, begin, endConnection, sendBody } from './answer.ts';
import type { FaultBook, StorageFault } from './faults.ts';
import type { StoredFile } from './repository.ts';

export interface StorageState {
  readonly faults: FaultBook<StorageFault>;
  /** Seconds a signed link is good for. */
  linkSeconds: number;
  /** All bodies, faulty or not; Infinity for as fast as it goes. */
  bytesPerSecond: number;
  /** Files by the signature in their links. */
  readonly links: Map<string, StoredFile>;
}

/** A link as the storage hands out: the signature is the credential, `Expires` is in Unix seconds. */
export function signLink(state: StorageState, origin: string, file: StoredFile): string {
  const signature = randomBytes(12).toString('hex');
  state.links.set(signature, file);
  const expires = Math.floor(Date.now() / 1000) + state.linkSeconds;
  return `${origin}/xet-bridge/${file.sha256}?Expires=${expires}&Signature=${signature}`;
}

const REFUSED = '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>';

/** @param elsewhereOrigin where files are that moved away */
export async function answerStorage(exchange: Exchange, state: StorageState, elsewhereOrigin: string): Promise<void> {
  const { url } = exchange;
  const file = state.links.get(url.searchParams.get('Signature') ?? '');
  const isExpired = Number(url.searchParams.get('Expires')) * 1000 <= Date.now();
  if (file === undefined || isExpired) return answerText(exchange, 403, { 'content-type': 'application/xml' }, REFUSED);
  const fault = state.faults.next(file.path);
  switch (fault?.kind) {
    case 'status':
      return answerText(exchange, fault.status, fault.headers ?? {}, fault.body ?? `status ${fault.status}`);
    case 'html':
      return answerHtml(exchange, 200);
    case 'moved-away':
      return answerText(exchange, 302, { location: `${elsewhereOrigin}${url.pathname}${url.search}` }, 'Found');
    default:
      return sendFile(exchange, state, file, fault);
  }
}

/** The file behind a link of the storage, at the host it moved to, without further trouble. */
export async function answerMoved(exchange: Exchange, state: StorageState): Promise<void> {
  const file = state.links.get(exchange.url.searchParams.get('Signature') ?? '');
  if (file === undefined) return answerText(exchange, 403, { 'content-type': 'application/xml' }, REFUSED);
  return sendFile(exchange, state, file, undefined);
}

interface Span {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

async function sendFile(exchange: Exchange, state: StorageState, file: StoredFile, fault: StorageFault | undefined): Promise<void> {
  const range = fault?.kind === 'ignore-range' || fault?.kind === 'cut-whole' ? undefined : exchange.log.range;
  const span = parseSpan(range, file.sizeBytes);
  if (span === undefined) {
    return answerText(exchange, 416, { 'content-range': `bytes */${file.sizeBytes}` }, 'Requested Range Not Satisfiable');
  }
  begin(exchange, range === undefined ? 200 : 206, headersFor(file, span, range !== undefined, fault));
  if (exchange.request.method === 'HEAD') {
    exchange.response.end();
    return;
  }
  const isSent = await sendBody(exchange, bodyFor(file, span, fault), () => (fault?.kind === 'drip' ? fault.bytesPerSecond : state.bytesPerSecond));
  if (isSent) await finish(exchange, fault);
}

/** Undefined when the range starts beyond the file. */
function parseSpan(range: string | undefined, sizeBytes: number): Span | undefined {
  if (range === undefined) return { from: 0, to: sizeBytes };
  const match = /^bytes=(\d+)-(\d*)$/.exec(range);
  const from = Number(match?.[1] ?? Number.NaN);
  if (!(from < sizeBytes)) return undefined;
  const last = match?.[2] === '' || match?.[2] === undefined ? sizeBytes - 1 : Number(match[2]);
  return { from, to: Math.min(sizeBytes, last + 1) };
}

function headersFor(file: StoredFile, span: Span, isRange: boolean, fault: StorageFault | undefined): Record<string, string> {
  const shift = fault?.kind === 'shifted-range' ? fault.byBytes : 0;
  const length = announcedLength(span, fault);
  return {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    // The storage's tag is the hash of its own chunk list: 64 digits that are not the file's sha256.
    etag: `"${createHash('sha256').update(`xet ${file.sha256}`).digest('hex')}"`,
    ...(isRange ? { 'content-range': `bytes ${span.from + shift}-${span.to - 1}/${file.sizeBytes}` } : {}),
    ...(length === undefined ? { connection: 'close' } : { 'content-length': String(length) }),
    ...(fault?.kind === 'encoded' ? { 'content-encoding': fault.encoding } : {}),
  };
}

function announcedLength(span: Span, fault: StorageFault | undefined): number | undefined {
  const length = span.to - span.from;
  if (fault?.kind === 'short') return length - fault.missingBytes;
  if (fault?.kind === 'long') return fault.isAnnounced ? length + fault.extraBytes : undefined;
  return fault?.kind === 'unannounced-cut' ? undefined : length;
}

function bodyFor(file: StoredFile, span: Span, fault: StorageFault | undefined): Readable {
  switch (fault?.kind) {
    case 'cut':
    case 'cut-whole':
    case 'reset':
    case 'stop':
    case 'unannounced-cut':
      return file.read(span.from, Math.min(span.to, span.from + fault.afterBytes));
    case 'short':
      return file.read(span.from, span.to - fault.missingBytes);
    case 'long':
      return Readable.from(followedBy(file.read(span.from, span.to), Buffer.alloc(fault.extraBytes, 0x21)));
    case 'wrong-bytes':
      return Readable.from(inverted(file.read(span.from, span.to)));
    default:
      return file.read(span.from, span.to);
  }
}

async function* followedBy(body: Readable, extra: Uint8Array): AsyncGenerator<Uint8Array> {
  for await (const chunk of body as AsyncIterable<Uint8Array>) yield chunk;
  yield extra;
}

async function* inverted(body: Readable): AsyncGenerator<Uint8Array> {
  for await (const chunk of body as AsyncIterable<Uint8Array>) yield chunk.map((byte) => byte ^ 0xff);
}

async function finish(exchange: Exchange, fault: StorageFault | undefined): Promise<void> {
  switch (fault?.kind) {
    case 'cut':
    case 'cut-whole':
      return endConnection(exchange, 'fin');
    case 'reset':
      return endConnection(exchange, 'reset');
    case 'stop':
      return;
    default:
      exchange.response.end();
  }
}
