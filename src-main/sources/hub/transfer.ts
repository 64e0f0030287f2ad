import { LarderError, delay, isLarderError } from '../../base/index.ts';
import type { DownloadProgress, SourceFile } from '../source.ts';
import type { Bandwidth } from './bandwidth.ts';
import { isRetriedStatus, statusTrouble } from './errors.ts';
import { type HttpAnswer, discardBody } from './http.ts';
import { type HubConnection, MAX_HOPS, authorization, isRedirect, redirectTarget, refusalOf } from './hub-client.ts';
import type { PartialFile } from './partial-file.ts';
import { PassingTrouble, isPassing } from './passing-trouble.ts';
import { type ReceiveOptions, placeAnswer, receiveBody } from './receive.ts';
import { resolveFile } from './resolve.ts';
import { Setbacks } from './setbacks.ts';

export interface TransferOptions {
  readonly hub: HubConnection;
  readonly commit: string;
  readonly file: SourceFile;
  readonly partial: PartialFile;
  readonly bandwidth: Bandwidth;
  readonly onProgress: DownloadProgress;
  /** Bytes that came, for the source's throughput. */
  readonly onBytes: (bytes: number) => void;
  /** A failed attempt, for the source's choice of how many downloads to run. */
  readonly onTrouble: () => void;
  /** Runs a long wait without keeping another download from starting. */
  readonly giveWay: (pause: () => Promise<void>) => Promise<void>;
  readonly signal: AbortSignal;
}

const MAX_CORRUPTIONS = 2;

/**
 * Fills the partial file until it is the file of the listing, by digest.
 *
 * @returns bytes received, repeated ones included
 * @throws SOURCE_CORRUPT after two full downloads with another digest; SOURCE_UNREACHABLE,
 *   SOURCE_WRONG_CONTENT; the errors of `resolveFile`; file errors; CANCELLED. All but the first keep
 *   what was received.
 */
export async function transferFile(options: TransferOptions): Promise<number> {
  const { hub, file, partial } = options;
  const setbacks = new Setbacks({ path: file.path, timings: hub.timings, random: hub.random });
  const counter = { bytes: 0, resumedBytes: partial.writtenBytes };
  setbacks.noteBytes(partial.writtenBytes);
  if (partial.writtenBytes > 0) await partial.hashPrefix(options.signal);
  for (let corruptions = 0; ; ) {
    await completePartial(options, setbacks, counter);
    options.onProgress({ state: 'verifying', bytes: 0 });
    const found = await partial.digest(options.signal);
    if (found === file.digest.hex) return counter.bytes;
    corruptions += 1;
    await partial.restart();
    if (corruptions >= MAX_CORRUPTIONS) throw corruptError(file, found);
    options.onProgress({ state: 'waiting', bytes: 0, reason: 'the content was not right; receiving it again' });
  }
}

interface Counter {
  bytes: number;
  /** Reported once, then 0. */
  resumedBytes: number;
}

/** Attempts until all bytes are there. */
async function completePartial(options: TransferOptions, setbacks: Setbacks, counter: Counter): Promise<void> {
  const { partial } = options;
  while (!partial.isComplete) {
    try {
      await attempt(options, setbacks, counter);
    } catch (error) {
      await flushAfter(error, partial);
      setbacks.noteBytes(partial.writtenBytes);
      if (!isPassing(error)) throw error;
      if (error.kind !== 'refused' && error.kind !== 'content') options.onTrouble();
      await waitForNext(options, setbacks, error);
    }
  }
}

/**
 * While the Hub is away the others may try: one of them getting through shows that only this file
 * is in trouble.
 */
async function waitForNext(options: TransferOptions, setbacks: Setbacks, trouble: PassingTrouble): Promise<void> {
  const { hub, signal, onProgress } = options;
  const step = setbacks.next(trouble, hub.health.goodAnswers);
  if (step.kind === 'retry') {
    onProgress({ state: 'waiting', bytes: 0, reason: trouble.message });
    await delay(step.waitMs, signal);
    return;
  }
  onProgress({ state: 'waiting', bytes: 0, reason: `Hugging Face cannot be reached (${trouble.message}); asking again by itself` });
  await options.giveWay(() => delay(step.waitMs, signal));
}

