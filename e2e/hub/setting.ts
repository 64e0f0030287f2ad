import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DownloadEvent, type FetchedFile, type HubSettingOverrides, type HubSource, type HubSourceOptions, type HubTimings, type SourceFile, createHubSource, resolveHubSettings } from '../../src-main/sources/index.ts';
import { type HubDouble, type HubDoubleOptions, createHubDouble } from './index.ts';

/**
 * The client's waits, about a hundred times shorter. The timeouts are not the shortest that work:
 * on a busy machine a process may stand still for some tenths of a second. `IMPATIENT` is for the
 * tests that are about timeouts.
 */
export const QUICK: Partial<HubTimings> = {
  connectTimeoutMs: 2000,
  headersTimeoutMs: 5000,
  stallTimeoutMs: 5000,
  slowWindowMs: 10_000,
  firstBackoffMs: 5,
  maxBackoffMs: 20,
  probeIntervalMs: 30,
  syncBytes: 256 << 10,
  syncIntervalMs: 50,
  rateLimitMarginMs: 10,
  rateLimitJitterMs: 10,
  rateLimitDefaultMs: 50,
};

export const IMPATIENT: Partial<HubTimings> = { headersTimeoutMs: 400, stallTimeoutMs: 200, slowWindowMs: 500 };

export const TOKEN = 'hf_test';

/** Bytes that look random and are the same in every run: a hash chain of the seed. */
export function sampleBytes(length: number, seed = 'larder'): Buffer {
  const bytes = Buffer.alloc(length);
  let block = createHash('sha256').update(seed).digest();
  for (let at = 0; at < length; at += block.length) {
    block.copy(bytes, at);
    block = createHash('sha256').update(block).digest();
  }
  return bytes;
}

export interface SettingOptions extends Partial<HubDoubleOptions> {
  readonly settings?: HubSettingOverrides;
  readonly source?: Partial<HubSourceOptions>;
}

/** A double, a client of it and a directory, all gone at the end of the block that `using` ends. */
export interface Setting extends AsyncDisposable {
  readonly double: HubDouble;
  readonly source: HubSource;
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly events: DownloadEvent[];
  /** Another client of the same double: a second run of the program. */
  newSource(settings?: HubSettingOverrides, options?: Partial<HubSourceOptions>): Promise<HubSource>;
  find(path: string): Promise<SourceFile>;
  /** Lists one path and fetches it. */
  fetch(path: string): Promise<FetchedFile>;
}

export async function createSetting(options: SettingOptions = {}): Promise<Setting> {
  const double = await createHubDouble({ files: [], ...options });
  const directory = await mkdtemp(join(tmpdir(), 'larder-hub-'));
  const sources: HubSource[] = [];
  const events: DownloadEvent[] = [];
  const { signal } = new AbortController();
  const newSource: Setting['newSource'] = async (overrides = {}, more = {}) => {
    const settings = await resolveHubSettings({}, { endpoint: double.endpoint, token: TOKEN, hfCacheDirectories: [], ...options.settings, ...overrides });
    const source = createHubSource({ settings, repoId: double.repoId, ...options.source, ...more, timings: { ...QUICK, ...options.source?.timings, ...more.timings } });
    sources.push(source);
    return source;
  };
  const source = await newSource();
  const find = async (path: string): Promise<SourceFile> => {
    const file = (await source.list([path], signal)).files.get(path);
    if (file === undefined) throw new Error(`${path} is not listed`);
    return file;
  };
  return {
    double,
    source,
    directory,
    signal,
    events,
    newSource,
    find,
    fetch: async (path) => source.fetch(await find(path), { directory, signal, onProgress: (event) => events.push(event) }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(sources.map((client) => client.close()));
      await double.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function sha256Of(path: string): Promise<string> {
  return createHash('sha256').update(await readFile(path)).digest('hex');
}
