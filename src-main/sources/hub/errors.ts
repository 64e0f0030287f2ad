import { LarderError, isLarderError } from '../../base/index.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { PassingTrouble } from './passing-trouble.ts';
import { parseRetryAfter } from './rate-gate.ts';

/** What a refusal is about; fills the sentences below. */
export interface RefusalContext {
  readonly repoId: string;
  readonly revision: string;
  readonly path?: string;
  readonly hasToken: boolean;
  /** As far as they are known; `checkAccess` asks for them. */
  readonly user?: string;
  readonly gated?: 'auto' | 'manual';
  readonly tokenMayReadGated?: boolean;
}

/** The parts of an answer that say why it is a refusal. */
export interface Refusal {
  readonly status: number;
  readonly host: string;
  header(name: string): string | undefined;
}

const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527]);

export function isRetriedStatus(status: number): boolean {
  return RETRIED_STATUSES.has(status);
}

const STOPPING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SOURCE_GATED',
  'SOURCE_FORBIDDEN',
  'SOURCE_DISABLED',
  'SOURCE_NOT_FOUND',
  'SOURCE_CHANGED',
  'REVISION_NOT_FOUND',
  'TOKEN_INVALID',
  'PROXY_ANSWERED',
  'RATE_LIMITED',
  'OFFLINE',
  'DISK_FULL',
]);

/** True when the error concerns the dataset, the account or the disk, so that every other file would meet it too. */
export function stopsTheBatch(error: unknown): boolean {
  return isLarderError(error) && STOPPING.has(error.code);
}

/**
 * Why the Hub did not answer with what was asked for. By `X-Error-Code`, then `X-Error-Message`,
 * then status, as huggingface_hub `utils/_http.py` `hf_raise_for_status`.
 */
export function refusalError(refusal: Refusal, context: RefusalContext): LarderError | PassingTrouble {
  const { status, host } = refusal;
  if (isRetriedStatus(status)) return statusTrouble(refusal, 'hub');
  const known = byErrorCode(refusal, context) ?? byErrorMessage(refusal, context);
  if (known !== undefined) return known;
  if (!hasHubHeader(refusal) && isHtml(refusal)) return proxyAnswered(status, host);
  if (status === 401) return notFound(refusal, context);
  if (status === 404) return context.path === undefined ? notFound(refusal, context) : entryMissing(refusal, context, context.path);
  if (status === 403) return forbidden(refusal, context);
  return new LarderError('SOURCE_UNREACHABLE', `${host} answered with status ${status} for ${context.path ?? context.repoId}.`, {
    hint: 'Check the endpoint (downloads.endpoint in the config, or HF_ENDPOINT) and try again later.',
    details: evidence(refusal),
  });
}