/** Keeps what came before the trouble. A full disk is already the news; flushing would only say it again. */
async function flushAfter(error: unknown, partial: PartialFile): Promise<void> {
  if (isLarderError(error, 'DISK_FULL') || isLarderError(error, 'IO_FAILED')) return;
  await partial.flush();
}

/** One resolve, one body. The link is asked for anew each time and never kept. */
async function attempt(options: TransferOptions, setbacks: Setbacks, counter: Counter): Promise<void> {
  const { hub, file, partial, signal, onProgress } = options;
  onProgress({ state: 'resolving', bytes: 0 });
  const onWait = (ms: number): void => {
    options.onTrouble();
    onProgress({ state: 'waiting', bytes: 0, reason: rateLimitReason(hub, ms) });
  };
  const resolved = await resolveFile(hub, file, { commit: options.commit, signal, onWait });
  setbacks.noteResolved();
  const isStorage = resolved.kind === 'storage';
  const answer = isStorage ? await askStorage(options, resolved.url) : resolved.answer;
  const receive: ReceiveOptions = {
    file,
    partial,
    place: isStorage ? 'storage' : 'hub',
    timings: hub.timings,
    bandwidth: options.bandwidth,
    signal,
    onBytes: (bytes) => {
      counter.bytes += bytes;
      options.onBytes(bytes);
      onProgress({ state: 'receiving', bytes });
    },
  };
  await placeAnswer(answer, receive);
  onProgress({ state: 'receiving', bytes: 0, ...(counter.resumedBytes > 0 ? { resumedBytes: Math.min(counter.resumedBytes, partial.writtenBytes) } : {}) });
  counter.resumedBytes = 0;
  await receiveBody(answer, receive);
}

function rateLimitReason(hub: HubConnection, ms: number): string {
  const hint = hub.token === undefined ? ' A token raises the limit.' : '';
  return `Hugging Face's request limit is reached; resuming by itself in ${Math.ceil(ms / 1000)} s.${hint}`;
}

/**
 * Asks the storage for the rest of the file. No `If-Range`: the digest is not the storage's own
 * validator, so it would always force a full restart; the final hash is what counts.
 */
async function askStorage(options: TransferOptions, link: URL): Promise<HttpAnswer> {
  const { hub, partial, signal } = options;
  let url = link;
  for (let hop = 0; hop <= MAX_HOPS; hop++) {
    const range: Record<string, string> = partial.writtenBytes > 0 ? { range: `bytes=${partial.writtenBytes}-` } : {};
    const headers = { 'accept-encoding': 'identity', ...range, ...authorization(hub, url) };
    const answer = await hub.http.send({ url, headers, place: 'storage', bodyTimeoutMs: 0, signal });
    if (answer.status === 200 || answer.status === 206) return answer;
    await discardBody(answer);
    const target = isRedirect(answer.status) ? redirectTarget(answer) : undefined;
    if (target === undefined) throw await storageTrouble(answer, partial);
    url = target;
  }
  throw new PassingTrouble('refused', 'storage', url.host, `${url.host} redirected more than ${MAX_HOPS} times`);
}

async function storageTrouble(answer: HttpAnswer, partial: PartialFile): Promise<PassingTrouble> {
  const { host } = answer.url;
  const { status } = answer;
  if (status === 416) {
    await partial.restart();
    return new PassingTrouble('content', 'storage', host, `${host} has no bytes at the offset of the partial file (416)`);
  }
  if (isRetriedStatus(status) || status >= 500) return statusTrouble(refusalOf(answer), 'storage');
  return new PassingTrouble('refused', 'storage', host, `${host} refused the link with status ${status}`);
}

function corruptError(file: SourceFile, found: string): LarderError {
  return new LarderError('SOURCE_CORRUPT', `${file.path}: the content is not what the dataset lists, also when downloaded again (${file.digest.algorithm} ${found}, listed ${file.digest.hex}).`, {
    hint: 'The other files go on. Try again later; if it stays, tell the authors of the dataset.',
    details: { path: file.path, algorithm: file.digest.algorithm, expected: file.digest.hex, found },
  });
}
