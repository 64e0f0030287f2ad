import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { LarderError, errnoOf, fileError } from '../../base/index.ts';
import type { DataEngine } from './data-routes.ts';
import { DATA_PREFIX, answerData } from './data-routes.ts';
import { plainResponse } from './plain-response.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** A file of the built renderer. */
export interface PageFile {
  readonly path: string;
  readonly type: string;
  readonly cacheControl: string;
}

/** URL path to file: everything that can be asked for. There is no other way from a URL to the disk. */
export type Pages = ReadonlyMap<string, PageFile>;

/** Answers a request of a window: pages of the renderer, pictures of entries. Hosts put their checks before it. */
export type PageHandler = (request: Request) => Promise<Response>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Files under `assets/` carry a hash of their content in their name. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/**
 * Lists the built renderer once, at start.
 *
 * @throws FILE_NOT_FOUND if it has not been built
 */
export async function readPages(directory: string): Promise<Pages> {
  const pages = new Map<string, PageFile>();
  try {
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      const type = TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      const url = path.slice(directory.length).replaceAll('\\', '/');
      pages.set(url, { path, type, cacheControl: url.startsWith('/assets/') ? IMMUTABLE : 'no-store' });
    }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileError(error, directory, 'listing the pages');
  }
  const index = pages.get('/index.html');
  if (index === undefined) throw new LarderError('FILE_NOT_FOUND', `The pages of the window are not built: ${directory} has no index.html.`, { hint: 'Run `npm run build` in the folder of Larder.' });
  return pages.set('/', index);
}

/**
 * Serves what `readPages` listed, by exact look-up (no decoding, no path arithmetic, no traversal),
 * and what the catalog knows under `DATA_PREFIX`.
 */
export function createPageHandler(pages: Pages, engine: DataEngine): PageHandler {
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plainResponse(405, 'Only GET and HEAD.', { allow: 'GET, HEAD' });
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(DATA_PREFIX)) return await answerData(engine, request);
    const page = pages.get(pathname);
    if (page === undefined) return plainResponse(404, 'There is nothing here.');
    const headers = { ...SECURITY_HEADERS, 'content-type': page.type, 'cache-control': page.cacheControl };
    const body = await readFile(page.path);
    return new Response(request.method === 'HEAD' ? null : body, { headers: { ...headers, 'content-length': String(body.length) } });
  };
}
