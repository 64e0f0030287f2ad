import type { AccessState } from './access.ts';
import { REPOSITORY_NOT_FOUND, accessProblem } from './access.ts';
import { type Exchange, answerHtml, answerJson, answerProblem, answerText, begin, sendBody } from './answer.ts';
import type { FaultBook, HubFault } from './faults.ts';
import { answerPathsInfo, answerTree } from './listing-answers.ts';
import type { QuotaCounter } from './quota.ts';
import type { Commit, StoredFile } from './repository.ts';
import { type StorageState, answerMoved, signLink } from './storage-listener.ts';

export interface HubState extends AccessState {
  readonly repoId: string;
  /** Former ids, answered with a redirect to the present one. */
  readonly formerIds: readonly string[];
  /** By commit; every one ever published stays readable. */
  readonly commits: Map<string, Commit>;
  /** Commit by branch. */
  readonly branches: Map<string, string>;
  readonly pageSize: number;
  readonly faults: FaultBook<HubFault>;
  readonly quotas: { readonly api?: QuotaCounter; readonly resolvers?: QuotaCounter };
  readonly storage: StorageState;
  /** Known once all listeners are up. */
  hubOrigin: string;
  storageOrigin: string;
  elsewhereOrigin: string;
}

const API = /^\/api\/datasets\/(.+?)\/(revision|tree|paths-info|auth-check)(?:\/(.*))?$/;
const RESOLVE = /^\/datasets\/(.+?)\/resolve\/([^/]+)\/(.+)$/;
const RESOLVE_CACHE = /^\/api\/resolve-cache\/datasets\/(.+)\/([0-9a-f]{40})\/(.+)$/;

export async function answerHub(exchange: Exchange, state: HubState): Promise<void> {
  const { pathname } = exchange.url;
  const resolve = RESOLVE.exec(pathname) ?? RESOLVE_CACHE.exec(pathname);
  if (resolve !== null) return answerResolve(exchange, state, toQuestion(resolve));
  if (state.quotas.api?.admit(exchange) === false) return;
  if (pathname === '/api/whoami-v2') return answerWhoAmI(exchange, state);
  const api = API.exec(pathname);
  if (api !== null) return answerApi(exchange, state, toQuestion(api));
  answerProblem(exchange, { status: 404, message: 'Not found' });
}

/** A host of somebody else: a login page, files under the links of the storage, and for everything else the answers of the Hub to anybody. */
export async function answerElsewhere(exchange: Exchange, state: HubState): Promise<void> {
  const { pathname } = exchange.url;
  if (pathname === '/login') return answerHtml(exchange, 200);
  if (pathname.startsWith('/xet-bridge/')) return answerMoved(exchange, state.storage);
  return answerHub(exchange, { ...state, access: { kind: 'open' } });
}

interface Question {
  readonly repoId: string;
  readonly name: string;
  readonly rest: string;
}

/** Paths are decoded segment by segment: an encoded slash inside a revision or folder is part of it. */
function toQuestion(match: RegExpExecArray): Question {
  return { repoId: match[1] ?? '', name: match[2] ?? '', rest: match[3] ?? '' };
}

function tokenOf(exchange: Exchange): string | undefined {
  return /^Bearer (.+)$/.exec(exchange.request.headers.authorization ?? '')?.[1];
}

/** True when the request was answered: moved, unknown, or refused. */
function isTurnedAway(exchange: Exchange, state: HubState, repoId: string, isDownload: boolean): boolean {
  const token = tokenOf(exchange);
  if (state.formerIds.includes(repoId)) {
    const { pathname, search } = exchange.url;
    answerText(exchange, 307, { location: pathname.replace(repoId, state.repoId) + search }, 'Temporary Redirect');
    return true;
  }
  const problem = repoId === state.repoId ? accessProblem(state, token, isDownload) : { status: token === undefined ? 401 : 404, ...REPOSITORY_NOT_FOUND };
  if (problem === undefined) return false;
  answerProblem(exchange, problem);
  return true;
}

function findCommit(state: HubState, revision: string): Commit | undefined {
  return state.commits.get(state.branches.get(revision) ?? revision);
}

async function answerApi(exchange: Exchange, state: HubState, question: Question): Promise<void> {
  const fault = state.faults.next(question.name);
  if (isAnsweredByFault(exchange, state, fault)) return;
  if (isTurnedAway(exchange, state, question.repoId, question.name === 'auth-check')) return;
  if (question.name === 'auth-check') return answerText(exchange, 200, {}, 'OK');
  const [revision = '', ...folder] = question.rest.split('/').map(decodeURIComponent);
  const commit = findCommit(state, revision);
  if (commit === undefined) return answerProblem(exchange, { status: 404, code: 'RevisionNotFound', message: `Invalid rev id: ${revision}` });
  switch (question.name) {
    case 'revision':
      return answerRevision(exchange, state, commit);
    case 'tree':
      return answerTree(exchange, { commit, folder: folder.join('/'), pageSize: state.pageSize, fault });
    default:
      return answerPathsInfo(exchange, commit, fault);
  }
}

