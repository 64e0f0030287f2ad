import type { DocumentName } from '../../contract/documents.ts';
import { DOCUMENT_NAMES } from '../../contract/documents.ts';
import type { Engine } from '../engine.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** `/_data/document/<cacheId>/hash_map.json`: a number of the catalog and one of three names, never a path. */
const ROUTE = /^\/_data\/document\/(\d{1,15})\/([a-z_.]{1,40})$/;

export interface DocumentRoute {
  readonly cacheId: number;
  readonly name: DocumentName;
}

export function documentRoute(pathname: string): DocumentRoute | undefined {
  const match = ROUTE.exec(pathname);
  const name = DOCUMENT_NAMES.find((candidate) => candidate === match?.[2]);
  return match === null || name === undefined ? undefined : { cacheId: Number(match[1]), name };
}

/** A document about a cache, made while it is sent: a million entries are never held at once. */
export async function answerDocument(engine: Pick<Engine, 'document'>, { cacheId, name }: DocumentRoute, request: Request): Promise<Response> {
  const headers = { ...SECURITY_HEADERS, 'cache-control': 'no-store', 'content-type': name.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/json', 'content-disposition': `attachment; filename="${name}"` };
  const pieces = await engine.document(cacheId, name, request.signal);
  return new Response(request.method === 'HEAD' ? null : bodyOf(pieces, request), { headers });
}

/** Ends without an error when the request is given up: a host's stream that fails after its reader has left would take the process along. */
function bodyOf(pieces: AsyncIterable<string> | Iterable<string>, request: Request): ReadableStream<Uint8Array> {
  const iterator = piecesOf(pieces);
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await iterator.next().catch((error: unknown) => error);
        if (request.signal.aborted) controller.close();
        else if (!isPiece(next)) controller.error(next);
        else if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      },
      async cancel() {
        await iterator.return(undefined).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* piecesOf(pieces: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, undefined> {
  yield* pieces;
  return undefined;
}

function isPiece(next: unknown): next is IteratorResult<string, undefined> {
  return typeof next === 'object' && next !== null && 'done' in next;
}
