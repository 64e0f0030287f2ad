import type { SourceFile } from '../source.ts';
import { normalizeEtag } from './endpoint.ts';
import { changedError, proxyAnswered, refusalError } from './errors.ts';
import { type HttpAnswer, discardBody } from './http.ts';
import { type HubConnection, MAX_HOPS, askHub, isRedirect, redirectTarget, refusalContext, refusalOf } from './hub-client.ts';
import { PassingTrouble } from './passing-trouble.ts';

/** A signed link to the storage, good for minutes and never stored; or the file itself, for what the Hub serves. */
export type Resolved = { readonly kind: 'storage'; readonly url: URL } | { readonly kind: 'body'; readonly answer: HttpAnswer };

export interface ResolveOptions {
  readonly commit: string;
  readonly signal: AbortSignal;
  readonly onWait: (ms: number) => void;
}

/**
 * Asks the Hub where a file is, and checks on the way that it still is the file of the listing.
 *
 * The metadata are on the redirect itself: `X-Repo-Commit`, `X-Linked-Etag` (sha256),
 * `X-Linked-Size`. The storage's own `ETag` is another hash and is not looked at.
 *
 * @throws SOURCE_CHANGED when commit, digest or size differ; PROXY_ANSWERED for an answer without
 *   the Hub's headers; the errors of `refusalError`; PassingTrouble
 */
export async function resolveFile(hub: HubConnection, file: SourceFile, options: ResolveOptions): Promise<Resolved> {
  let url = hub.endpoint.file(options.commit, file.path);
  let sawCommit = false;
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    const answer = await askHub(hub, { quota: 'resolvers', url, signal: options.signal, bodyTimeoutMs: 0, onWait: options.onWait });
    const identityProblem = problemOf(hub, file, options.commit, answer);
    if (identityProblem !== undefined) {
      await discardBody(answer);
      throw identityProblem;
    }
    sawCommit ||= answer.header('x-repo-commit') !== undefined;
    if (answer.status === 200) return bodyOf(answer, sawCommit);
    await discardBody(answer);
    if (!isRedirect(answer.status)) throw refusalError(refusalOf(answer), refusalContext(hub, { path: file.path }));
    const target = redirectTarget(answer);
    if (target === undefined) throw proxyAnswered(answer.status, url.host);
    const next = hub.endpoint.rebase(target);
    if (!hub.endpoint.mayHaveToken(next) || answer.header('x-linked-etag') !== undefined) {
      if (!sawCommit) throw proxyAnswered(answer.status, url.host);
      return { kind: 'storage', url: target };
    }
    url = next;
  }
  throw new PassingTrouble('status', 'hub', url.host, `${url.host} redirected more than ${MAX_HOPS} times`);
}

function bodyOf(answer: HttpAnswer, sawCommit: boolean): Resolved {
  if (sawCommit) return { kind: 'body', answer };
  answer.body.on('error', () => undefined).destroy();
  throw proxyAnswered(answer.status, answer.url.host);
}

/** Refusals carry no identity to compare; they are judged by their status. */
function problemOf(hub: HubConnection, file: SourceFile, commit: string, answer: HttpAnswer): Error | undefined {
  if (answer.status >= 400) return undefined;
  const id = hub.endpoint.repoId;
  const foundCommit = answer.header('x-repo-commit');
  if (foundCommit !== undefined && foundCommit !== commit) return changedError(id, file.path, `commit ${commit}`, `commit ${foundCommit}`);
  const hex = digestOf(file, answer);
  if (hex !== undefined && hex !== file.digest.hex) {
    return changedError(id, file.path, `${file.digest.algorithm} ${file.digest.hex}`, `${file.digest.algorithm} ${hex}`);
  }
  const size = answer.header('x-linked-size');
  if (size !== undefined && size !== String(file.sizeBytes)) return changedError(id, file.path, `${file.sizeBytes} bytes`, `${size} bytes`);
  return undefined;
}

/** The digest an answer claims, in the algorithm of the listing; undefined when it claims none. */
function digestOf(file: SourceFile, answer: HttpAnswer): string | undefined {
  const linked = normalizeEtag(answer.header('x-linked-etag'));
  if (file.digest.algorithm === 'sha256') return linked !== undefined && /^[0-9a-f]{64}$/.test(linked) ? linked : undefined;
  const tag = linked ?? (answer.status === 200 ? normalizeEtag(answer.header('etag')) : undefined);
  return tag !== undefined && /^[0-9a-f]{40}$/.test(tag) ? tag : undefined;
}