function answerRevision(exchange: Exchange, state: HubState, commit: Commit): void {
  const { access, repoId } = state;
  const gated = access.kind === 'gated' ? access.mode : false;
  const facts = { _id: '0123456789abcdef01234567', id: repoId, sha: commit.sha, siblings: [], gated, private: access.kind === 'private', disabled: access.kind === 'disabled' };
  answerJson(exchange, { ...facts, tags: [], downloads: 0, likes: 0, lastModified: '2025-09-01T00:00:00.000Z', createdAt: '2025-01-01T00:00:00.000Z' });
}

function answerWhoAmI(exchange: Exchange, state: HubState): void {
  const token = tokenOf(exchange);
  const account = token === undefined ? undefined : state.accounts === undefined ? { name: 'tester' } : state.accounts[token];
  if (account === undefined) return answerProblem(exchange, { status: 401, message: 'Invalid credentials in Authorization header' });
  const isFine = account.canReadGatedRepos !== undefined;
  const accessToken = isFine ? { role: 'fineGrained', fineGrained: { canReadGatedRepos: account.canReadGatedRepos } } : { role: 'read' };
  answerJson(exchange, { type: 'user', id: '0', name: account.name, fullname: account.name, orgs: [], auth: { type: 'access_token', accessToken } });
}

/** Faults that replace the whole answer; the others change it where it is made. */
function isAnsweredByFault(exchange: Exchange, state: HubState, fault: HubFault | undefined): boolean {
  switch (fault?.kind) {
    case 'status':
      answerText(exchange, fault.status, fault.headers ?? {}, fault.body ?? `status ${fault.status}`);
      return true;
    case 'captive-portal':
      if (fault.redirect === true) answerText(exchange, 302, { location: `${state.elsewhereOrigin}/login` }, 'Found');
      else answerHtml(exchange, 200);
      return true;
    case 'reset':
      exchange.request.socket.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    default:
      return false;
  }
}

async function answerResolve(exchange: Exchange, state: HubState, question: Question): Promise<void> {
  const path = question.rest.split('/').map(decodeURIComponent).join('/');
  if (state.quotas.resolvers?.admit(exchange) === false) return;
  const isSecondHop = exchange.url.pathname.startsWith('/api/resolve-cache/') || exchange.url.searchParams.has('hop');
  const fault = isSecondHop ? undefined : state.faults.next(path);
  if (isAnsweredByFault(exchange, state, fault) || isTurnedAway(exchange, state, question.repoId, true)) return;
  if (fault?.kind === 'hop') return answerText(exchange, 307, { location: `${state.hubOrigin}${exchange.url.pathname}?hop=1` }, 'Temporary Redirect');
  if (fault?.kind === 'hop-away') return answerText(exchange, 307, { location: `${state.elsewhereOrigin}${exchange.url.pathname}?hop=1` }, 'Temporary Redirect');
  const revision = decodeURIComponent(question.name);
  const commit = findCommit(state, revision);
  if (commit === undefined) return answerProblem(exchange, { status: 404, code: 'RevisionNotFound', message: `Invalid rev id: ${revision}` });
  const file = commit.files.get(path);
  if (file === undefined) {
    return answerProblem(exchange, { status: 404, code: 'EntryNotFound', message: 'Entry not found' }, { 'x-repo-commit': commit.sha });
  }
  if (file.storedAs === 'lfs') return answerStored(exchange, state, { commit, file, fault });
  return answerGitFile(exchange, state, { commit, file, fault });
}

interface Found {
  readonly commit: Commit;
  readonly file: StoredFile;
  readonly fault: HubFault | undefined;
}

/** Large files: a 302 that carries the metadata, and a text body whose length is not the file's. */
function answerStored(exchange: Exchange, state: HubState, found: Found): void {
  const { commit, file, fault } = found;
  const other = fault?.kind === 'identity' ? fault : undefined;
  const location = signLink(state.storage, state.storageOrigin, file);
  const metadata = {
    'x-repo-commit': other?.commit ?? commit.sha,
    'x-linked-etag': `"${other?.sha256 ?? file.sha256}"`,
    'x-linked-size': String(other?.sizeBytes ?? file.sizeBytes),
    'accept-ranges': 'bytes',
  };
  answerText(exchange, 302, { ...metadata, location }, `Found. Redirecting to ${location}`);
}

/** Small files: the Hub's own body, directly or behind a relative redirect on the same host. */
async function answerGitFile(exchange: Exchange, state: HubState, found: Found): Promise<void> {
  const { commit, file, fault } = found;
  const isCacheHop = exchange.url.pathname.startsWith('/api/resolve-cache/');
  if (file.storedAs === 'git-cached' && !isCacheHop) {
    const path = file.path.split('/').map(encodeURIComponent).join('/');
    const location = `/api/resolve-cache/datasets/${state.repoId}/${commit.sha}/${path}?etag=${file.gitSha1}`;
    return answerText(exchange, 307, { location }, 'Temporary Redirect');
  }
  const sha = fault?.kind === 'identity' ? fault.commit : undefined;
  begin(exchange, 200, {
    'x-repo-commit': sha ?? commit.sha,
    etag: `"${file.gitSha1}"`,
    'content-type': 'application/octet-stream',
    'content-length': String(file.sizeBytes),
  });
  if (exchange.request.method !== 'HEAD') await sendBody(exchange, file.read(0, file.sizeBytes));
  exchange.response.end();
}
