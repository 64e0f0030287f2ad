import { LarderError, retry } from '../../base/index.ts';
import type { Endpoint } from './endpoint.ts';
import { type RefusalContext, proxyAnswered, refusalError, unreachableError } from './errors.ts';
import { type HttpAnswer, type HttpClient, discardBody, readText } from './http.ts';
import { PassingTrouble, isPassing } from './passing-trouble.ts';
import type { QuotaClass, RateGate } from './rate-gate.ts';
import type { HubTimings } from './timings.ts';

/** Everything the requests of one source share. */
export interface HubConnection {
  readonly endpoint: Endpoint;
  readonly http: HttpClient;
  readonly gate: RateGate;
  readonly timings: HubTimings;
  readonly token?: string;
  readonly revision: string;
  readonly random: () => number;
  readonly onWarning: (text: string) => void;
  /** Answers so far that were neither refusals nor trouble; tells a Hub that is down from one file that fails. */
  readonly health: { goodAnswers: number };
}

export interface HubQuestion {
  readonly quota: QuotaClass;
  readonly url: URL;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** ms without a byte of the body; the API's timeout when absent, 0 for none. */
  readonly bodyTimeoutMs?: number;
  /** Hears of waits for the request limit. */
  readonly onWait?: (ms: number) => void;
}

/** Tries without an answer after which that is said: the others take a minute or two, and somebody may be waiting. */
const SAID_AFTER = 2;

export const MAX_HOPS = 5;

/** API answers are pages of at most 1,000 entries; this is far above any of them. */
const MAX_API_BYTES = 32 << 20;

/**
 * One request to the Hub, in its turn. The token goes only where it may. A 429 is waited out here,
 * for all requests together; every other status is the caller's to judge.
 *
 * @throws PassingTrouble; RATE_LIMITED after three windows without success; CANCELLED
 */
export async function askHub(hub: HubConnection, question: HubQuestion): Promise<HttpAnswer> {
  for (;;) {
    await hub.gate.enter(question.quota, question.signal, question.onWait);
    const answer = await hub.http.send({
      url: question.url,
      method: question.method ?? 'GET',
      headers: { ...question.headers, 'accept-encoding': 'identity', ...authorization(hub, question.url) },
      ...(question.body === undefined ? {} : { body: question.body }),
      place: 'hub',
      bodyTimeoutMs: question.bodyTimeoutMs ?? hub.timings.stallTimeoutMs,
      signal: question.signal,
    });
    reportWarning(hub, answer);
    if (answer.status !== 429) {
      hub.gate.observe(question.quota, (name) => answer.header(name));
      if (answer.status < 400) hub.health.goodAnswers += 1;
      return answer;
    }
    await discardBody(answer);
    hub.gate.refuse(question.quota, (name) => answer.header(name));
  }
}

export function authorization(hub: HubConnection, target: URL): Record<string, string> {
  return hub.token !== undefined && hub.endpoint.mayHaveToken(target) ? { authorization: `Bearer ${hub.token}` } : {};
}

/** `X-HF-Warning: topic; message`. */
function reportWarning(hub: HubConnection, answer: HttpAnswer): void {
  const text = answer.header('x-hf-warning');
  if (text !== undefined) hub.onWarning(text);
}

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Where a redirect leads; undefined without a usable `Location`. */
export function redirectTarget(answer: HttpAnswer): URL | undefined {
  const target = URL.parse(answer.header('location') ?? '', answer.url.href);
  return target !== null && /^https?:$/.test(target.protocol) ? target : undefined;
}

export interface ApiAnswer {
  readonly json: unknown;
  header(name: string): string | undefined;
}

/**
 * A question to the Hub's API, retried, with redirects of renamed repositories followed inside the Hub.
 *
 * @throws the errors of `refusalError`; SOURCE_UNREACHABLE when the tries are used up;
 *   SOURCE_WRONG_CONTENT for an answer that is not JSON; CANCELLED
 */
export async function askApi(hub: HubConnection, question: Omit<HubQuestion, 'quota'>, context?: Partial<RefusalContext>): Promise<ApiAnswer> {
  const attempt = (): Promise<ApiAnswer> => askApiOnce(hub, question, refusalContext(hub, context));
  try {
    return await retry(attempt, {
      tries: hub.timings.tries,
      firstDelayMs: hub.timings.firstBackoffMs,
      maxDelayMs: hub.timings.maxBackoffMs,
      isRetryable: isPassing,
      onRetry: (error, tried) => {
        if (tried === SAID_AFTER && isPassing(error)) hub.onWarning(`No usable answer yet (${error.message.replaceAll(';', ',')}). The Hub is asked again, ${hub.timings.tries - tried} times at most.`);
      },
      signal: question.signal,
      random: hub.random,
    });
  } catch (error) {
    throw isPassing(error) ? unreachableError(error) : error;
  }
}

export function refusalContext(hub: HubConnection, more: Partial<RefusalContext> = {}): RefusalContext {
  return { repoId: hub.endpoint.repoId, revision: hub.revision, hasToken: hub.token !== undefined, ...more };
}

async function askApiOnce(hub: HubConnection, question: Omit<HubQuestion, 'quota'>, context: RefusalContext): Promise<ApiAnswer> {
  let url = question.url;
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    const answer = await askHub(hub, { ...question, url, quota: 'api' });
    if (answer.status >= 200 && answer.status < 300) return readJson(answer, question.signal);
    await discardBody(answer);
    if (!isRedirect(answer.status)) throw refusalError(refusalOf(answer), context);
    const target = redirectTarget(answer);
    if (target === undefined || !hub.endpoint.mayHaveToken(hub.endpoint.rebase(target))) throw proxyAnswered(answer.status, url.host);
    url = hub.endpoint.rebase(target);
  }
  throw new PassingTrouble('status', 'hub', url.host, `${url.host} redirected more than ${MAX_HOPS} times`);
}

export function refusalOf(answer: HttpAnswer): { status: number; host: string; header(name: string): string | undefined } {
  return { status: answer.status, host: answer.url.host, header: (name) => answer.header(name) };
}

async function readJson(answer: HttpAnswer, signal: AbortSignal): Promise<ApiAnswer> {
  const text = await readText(answer, MAX_API_BYTES, signal);
  const header = (name: string): string | undefined => answer.header(name);
  if (text.trim() === '' || text.trim() === 'OK') return { json: null, header };
  try {
    return { json: JSON.parse(text) as unknown, header };
  } catch (error) {
    if (isHtmlText(text)) throw proxyAnswered(answer.status, answer.url.host);
    throw new LarderError('SOURCE_WRONG_CONTENT', `${answer.url.host} answered with something other than JSON.`, {
      hint: 'Check the endpoint (downloads.endpoint in the config, or HF_ENDPOINT); it must be a Hugging Face Hub or a mirror of it.',
      cause: error,
    });
  }
}

function isHtmlText(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|body)/i.test(text);
}

