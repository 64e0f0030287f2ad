import type { SourceFile } from '../source.ts';
import { bodyChunks } from './body-chunks.ts';
import { isHtml } from './errors.ts';
import { type HttpAnswer, discardBody, networkError } from './http.ts';
import type { PartialFile } from './partial-file.ts';
import { PassingTrouble, type TroublePlace } from './passing-trouble.ts';
import { StallWatchdog } from './stall-watchdog.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { HubTimings } from './timings.ts';

export interface ReceiveOptions {
  readonly file: SourceFile;
  readonly partial: PartialFile;
  readonly place: TroublePlace;
  readonly timings: HubTimings;
  readonly bandwidth: Bandwidth;
  readonly onBytes: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Judges a 200 or 206 by what it says, not by what was asked for, and puts the partial file where
 * the body continues.
 *
 * @throws PassingTrouble of kind `content` when the answer cannot be the file
 */
export async function placeAnswer(answer: HttpAnswer, options: ReceiveOptions): Promise<void> {
  const problem = contentProblem(answer, options);
  if (problem !== undefined) {
    await discardBody(answer);
    if (problem.isPartialSuspect && options.partial.writtenBytes > 0) await options.partial.restart();
    throw contentTrouble(answer, options, problem.text);
  }
  if (answer.status === 200 && options.partial.writtenBytes > 0) await options.partial.restart();
}

interface ContentProblem {
  readonly text: string;
  /** The server sees another file than our partial is of. */
  readonly isPartialSuspect: boolean;
}

function contentProblem(answer: HttpAnswer, options: ReceiveOptions): ContentProblem | undefined {
  const encoding = answer.header('content-encoding') ?? 'identity';
  if (encoding !== 'identity') return { text: `the body is encoded with ${encoding}`, isPartialSuspect: false };
  if (isHtml({ header: (name) => answer.header(name) }) && !/\.html?$/i.test(options.file.path)) {
    return { text: 'a web page came instead of the file', isPartialSuspect: false };
  }
  return answer.status === 206 ? rangeProblem(answer, options) : lengthProblem(answer, options.file.sizeBytes);
}

function lengthProblem(answer: HttpAnswer, sizeBytes: number): ContentProblem | undefined {
  const length = answer.header('content-length');
  if (length === undefined || length === String(sizeBytes)) return undefined;
  return { text: `${length} bytes are announced, ${sizeBytes} expected`, isPartialSuspect: false };
}

/** `Content-Range` must start where the partial ends and name the expected total; it may end early. */
function rangeProblem(answer: HttpAnswer, options: ReceiveOptions): ContentProblem | undefined {
  const range = answer.header('content-range') ?? '';
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(range);
  const [start, end, total] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])];
  const size = options.file.sizeBytes;
  const isRight = match !== null && start === options.partial.writtenBytes && end >= start && end < size && total === size;
  if (isRight) return undefined;
  return { text: `the range ${range || 'is not named'} does not continue at ${options.partial.writtenBytes} of ${size}`, isPartialSuspect: true };
}

export function contentTrouble(answer: HttpAnswer, options: Pick<ReceiveOptions, 'place'>, problem: string): PassingTrouble {
  return new PassingTrouble('content', options.place, answer.url.host, `${answer.url.host}: ${problem}`);
}

/**
 * Appends the body to the partial file, under the watchdog and the bandwidth cap.
 *
 * @throws PassingTrouble: `stall`, `network` or `cut` with the received bytes kept, `content` with
 *   the partial emptied when more came than the file has; DISK_FULL and the file errors; CANCELLED
 */
export async function receiveBody(answer: HttpAnswer, options: ReceiveOptions): Promise<void> {
  const { partial, timings, place } = options;
  const host = answer.url.host;
  const watchdog = new StallWatchdog(timings, (reason) => {
    answer.body.destroy(new PassingTrouble('stall', place, host, `${host}: ${reason}`));
  });
  try {
    for await (const chunk of bodyOf(answer, options)) {
      watchdog.pause(chunk.length);
      await appendChunk(answer, chunk, options);
      watchdog.resume();
    }
  } finally {
    watchdog.stop();
  }
  if (!partial.isComplete) {
    throw new PassingTrouble('cut', place, host, `${host}: the connection ended at ${partial.writtenBytes} of ${options.file.sizeBytes} bytes`);
  }
}

/** The body's chunks; only its own errors are network errors, not those of the code that uses them. */
async function* bodyOf(answer: HttpAnswer, options: ReceiveOptions): AsyncGenerator<Buffer> {
  try {
    yield* bodyChunks(answer.body);
  } catch (error) {
    throw networkError(error, { url: answer.url, place: options.place, signal: options.signal });
  }
}

async function appendChunk(answer: HttpAnswer, chunk: Buffer, options: ReceiveOptions): Promise<void> {
  const { partial, file, bandwidth, signal } = options;
  options.onBytes(chunk.length);
  if (partial.writtenBytes + chunk.length > file.sizeBytes) {
    await partial.restart();
    throw contentTrouble(answer, options, `more than the expected ${file.sizeBytes} bytes came`);
  }
  await partial.append(chunk);
  await bandwidth.take(chunk.length, signal);
}
