import { setTimeout as sleep } from 'node:timers/promises';
import { METHOD_SCHEMAS } from '../../../src-main/engine/bridge/method-schemas.ts';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import type { JobSummary } from '../../../src-main/contract/commands.ts';
import type { MethodName } from '../../../src-main/contract/methods.ts';
import type { HubDouble } from '../../hub/index.ts';
import type { Draw } from '../draw.ts';
import { validInput } from './valid.ts';
import type { Real } from './valid.ts';

/** Asks the door. @returns what it answered, whole */
export type AskMethod = (method: string, input: unknown) => Promise<{ readonly isOk: boolean; readonly value: unknown }>;

/** Methods that cannot be answered well here, and why. */
export const NOT_HERE: Partial<Record<MethodName, string>> = {
  ...(findKhmerFonts() === undefined ? { 'config.draft': 'there are no fonts to draw with' } : {}),
  'settings.keepToken': 'a server has no key store of the system',
};

/** They take away what the others work on. */
const LAST: readonly MethodName[] = ['quarantine.restore', 'quarantine.purge', 'cache.clear', 'storage.clear', 'storage.clearLeftovers', 'cache.forget', 'cache.recall', 'settings.change'];
/** Asked while a job runs that takes its time. */
const OF_JOBS: readonly MethodName[] = ['jobs.pause', 'jobs.resume', 'jobs.cancel', 'jobs.retryFailed'];
/** Asked one after the other: the second needs a cache of what the first has made. */
const OF_SAMPLE: readonly MethodName[] = ['sample.start', 'sample.damage'];
const TRIES = 40;
const IDLE_MS = 30_000;
/** So slow that a job does not end by itself while it is paused. */
const SLOW_BYTES = 2_000;

/** Where raw files come from. */
export interface SlowNetwork {
  /** Of the cache that is made of them. */
  readonly directory: string;
  readonly hub: HubDouble;
  /** Removes those that are there: they are to be downloaded again. */
  forgetRaw(): void;
}

/** Every method with valid inputs, until it has been answered well. @returns how often each was */
export async function askEachMethod(ask: AskMethod, read: () => Promise<Real>, network: SlowNetwork, draw: Draw): Promise<ReadonlyMap<string, number>> {
  const answered = new Map<string, number>(Object.keys(METHOD_SCHEMAS).map((method) => [method, 0]));
  const asked = async (method: string, input: unknown): Promise<{ readonly isOk: boolean; readonly value: unknown }> => {
    const answer = await ask(method, input);
    if (answer.isOk) answered.set(method, (answered.get(method) ?? 0) + 1);
    return answer;
  };
  const plain = (Object.keys(METHOD_SCHEMAS) as MethodName[]).filter((method) => !LAST.includes(method) && !OF_JOBS.includes(method) && !OF_SAMPLE.includes(method) && NOT_HERE[method] === undefined);
  for (const method of plain) {
    const real = await read();
    for (let n = 0; n < TRIES && answered.get(method) === 0; n++) await asked(method, validInput(method, real, draw));
    await untilIdle(ask);
  }
  await askOfSample(asked, ask);
  await askOfJobs(asked, ask, read, network);
  for (const method of LAST) {
    for (let n = 0; n < TRIES && answered.get(method) === 0; n++) await asked(method, validInput(method, await read(), draw));
    await untilIdle(ask);
  }
  return answered;
}

async function untilIdle(ask: AskMethod): Promise<void> {
  for (const until = Date.now() + IDLE_MS; Date.now() < until; await sleep(50)) {
    const { value } = await ask('jobs.list', {});
    if (!(value as readonly { readonly state: string }[]).some(({ state }) => state === 'running' || state === 'queued')) return;
  }
}

/** The sample is started, some of it is made, and one of these is damaged. */
async function askOfSample(asked: AskMethod, ask: AskMethod): Promise<void> {
  const { value } = await asked('sample.start', {});
  const { configId } = (value ?? {}) as { readonly configId?: string };
  if (configId === undefined) return;
  await asked('config.generate', { configId, limit: 2 });
  await untilIdle(ask);
  const caches = (await ask('library.list', {})).value as readonly { readonly id: number; readonly isSample: boolean }[];
  for (const { id } of caches.filter(({ isSample }) => isSample)) await asked('sample.damage', { cacheId: id });
}

const jobIdOf = (value: unknown): string => (value as { readonly jobId?: string } | null)?.jobId ?? 'none';

/** A job over a slow network is paused, goes on and is cancelled; one whose items failed tries them again. */
async function askOfJobs(asked: AskMethod, ask: AskMethod, read: () => Promise<Real>, { directory, hub, forgetRaw }: SlowNetwork): Promise<void> {
  const cache = (await read()).caches.find((each) => each.directory === directory);
  if (cache === undefined) return;
  const generate = async (): Promise<string> => jobIdOf((await asked('cache.generate', { cacheId: cache.id })).value);
  const again = async (): Promise<void> => {
    await untilIdle(ask);
    await asked('cache.clear', { cacheId: cache.id, only: cache.keys, delete: true });
    await untilIdle(ask);
    forgetRaw();
  };
  await again();
  hub.setBytesPerSecond(SLOW_BYTES);
  const slow = await generate();
  await untilDownloading(ask, slow);
  for (const method of ['jobs.pause', 'jobs.resume', 'jobs.cancel']) await asked(method, { jobId: slow });
  hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
  await again();
  for (const path of new Set(hub.requests.map(({ path: asPath }) => /\/resolve\/[^/]+\/(.+)$/.exec(asPath)?.[1]).filter((path) => path !== undefined))) hub.failHub(decodeURIComponent(path), { attempts: [], afterwards: { kind: 'status', status: 404 } });
  const failed = await generate();
  await untilIdle(ask);
  hub.clearFaults();
  await asked('jobs.retryFailed', { jobId: failed });
  await untilIdle(ask);
}

/** A job that has not come so far yet cannot be held. */
async function untilDownloading(ask: AskMethod, jobId: string): Promise<void> {
  for (const until = Date.now() + IDLE_MS; Date.now() < until; await sleep(50)) {
    const { value } = await ask('jobs.list', {});
    const job = (value as readonly JobSummary[]).find(({ id }) => id === jobId);
    const isBefore = job?.state === 'queued' || (job?.state === 'running' && job.progress?.stages.some(({ stage }) => stage === 'downloading') !== true);
    if (!isBefore) return;
  }
}

/** What is wrong with the counts: a method that was never answered well was never tried. */
export function unansweredViolations(answered: ReadonlyMap<string, number>): string[] {
  return [...answered].filter(([method, count]) => count === 0 && NOT_HERE[method as MethodName] === undefined).map(([method]) => `${method} was never answered well: nothing behind its schema was tried`);
}
