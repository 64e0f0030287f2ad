import type { EntryMatch } from '../../contract/commands.ts';
import type { DocumentName, ListDocumentName } from '../../contract/documents.ts';
import { DOCUMENT_NAMES, LIST_DOCUMENT_NAMES } from '../../contract/documents.ts';
import { LarderError } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import { match } from './schemas-match.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** `/_data/document/<cacheId>/hash_map.json`, or `list/<listId>`: a number and one of a few names, never a path. */
const ROUTE = /^\/_data\/(?:document\/(?<cache>\d{1,15})|list\/(?<list>[0-9a-f]{32}))\/(?<file>[a-z_.]{1,40})$/;

/** By the first word of the address: the names of the files that can be asked for there. */
export const DOCUMENT_ROUTES = { document: DOCUMENT_NAMES, list: LIST_DOCUMENT_NAMES } as const;

export type DocumentRoute = { readonly cacheId: number; readonly name: DocumentName } | { readonly listId: string; readonly name: ListDocumentName };

export function documentRoute(pathname: string): DocumentRoute | undefined {
  const { cache, list, file } = ROUTE.exec(pathname)?.groups ?? {};
  if (list !== undefined) {
    const name = DOCUMENT_ROUTES.list.find((candidate) => candidate === file);
    return name === undefined ? undefined : { listId: list, name };
  }
  const name = DOCUMENT_ROUTES.document.find((candidate) => candidate === file);
  return cache === undefined || name === undefined ? undefined : { cacheId: Number(cache), name };
}

/** A document about a cache or a list, made while it is sent: a million entries are never held at once. */
export async function answerDocument(engine: Pick<Engine, 'document' | 'listDocument'>, route: DocumentRoute, request: Request): Promise<Response> {
  const { name } = route;
  const headers = { ...SECURITY_HEADERS, 'cache-control': 'no-store', 'content-type': name.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/json', 'content-disposition': `attachment; filename="${name}"` };
  const pieces = 'listId' in route ? await engine.listDocument(route.listId, route.name, request.signal) : await engine.document(route.cacheId, route.name, matchingOf(request), request.signal);
  return new Response(request.method === 'HEAD' ? null : bodyOf(pieces, request), { headers });
}

/** Which entries it is about: `?matching=` and what the page says to methods, as JSON. @throws ARGUMENT_INVALID */
function matchingOf({ url }: Request): EntryMatch {
  const text = new URL(url).searchParams.get('matching');
  if (text === null) return {};
  const parsed = match.safeParse(parseJson(text));
  if (!parsed.success) throw new LarderError('ARGUMENT_INVALID', 'The document is asked for entries that cannot be told.', { hint: 'Reload the page; it may be of another version.' });
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
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
