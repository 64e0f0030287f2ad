import { LarderError } from '../../base/index.ts';

export const DEFAULT_ENDPOINT = 'https://huggingface.co';

/** Origins of Hugging Face itself; they may have the token whatever the endpoint is. */
const HUB_ORIGINS: readonly string[] = ['https://huggingface.co', 'https://hf.co'];

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Reads an endpoint as `HF_ENDPOINT` gives it. Trailing slashes are dropped; a path prefix stays.
 *
 * @throws CONFIG_INVALID for text that is no http(s) address, and for `http:` beyond this machine:
 *   it would carry the token in clear text
 */
export function parseEndpoint(text: string | undefined): URL {
  const trimmed = (text ?? '').trim().replace(/\/+$/, '') || DEFAULT_ENDPOINT;
  const url = URL.parse(trimmed);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new LarderError('CONFIG_INVALID', `The Hub endpoint "${trimmed}" is not a web address.`, {
      hint: `Set HF_ENDPOINT, or the endpoint in the settings, to something like ${DEFAULT_ENDPOINT}.`,
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new LarderError('CONFIG_INVALID', `The Hub endpoint at ${url.host} carries a user name or password.`, {
      hint: 'Take the credentials out of the address; the token is set on its own.',
    });
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new LarderError('CONFIG_INVALID', `The Hub endpoint ${url.origin} is not encrypted.`, {
      hint: 'Use an https: address; http: is accepted for this machine only.',
    });
  }
  return url;
}

/** Addresses of one dataset on one endpoint. Paths and revisions are encoded here and nowhere else. */
export interface Endpoint {
  readonly url: URL;
  readonly repoId: string;
  revision(revision: string): URL;
  /** First page of the listing; `folder` without slashes at its ends, empty for all. */
  tree(commit: string, folder: string): URL;
  pathsInfo(commit: string): URL;
  authCheck(): URL;
  whoAmI(): URL;
  file(commit: string, path: string): URL;
  /** Whether a request to this address may carry the token: same origin (scheme, host and port), or Hugging Face's. */
  mayHaveToken(target: URL): boolean;
  /** An address the Hub returned, moved to this endpoint if it names the default one. */
  rebase(target: URL): URL;
}

/**
 * @param repoId `namespace/name`, or `name` alone for some old datasets
 * @throws CONFIG_INVALID for an id of another form
 */
export function createEndpoint(url: URL, repoId: string): Endpoint {
  assertRepoId(repoId);
  const base = url.href.replace(/\/+$/, '');
  const api = `${base}/api/datasets/${repoId}`;
  return {
    url,
    repoId,
    revision: (revision) => new URL(`${api}/revision/${encodeURIComponent(revision)}`),
    tree: (commit, folder) =>
      new URL(`${api}/tree/${commit}${folder === '' ? '' : `/${encodeURIComponent(folder)}`}?recursive=true&expand=false`),
    pathsInfo: (commit) => new URL(`${api}/paths-info/${commit}`),
    authCheck: () => new URL(`${api}/auth-check`),
    whoAmI: () => new URL(`${base}/api/whoami-v2`),
    file: (commit, path) => new URL(`${base}/datasets/${repoId}/resolve/${commit}/${encodePath(path)}`),
    mayHaveToken: (target) => target.origin === url.origin || HUB_ORIGINS.includes(target.origin),
    rebase: (target) => rebase(target, base),
  };
}

function rebase(target: URL, base: string): URL {
  return target.origin === DEFAULT_ENDPOINT ? new URL(base + target.pathname + target.search) : target;
}

/** Each segment encoded by itself: `a b+c%#1` becomes `a%20b%2Bc%25%231`, the slashes stay. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

const REPO_ID = /^[A-Za-z0-9][\w.-]{0,95}(?:\/[A-Za-z0-9_][\w.-]{0,95})?$/;

function assertRepoId(repoId: string): void {
  if (REPO_ID.test(repoId) && !repoId.includes('..') && !repoId.includes('--')) return;
  throw new LarderError('CONFIG_INVALID', `"${repoId}" is not the id of a Hugging Face dataset.`, {
    hint: 'Write it as on the dataset page, namespace/name, without the address in front.',
  });
}

/**
 * Refuses a repository path that would mean something outside the repository, under POSIX and
 * Windows rules alike, whatever system this is.
 *
 * @throws PATH_REFUSED
 */
export function assertSafePath(path: string): void {
  const problem = pathProblem(path);
  if (problem === undefined) return;
  throw new LarderError('PATH_REFUSED', `The path ${JSON.stringify(path)} is refused: ${problem}.`, {
    hint: 'Name files by their path inside the dataset, such as dataset/train/a.nii.gz.',
    details: { path },
  });
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.includes('\0')) return 'it contains a NUL';
  if (/^[/\\]/.test(path)) return 'it is absolute';
  if (/^[A-Za-z]:/.test(path)) return 'it names a drive';
  if (path.split(/[/\\]/).some((segment) => segment === '..' || segment === '.')) return 'it contains a "." or ".." segment';
  if (path.split('/').includes('')) return 'it contains an empty segment';
  return undefined;
}

/** `W/"abc"` to `abc`; undefined for a missing or empty tag. */
export function normalizeEtag(header: string | undefined): string | undefined {
  const tag = header?.trim().replace(/^W\//i, '').replaceAll('"', '').trim();
  return tag === '' ? undefined : tag;
}
