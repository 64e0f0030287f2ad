import { PICTURE_ROUTES } from '../../../src-main/engine/bridge/data-routes.ts';
import { DOCUMENT_ROUTES } from '../../../src-main/engine/bridge/document-routes.ts';
import type { Draw } from '../draw.ts';

/** A request as an attacker can make it. */
export interface DrawnRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly hasSession: boolean;
  readonly isFromHere: boolean;
}

export interface Known {
  readonly port: number;
  readonly origin: string;
  readonly cookie: string;
  readonly pages: readonly string[];
  /** `<cacheId>-<key>`, and `file-<id>` of files that were looked at. */
  readonly entries: readonly string[];
  /** `document/<cacheId>` and `list/<id>` with what can be asked for there. */
  readonly documents: readonly string[];
}

/** First words of all addresses there are, as the product has them. */
const WORDS = [...Object.keys(PICTURE_ROUTES), ...Object.keys(DOCUMENT_ROUTES)];
const EXTENSIONS = [...new Set(Object.values(PICTURE_ROUTES).map(({ extension }) => extension))];
const ROUTES = ['/', '/assets/', '/_socket', '/_data/', ...WORDS.map((word) => `/_data/${word}/`), '/_data/img/', '/api/', '/%00', '//', '/.'];
const TRICKS = ['../', '..%2f', '%2e%2e/', '%252e%252e%252f', '..\\', '..%5c', '%00', '....//', 'etc/passwd', '%2fetc%2fpasswd', 'package.json', 'secret.txt', 'catalog.sqlite', 'cache_params.json', 'constructor', '__proto__', '*', '?token=', '#', '%', '%zz', '%c0%ae', 'x'.repeat(3000), '\u00e9', ';', '1-', '-1', '99999999999999999999', '.nii', '.png', '.pt', 'file:///etc/passwd'];
const METHODS = ['GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND'];
const HOSTS = ['evil.example', '127.0.0.1.evil.example', '[::1].evil.example', '127.0.0.1@evil.example', '192.168.1.5', '0.0.0.0', '2130706433', 'localhost.', 'localhost%00'];
const ORIGINS = ['https://evil.example', 'null', 'http://127.0.0.1:1', 'file://', 'http://localhost', ''];
const RANGES = ['bytes=0-0', 'bytes=-1', 'bytes=5-', 'bytes=999999999-', 'bytes=5-1', 'bytes=0-1,3-4', 'bytes=a-b', 'lines=1-2', 'bytes=-0', 'bytes=99999999999999999999-'];

/** An address as the page makes it, or one letter beside it. */
function drawAddress(draw: Draw, { entries, documents }: Known): string {
  if (draw.chance(0.2)) return `/_data/${draw.oneOf(documents)}`;
  const word = draw.oneOf(Object.keys(PICTURE_ROUTES));
  const extension = draw.chance(0.8) ? PICTURE_ROUTES[word]!.extension : draw.oneOf([...EXTENSIONS, 'pt', 'json']);
  return `/_data/${word}/${draw.oneOf(entries)}.${extension}${draw.chance(0.1) ? `?channel=${draw.oneOf(['0', '1', '99999', '-1', '../0', '0x1'])}` : ''}`;
}

function drawPath(draw: Draw, known: Known): string {
  const { pages } = known;
  if (draw.chance(0.2)) return draw.oneOf(pages);
  if (draw.chance(0.35)) return drawAddress(draw, known);
  let path: string = draw.oneOf(ROUTES);
  for (let n = draw.below(4); n >= 0; n--) path += draw.oneOf(TRICKS);
  return encodeURI(path).replaceAll('%25', '%');
}

function drawCookie(draw: Draw, cookie: string): { readonly cookie?: string; readonly hasSession: boolean } {
  if (draw.chance(0.7)) return { cookie, hasSession: true };
  const name = cookie.split('=')[0]!;
  const wrong = draw.oneOf([undefined, '', name, `${name}=`, `${name}=AAAA`, cookie.slice(0, -1), `${cookie}A`, `x${cookie}`, cookie.toUpperCase(), `${name}=${'A'.repeat(5000)}`]);
  return wrong === undefined ? { hasSession: false } : { cookie: wrong, hasSession: false };
}

export function drawRequest(draw: Draw, known: Known): DrawnRequest {
  const { cookie, hasSession } = drawCookie(draw, known.cookie);
  const hasHost = draw.chance(0.1);
  const hasOrigin = draw.chance(0.1);
  const isCrossSite = draw.chance(0.05);
  const headers: Record<string, string> = { host: hasHost ? draw.oneOf(HOSTS) : `127.0.0.1:${known.port}` };
  if (cookie !== undefined) headers['cookie'] = cookie;
  if (hasOrigin) headers['origin'] = draw.oneOf(ORIGINS);
  if (isCrossSite) headers['sec-fetch-site'] = draw.oneOf(['cross-site', 'same-site', 'x']);
  if (draw.chance(0.2)) headers['range'] = draw.oneOf(RANGES);
  if (draw.chance(0.1)) headers['if-none-match'] = draw.oneOf(['*', '"x"', 'W/"x"', '"', 'x'.repeat(2000)]);
  if (draw.chance(0.1)) headers['if-range'] = draw.oneOf(['"x"', 'Mon, 01 Jan 2026 00:00:00 GMT', '*']);
  return { method: draw.oneOf(METHODS), path: drawPath(draw, known), headers, hasSession, isFromHere: !hasHost && !hasOrigin && !isCrossSite };
}

/** An upgrade of `/_socket`, of which something is wrong in most. */
export interface DrawnUpgrade {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** It has all that it must. */
  readonly isGood: boolean;
}

export function drawUpgrade(draw: Draw, known: Known): DrawnUpgrade {
  const { cookie, hasSession } = drawCookie(draw, known.cookie);
  const path = draw.chance(0.8) ? '/_socket' : draw.oneOf(['/', '/_socket/', '/_socket?x', '/_socket/../_socket', '/_data/', '//_socket', '/%5fsocket']);
  const origin = draw.chance(0.6) ? known.origin : draw.oneOf([undefined, ...ORIGINS]);
  const host = draw.chance(0.8) ? `127.0.0.1:${known.port}` : draw.oneOf(HOSTS);
  const site = draw.chance(0.8) ? undefined : draw.oneOf(['cross-site', 'same-site', 'x']);
  const headers = { host, ...(cookie === undefined ? {} : { cookie }), ...(origin === undefined ? {} : { origin }), ...(site === undefined ? {} : { 'sec-fetch-site': site }) };
  return { path, headers, isGood: hasSession && path === '/_socket' && origin === known.origin && host === `127.0.0.1:${known.port}` && site === undefined };
}