/** A status worth another attempt, with the wait the server asked for. */
export function statusTrouble(refusal: Refusal, place: 'hub' | 'storage'): PassingTrouble {
  const retryAfterMs = parseRetryAfter(refusal.header('retry-after'), Date.now());
  const message = `${refusal.host} answered with status ${refusal.status}`;
  return new PassingTrouble('status', place, refusal.host, message, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function byErrorCode(refusal: Refusal, context: RefusalContext): LarderError | undefined {
  switch (refusal.header('x-error-code')) {
    case 'GatedRepo':
      return gated(refusal, context);
    case 'RevisionNotFound':
      return revisionNotFound(refusal, context);
    case 'EntryNotFound':
      return entryMissing(refusal, context, context.path ?? 'A requested path');
    case 'RepoNotFound':
      return notFound(refusal, context);
    default:
      return undefined;
  }
}

function byErrorMessage(refusal: Refusal, context: RefusalContext): LarderError | undefined {
  switch (refusal.header('x-error-message')) {
    case 'Access to this resource is disabled.':
      return new LarderError('SOURCE_DISABLED', `Hugging Face has disabled ${context.repoId}.`, {
        hint: 'The files already on disk are kept.',
        details: evidence(refusal),
      });
    case 'Invalid credentials in Authorization header':
      return new LarderError('TOKEN_INVALID', 'Hugging Face rejected the token. It may be expired or revoked.', {
        hint: 'Enter a new one, or sign in again with `hf auth login`.',
        details: evidence(refusal),
      });
    default:
      return undefined;
  }
}

function gated(refusal: Refusal, context: RefusalContext): LarderError {
  const id = context.repoId;
  const details = evidence(refusal);
  const page = datasetPage(id);
  if (refusal.status === 401 || !context.hasToken) {
    return new LarderError('SOURCE_GATED', `${id} is a gated dataset and no Hugging Face token was sent.`, {
      hint: 'Set a token in HF_TOKEN, in downloads.hf_token of the config, or with `hf auth login`, then run the command again.',
      details,
    });
  }
  if (context.tokenMayReadGated === false) {
    return new LarderError('SOURCE_FORBIDDEN', `This token may not read gated repositories such as ${id}.`, {
      hint: "Edit the token's permissions or use a read token; your account also needs access to the dataset.",
      details,
    });
  }
  if (context.gated === 'manual') {
    return new LarderError('SOURCE_GATED', `The authors of ${id} approve each request by hand, and ${account(context)} has no access yet.`, {
      hint: `Request access on ${page}, or wait for their answer. What is done is kept; run the command again then.`,
      details,
    });
  }
  return new LarderError('SOURCE_GATED', `Your account${context.user === undefined ? '' : ` ${context.user}`} has not accepted the terms of ${id}.`, {
    hint: `Open ${page}, accept them with this same account, then run the command again. Access is usually immediate.`,
    details,
  });
}

function datasetPage(repoId: string): string {
  return `https://huggingface.co/datasets/${repoId}`;
}

function account(context: RefusalContext): string {
  return context.user === undefined ? 'your account' : `your account ${context.user}`;
}

function revisionNotFound(refusal: Refusal, context: RefusalContext): LarderError {
  return new LarderError('REVISION_NOT_FOUND', `${context.repoId} has no revision ${context.revision}.`, {
    hint: 'Pick a branch or tag from the list on the dataset page, or give the full 40-character commit.',
    details: evidence(refusal),
  });
}

function entryMissing(refusal: Refusal, context: RefusalContext, path: string): LarderError {
  return new LarderError('SOURCE_MISSING', `${path} is not in ${context.repoId} at this commit.`, {
    hint: 'Export the list of missing files, or continue without them.',
    details: { ...evidence(refusal), path },
  });
}

function notFound(refusal: Refusal, context: RefusalContext): LarderError {
  const who = context.user ?? (context.hasToken ? 'the account of this token' : 'an anonymous user');
  return new LarderError('SOURCE_NOT_FOUND', `No dataset ${context.repoId} is visible to ${who}.`, {
    hint: 'Check the spelling; if it is private, use a token of an account that can read it.',
    details: evidence(refusal),
  });
}

function forbidden(refusal: Refusal, context: RefusalContext): LarderError {
  const reason = refusal.header('x-error-message');
  return new LarderError('SOURCE_FORBIDDEN', `Hugging Face refused access to ${context.path ?? context.repoId}${reason === undefined ? '' : `: ${reason}`}.`, {
    hint: 'Use a token that may read this dataset, or ask its owner for access.',
    details: evidence(refusal),
  });
}

export function proxyAnswered(status: number, host: string): LarderError {
  return new LarderError('PROXY_ANSWERED', 'A proxy on your network answered instead of Hugging Face.', {
    hint: 'Allow huggingface.co and hf.co with all subdomains, or name the right proxy in HTTPS_PROXY.',
    details: { status, host },
  });
}

export function changedError(repoId: string, path: string, expected: string, found: string): LarderError {
  return new LarderError('SOURCE_CHANGED', `The file changed: ${path} in ${repoId} is ${found} now, the plan says ${expected}.`, {
    hint: 'Make a new plan; files already downloaded are kept and used where they still fit.',
    details: { path, expected, found },
  });
}

/** What is left when the tries are used up. */
export function unreachableError(trouble: PassingTrouble, path?: string): LarderError {
  const about = path === undefined ? '' : `${path}: `;
  const details = { host: trouble.host, place: trouble.place, reason: trouble.message };
  if (trouble.place === 'storage' && trouble.kind !== 'status') {
    return new LarderError('SOURCE_UNREACHABLE', `${about}the file list works but the storage servers do not deliver (${trouble.message}).`, {
      hint: 'They may be blocked on your network: allow all subdomains of hf.co. What was received is kept; try again later.',
      details,
      cause: trouble.cause,
    });
  }
  return new LarderError('SOURCE_UNREACHABLE', `${about}no usable answer, tried several times (${trouble.message}).`, {
    hint: 'Check the connection, the endpoint and the proxy; what was received is kept. Then try again.',
    details,
    cause: trouble.cause,
  });
}

/** Not `X-Request-Id`: proxies and load balancers of others set it, too. */
function hasHubHeader(refusal: Refusal): boolean {
  return ['x-error-code', 'x-error-message', 'x-repo-commit'].some((name) => refusal.header(name) !== undefined);
}

export function isHtml(refusal: Pick<Refusal, 'header'>): boolean {
  return /^text\/html\b/i.test(refusal.header('content-type') ?? '');
}

/** What a report to Hugging Face would need; no addresses, which may be signed. */
function evidence(refusal: Refusal): Record<string, unknown> {
  const requestId = refusal.header('x-request-id') ?? refusal.header('x-amz-cf-id');
  const errorCode = refusal.header('x-error-code');
  return {
    status: refusal.status,
    host: refusal.host,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}
