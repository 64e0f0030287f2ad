import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { ErrorCode } from '../../contract/errors.ts';
import { LarderError, fileError, isCancelled, isLarderError } from '../../base/index.ts';
import type { PreviewName } from '../../kinds/index.ts';
import type { Engine } from '../engine.ts';
import { parseRange } from './byte-range.ts';
import { answerDocument, documentRoute } from './document-routes.ts';
import { plainResponse } from './plain-response.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

export const DATA_PREFIX = '/_data/';

interface Route {
  readonly preview: PreviewName;
  readonly extension: string;
  readonly type: string;
}

/** By the first word of the address: everything there is under `DATA_PREFIX` beside documents. */
export const PICTURE_ROUTES: Readonly<Record<string, Route>> = {
  vol: { preview: 'nifti', extension: 'nii', type: 'application/octet-stream' },
  small: { preview: 'reduced', extension: 'nii', type: 'application/octet-stream' },
  raw: { preview: 'raw', extension: 'nii', type: 'application/octet-stream' },
  'raw-small': { preview: 'raw-reduced', extension: 'nii', type: 'application/octet-stream' },
  thumb: { preview: 'thumbnail', extension: 'png', type: 'image/png' },
  slices: { preview: 'slices', extension: 'png', type: 'image/png' },
};

/**
 * `/_data/vol/<cacheId>-<key>.nii` and the like: numbers and keys of the catalog, never a path. Single
 * files that were looked at are `file-<number>`.
 */
const ROUTE = new RegExp(`^${DATA_PREFIX}(?<what>${Object.keys(PICTURE_ROUTES).join('|')})/(?:file-(?<file>[0-9a-f]{32})|(?<cache>\\d{1,15})-(?<key>[a-z0-9]{1,64}))\\.(?<extension>nii|png)$`);
/** Which channel or time point of a raw file. */
const CHANNEL = /^\d{1,5}$/;

/** The file may be another one tomorrow; the browser asks each time and is told 304 while it is not. */
const CACHE_CONTROL = 'private, no-cache';
/** One read from the disk; larger ones would only hold more memory. */
const CHUNK_BYTES = 2 ** 20;

const STATUS: Partial<Record<ErrorCode, number>> = { CACHE_NOT_FOUND: 404, ENTRY_NOT_FOUND: 404, FILE_NOT_FOUND: 404, CACHE_FOREIGN: 404, PATH_REFUSED: 403, PERMISSION_DENIED: 403, ARGUMENT_INVALID: 404, TORCH_INVALID: 422, NIFTI_INVALID: 422, NIFTI_UNSUPPORTED: 422, DISK_FULL: 507 };

/** What the addresses under `DATA_PREFIX` are answered from. */
export type DataEngine = Pick<Engine, 'preview' | 'previewFile' | 'document' | 'listDocument'>;

/**
 * Documents about a cache or a list, and pictures of entries: GET and HEAD, one range, `ETag` of the entry's file. What has to be made is
 * made in a worker; this process only streams finished files.
 *
 * @param request a path under `DATA_PREFIX`; its signal ends the work that is done for it
 */
export async function answerData(engine: DataEngine, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const document = documentRoute(pathname);
  if (document !== undefined) return await answerDocument(engine, document, request).catch(refusal);
  const { what = '', file, cache, key = '', extension } = ROUTE.exec(pathname)?.groups ?? {};
  const route = PICTURE_ROUTES[what];
  const channel = searchParams.get('channel') ?? '0';
  if (route?.extension !== extension || route === undefined || !CHANNEL.test(channel)) return plainResponse(404, 'There is nothing here.');
  try {
    const preview = file === undefined ? await engine.preview(Number(cache), key, route.preview, Number(channel)) : await engine.previewFile(file, route.preview, Number(channel));
    const headers = { ...SECURITY_HEADERS, 'cache-control': CACHE_CONTROL, etag: `"${preview.tag}"`, 'content-type': route.type, 'accept-ranges': 'bytes' };
    if (isUnchanged(request, headers.etag)) return new Response(null, { status: 304, headers });
    const made = await preview.make(request.signal);
    return await answerFile(request, made.path, headers);
  } catch (error) {
    return refusal(error);
  }
}

function isUnchanged(request: Request, tag: string): boolean {
  const known = request.headers.get('if-none-match');
  return known !== null && known.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag);
}

async function answerFile(request: Request, path: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fileError(error, path, 'reading the picture');
  });
  try {
    const { size } = await file.stat();
    const ifRange = request.headers.get('if-range');
    const range = ifRange === null || ifRange === headers['etag'] ? parseRange(request.headers.get('range'), size) : undefined;
    if (range === 'unsatisfiable') {
      await file.close();
      return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
    }
    const { start, end } = range ?? { start: 0, end: size - 1 };
    const partial = range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` };
    const answer = { status: range === undefined ? 200 : 206, headers: { ...headers, ...partial, 'content-length': String(end - start + 1) } };
    if (request.method === 'HEAD' || size === 0) {
      await file.close();
      return new Response(null, answer);
    }
    return new Response(bodyOf(file, start, end, request), answer);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The bytes `start` to `end`, both inclusive. Cancelling the body, or giving up the request, closes
 * the file and ends the body without an error: hosts turn it into a stream of their own, and one that
 * fails after its reader has left would take the whole process along. The request itself is kept for as
 * long as the body is: of one that was collected, the signal is never heard again.
 */
function bodyOf(file: FileHandle, start: number, end: number, request: Request): ReadableStream<Uint8Array> {
  let at = start;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    request.signal.removeEventListener('abort', close);
    return (closing ??= file.close());
  };
  request.signal.addEventListener('abort', close);
  // Given up while the file was opened: nobody may ever read this body, nor cancel it.
  if (request.signal.aborted) void close();
  return new ReadableStream(
    {
      async pull(controller) {
        const piece = closing === undefined && !request.signal.aborted ? await readPiece(file, at, end).catch((error: unknown) => error) : undefined;
        if (request.signal.aborted || piece === undefined) {
          await close();
          controller.close();
        } else if (piece instanceof Uint8Array) {
          at += piece.length;
          controller.enqueue(piece);
          if (at <= end) return;
          await close();
          controller.close();
        } else {
          await close();
          controller.error(piece);
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

/** @throws IO_FAILED if the file is shorter than it was */
async function readPiece(file: FileHandle, at: number, end: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(Math.min(CHUNK_BYTES, end - at + 1)), 0, undefined, at);
  if (bytesRead === 0) throw new LarderError('IO_FAILED', 'The file became shorter while it was read.', { hint: 'Look at the entry again.' });
  return buffer.subarray(0, bytesRead);
}

/** What is wrong with an entry is told in words; faults of Larder itself go to the host. */
function refusal(error: unknown): Response {
  if (isCancelled(error)) return plainResponse(503, 'Given up.');
  if (!isLarderError(error) || error.code === 'INTERNAL') throw error;
  return plainResponse(STATUS[error.code] ?? 500, error instanceof LarderError && error.hint !== undefined ? `${error.message} ${error.hint}` : error.message);
}
