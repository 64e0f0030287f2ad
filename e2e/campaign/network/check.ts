import type { ErrorCode } from '../../../src-main/contract/errors.ts';

/** How a download over a bad network ended. */
export interface Fetched {
  readonly what: string;
  readonly expectedSha256: string;
  /** Of the file that was handed out, if one was. */
  readonly sha256: string | undefined;
  /** Code of the error, or what else was thrown. */
  readonly failure: string | undefined;
  readonly ms: number;
  /** Requests that carried the token to another host than the Hub. */
  readonly leaks: readonly string[];
  /** Requests to the Hub that came without it. */
  readonly tokenless: readonly string[];
  /** Requests to a host of somebody else: redirects that were followed. */
  readonly away: number;
  /** Of the file after one more try over a sound network. */
  readonly sha256Afterwards: string | undefined;
}

/** What a bad network may be called. */
const CLEAR: ReadonlySet<ErrorCode> = new Set(['SOURCE_UNREACHABLE', 'SOURCE_CHANGED', 'SOURCE_CORRUPT', 'SOURCE_WRONG_CONTENT', 'SOURCE_FORBIDDEN', 'SOURCE_NOT_FOUND', 'SOURCE_MISSING', 'REVISION_NOT_FOUND', 'PROXY_ANSWERED', 'RATE_LIMITED', 'TOKEN_INVALID', 'SOURCE_GATED', 'OFFLINE']);
const FETCH_MS = 60_000;

export function networkViolations({ what, expectedSha256, sha256, failure, ms, leaks, tokenless, sha256Afterwards }: Fetched): string[] {
  const violations: string[] = [];
  if (sha256 === undefined && failure === undefined) violations.push('neither a file nor a failure');
  if (sha256 !== undefined && sha256 !== expectedSha256) violations.push('wrong bytes were handed out');
  if (failure !== undefined && !CLEAR.has(failure as ErrorCode)) violations.push(`an unclear failure: ${failure}`);
  if (ms > FETCH_MS) violations.push(`no end for ${Math.round(ms / 1000)} s`);
  if (leaks.length > 0) violations.push(`the token went to ${leaks.join(', ')}`);
  if (tokenless.length > 0) violations.push(`the Hub was asked without the token: ${tokenless.join(', ')}`);
  if (sha256Afterwards !== expectedSha256) violations.push('over a sound network it did not become right again');
  return violations.map((violation) => `${what}: ${violation}`);
}

export interface Shown {
  readonly atMs: number;
  readonly bytesPerSecond: number;
}

/**
 * @param lastByteMs when the last byte left the Hub
 * @returns a violation if a speed was still shown later than 3 s after it
 */
export function stallViolation(shown: readonly Shown[], lastByteMs: number, untilMs: number): string | undefined {
  if (!shown.some(({ atMs, bytesPerSecond }) => atMs <= lastByteMs + 1_000 && bytesPerSecond > 0)) return 'no speed was ever shown before the stall';
  const late = shown.filter(({ atMs }) => atMs >= lastByteMs + STALL_SHOWN_MS && atMs <= untilMs);
  if (late.length === 0) return 'nothing was shown during the stall';
  const wrong = late.find(({ bytesPerSecond }) => bytesPerSecond > 0);
  return wrong === undefined ? undefined : `${((wrong.atMs - lastByteMs) / 1000).toFixed(1)} s after the last byte a speed of ${Math.round(wrong.bytesPerSecond)} B/s was still shown`;
}

const STALL_SHOWN_MS = 3_000;
