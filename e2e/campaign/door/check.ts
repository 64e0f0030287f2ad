import { PICTURE_ROUTES } from '../../../src-main/engine/bridge/data-routes.ts';

/** A request, as far as it decides what may come back. */
export interface Asked {
  readonly what: string;
  readonly hasSession: boolean;
  /** Names this machine, from a page of this server or from no page. */
  readonly isFromHere: boolean;
  readonly method: string;
  /** As sent: not decoded, not resolved. */
  readonly path: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What may be asked for: pages by exact path, data by the addresses of entries the catalog has. */
export interface Servable {
  readonly pages: ReadonlySet<string>;
  readonly entries: ReadonlySet<string>;
  /** `document/<cacheId>/<name>`, `list/<id>/<name>` */
  readonly documents: ReadonlySet<string>;
}

const PICTURE = /^\/_data\/([a-z-]+)\/(file-[0-9a-f]{32}|\d+-[0-9a-z]+)\.([a-z]+)$/;
const DOCUMENT = /^\/_data\/((?:document|list)\/.+)$/;

/** The path as URL rules resolve it: `/x/../` is the page too, and nothing is decoded. */
function resolved(path: string): string | undefined {
  return path.startsWith('/') && !path.startsWith('//') ? URL.parse(path, 'http://localhost')?.pathname : undefined;
}

/** @param secrets texts of files beside what is served, and of this machine's own */
export function doorViolations(asked: Asked, answer: Answer, servable: Servable, secrets: readonly (string | RegExp)[]): string[] {
  const violations: string[] = [];
  const { status, body } = answer;
  if (status >= 500 && status !== 507) violations.push(`status ${status}: ${body.slice(0, 200)}`);
  for (const secret of secrets) if (typeof secret === 'string' ? body.includes(secret) : secret.test(body)) violations.push('what nobody may see came out');
  if (/^\s+at .+[:(]/m.test(body) && status >= 400) violations.push('a stack came out');
  const isGiven = status < 400;
  if (isGiven && !asked.hasSession) violations.push(`status ${status} without a session`);
  if (isGiven && !asked.isFromHere && !isEntrance(asked.path)) violations.push(`status ${status} to another host or origin`);
  if (isGiven && asked.method !== 'GET' && asked.method !== 'HEAD') violations.push(`status ${status} to ${asked.method}`);
  if (isGiven && !isServable(asked.path, servable)) violations.push(`status ${status} for what the catalog does not know`);
  return violations.map((violation) => `${asked.what}: ${violation}`);
}

/**
 * The link that was printed may be clicked in a page of somebody else; whoever has the session gets
 * a page without content that leads on.
 */
function isEntrance(path: string): boolean {
  const url = resolved(path) === '/' ? URL.parse(path, 'http://localhost') : undefined;
  return url?.searchParams.has('token') === true;
}

function isServable(path: string, { pages, entries, documents }: Servable): boolean {
  const pathname = resolved(path);
  if (pathname === undefined) return false;
  const document = DOCUMENT.exec(pathname)?.[1];
  if (document !== undefined) return documents.has(document);
  const [, word = '', address, extension] = PICTURE.exec(pathname) ?? [];
  return address === undefined ? pages.has(pathname) : entries.has(address) && PICTURE_ROUTES[word]?.extension === extension;
}

/** @returns a violation if the answer to a message is a fault, or tells what is inside */
export function messageViolation(what: string, text: string, secrets: readonly (string | RegExp)[]): string | undefined {
  if (/"code":"INTERNAL"/.test(text)) return `${what}: a fault of Larder itself: ${text.slice(0, 300)}`;
  if (/node_modules|at async |\.[tj]s:\d+:\d+/.test(text)) return `${what}: a stack came out`;
  return secrets.some((secret) => (typeof secret === 'string' ? text.includes(secret) : secret.test(text))) ? `${what}: what nobody may see came out` : undefined;
}

/** @param opened `open`, or the status the upgrade was refused with */
export function upgradeViolation(what: string, isGood: boolean, opened: 'open' | number): string | undefined {
  if (isGood) return opened === 'open' ? undefined : `${what}: a good upgrade was refused with ${opened}`;
  return opened === 'open' ? `${what}: a socket opened that must not` : undefined;
}

/** Flat: growth a garbage collector may leave, and none that goes with the number of requests. */
export function memoryViolation(earlyMegabytes: number, lateMegabytes: number): string | undefined {
  return lateMegabytes > earlyMegabytes * 1.15 + 24 ? `memory grew from ${Math.round(earlyMegabytes)} to ${Math.round(lateMegabytes)} MB` : undefined;
}
