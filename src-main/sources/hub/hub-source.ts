import { mkdir } from 'node:fs/promises';
import { LarderError, fileError, forEachLimited, isLarderError, throwIfAborted } from '../../base/index.ts';
import type { DownloadProgress, FetchOptions, FetchedFile, Source, SourceFile, SourceListing } from '../source.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { Bandwidth } from './bandwidth.ts';
import { checkHubAccess } from './access.ts';
import { type DownloadPaths, downloadPaths } from './download-paths.ts';
import { createEndpoint } from './endpoint.ts';
import { type HfCache, createHfCache } from './hf-cache.ts';
import { type HttpClient, createHttpClient } from './http.ts';
import type { HubConnection } from './hub-client.ts';
import { type RevisionFacts, listPaths, listTree, readRevision } from './listing.ts';
import { openPartial } from './open-partial.ts';
import { RateGate } from './rate-gate.ts';
import type { HubSettings } from './settings.ts';
import { HUB_TIMINGS, type HubTimings } from './timings.ts';
import { transferFile } from './transfer.ts';
import { Verification } from './verification.ts';

export interface HubSourceOptions {
  /** From `resolveHubSettings`. */
  readonly settings: HubSettings;
  /** `namespace/name` of a dataset. */
  readonly repoId: string;
  /** Branch, tag or commit; `main` by default. Resolved to a commit once per source. */
  readonly revision?: string;
  /** Downloads at once, 1 to 16; 4 by default. */
  readonly concurrency?: number;
  /** Cap over all downloads of the source; none by default. */
  readonly maxBytesPerSecond?: number;
  /** Folders of the user where files may lie under their repository path. */
  readonly localDirectories?: readonly string[];
  /** `larder/<version>`. */
  readonly userAgent?: string;
  /** Hears once of each warning of the Hub (`X-HF-Warning`). */
  readonly onWarning?: (text: string) => void;
  /** Shorter waits for tests. */
  readonly timings?: Partial<HubTimings>;
  /** 0 to 1, for the jitter of waits. */
  readonly random?: () => number;
}

export interface HubSource extends Source {
  /** Every file below a folder, or of the whole dataset when it is empty. Errors as `list`. */
  listFolder(folder: string, signal: AbortSignal): Promise<SourceListing>;
}

const DEFAULT_CONCURRENCY = 4;
const MAX_CONCURRENCY = 16;
/** Local stat calls at once while a listing is compared with the local copies. */
const STAT_LANES = 8;

/**
 * A dataset on the Hugging Face Hub, or on a mirror of it.
 *
 * One request to the Hub per file and attempt; redirects followed by our own rules, so that the
 * token never reaches another origin; downloads resumed and judged by their digest.
 *
 * @throws CONFIG_INVALID for a bad id or proxy; FILE_NOT_FOUND for a missing file of authorities
 */
export function createHubSource(options: HubSourceOptions): HubSource {
  return new HubSourceImplementation(options);
}

class HubSourceImplementation implements HubSource {
  readonly id: string;
  readonly #options: HubSourceOptions;
  readonly #http: HttpClient;
  readonly #hub: HubConnection;
  readonly #cache: HfCache;
  readonly #limit: AdaptiveLimit;
  readonly #bandwidth: Bandwidth;
  readonly #verification = new Verification();
  readonly #underWay = new Map<string, Promise<unknown>>();
  #revision: Promise<RevisionFacts> | undefined;

  constructor(options: HubSourceOptions) {
    const { settings, random = Math.random } = options;
    const timings = { ...HUB_TIMINGS, ...options.timings };
    const endpoint = createEndpoint(settings.endpoint, options.repoId);
    const proxyAndCa = { proxy: settings.proxy, ...(settings.caFile === undefined ? {} : { caFile: settings.caFile }) };
    this.id = options.repoId;
    this.#options = options;
    this.#http = createHttpClient({ userAgent: options.userAgent ?? 'larder/0.1.0', ...proxyAndCa, timings });
    this.#hub = {
      endpoint,
      http: this.#http,
      gate: new RateGate({ isAuthenticated: settings.token !== undefined, timings, random }),
      timings,
      ...(settings.token === undefined ? {} : { token: settings.token }),
      revision: options.revision ?? 'main',
      random,
      onWarning: once(options.onWarning ?? (() => undefined)),
      health: { goodAnswers: 0 },
    };
    const directories = settings.hfCacheDirectories;
    this.#cache = createHfCache({ repoId: options.repoId, directories, localDirectories: options.localDirectories ?? [] });
    const concurrency = Math.min(MAX_CONCURRENCY, Math.max(1, options.concurrency ?? DEFAULT_CONCURRENCY));
    this.#limit = new AdaptiveLimit({ max: concurrency, adaptIntervalMs: timings.adaptIntervalMs });
    this.#bandwidth = new Bandwidth(options.maxBytesPerSecond ?? Number.POSITIVE_INFINITY);
  }

  async list(paths: readonly string[], signal: AbortSignal): Promise<SourceListing> {
    if (this.#options.settings.offline) return this.#withLocalCopies(await this.#listOffline(paths), signal);
    const { commit } = await this.#revisionFacts(signal);
    return this.#withLocalCopies(await listPaths(this.#hub, commit, paths, signal), signal);
  }

  async listFolder(folder: string, signal: AbortSignal): Promise<SourceListing> {
    if (this.#options.settings.offline) throw offlineError(`listing ${this.id}`);
    const { commit } = await this.#revisionFacts(signal);
    return this.#withLocalCopies(await listTree(this.#hub, commit, folder, signal), signal);
  }

  async checkAccess(signal: AbortSignal): Promise<void> {
    if (this.#options.settings.offline) return;
    await checkHubAccess(this.#hub, () => this.#revisionFacts(signal), signal);
  }

  async fetch(file: SourceFile, options: FetchOptions): Promise<FetchedFile> {
    throwIfAborted(options.signal);
    if (file.digest.hex === '') throw hiddenDigestError(this.id, file.path);
    await this.#cache.assertOutside(options.directory);
    const paths = downloadPaths(options.directory, file);
    for (let other = this.#underWay.get(paths.final); other !== undefined; other = this.#underWay.get(paths.final)) {
      await settledOrAborted(other, options.signal);
    }
    const work = this.#fetchAlone(file, paths, options);
    this.#underWay.set(paths.final, work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(paths.final);
    }
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  /** Resolved once, so that every file of the batch is of one commit; asked again only after a failure. */
  #revisionFacts(signal: AbortSignal): Promise<RevisionFacts> {
    const known = this.#revision;
    if (known !== undefined) return known;
    const asked = readRevision(this.#hub, signal);
    this.#revision = asked;
    asked.catch(() => {
      this.#revision = undefined;
    });
    return asked;
  }

  async #listOffline(paths: readonly string[]): Promise<SourceListing> {
    const listing = await this.#cache.readListing(this.#hub.revision, paths);
    if (listing === undefined) throw offlineError(`the listing of ${this.id} at ${this.#hub.revision}`);
    this.#revision = Promise.resolve({ commit: listing.revision, gated: false });
    return listing;
  }

  async #withLocalCopies(listing: SourceListing, signal: AbortSignal): Promise<SourceListing> {
    const files = new Map(listing.files);
    const addCopy = async (file: SourceFile): Promise<void> => {
      const localPath = file.digest.hex === '' ? undefined : (await this.#cache.findCopies(file, listing.revision))[0];
      if (localPath !== undefined) files.set(file.path, { ...file, localPath });
    };
    await forEachLimited(listing.files.values(), STAT_LANES, addCopy, signal);
    return { ...listing, files };
  }

  async #fetchAlone(file: SourceFile, paths: DownloadPaths, options: FetchOptions): Promise<FetchedFile> {
    const onProgress = options.onProgress ?? (() => undefined);
    const { directory, signal } = options;
    await mkdir(directory, { recursive: true }).catch((error: unknown) => {
      throw fileError(error, directory, 'making the download folder');
    });
    const reusable = await this.#findReusable(file, paths, onProgress, signal);
    if (reusable !== undefined) return { ...reusable, bytesDownloaded: 0 };
    if (this.#options.settings.offline) throw offlineError(file.path);
    const { commit } = await this.#revisionFacts(signal);
    const bytesDownloaded = await this.#limit.run(() => this.#download(file, paths, commit, onProgress, signal), signal);
    return { path: paths.final, owned: true, bytesDownloaded };
  }

  async #findReusable(file: SourceFile, paths: DownloadPaths, onProgress: DownloadProgress, signal: AbortSignal): Promise<{ path: string; owned: boolean } | undefined> {
    const onVerify = (): void => onProgress({ state: 'verifying', bytes: 0 });
    if (await this.#verification.verifyOwn(file, paths, { onVerify, signal })) {
      onProgress({ state: 'reused', bytes: 0, reason: 'finished earlier' });
      return { path: paths.final, owned: true };
    }
    const commit = await this.#revision?.then((facts) => facts.commit);
    const copies = await this.#cache.findCopies(file, commit ?? 'unknown');
    for (const path of new Set(file.localPath === undefined ? copies : [file.localPath, ...copies])) {
      if (!(await this.#verification.verifyForeign(file, path, paths, { onVerify, signal }))) continue;
      onProgress({ state: 'reused', bytes: 0, reason: path });
      return { path, owned: false };
    }
    return undefined;
  }

  async #download(file: SourceFile, paths: DownloadPaths, commit: string, onProgress: DownloadProgress, signal: AbortSignal): Promise<number> {
    const hub = this.#hub;
    const origin = { endpoint: hub.endpoint.url.href, id: this.id, commit };
    const { partial, release } = await openPartial({ file, paths, origin, timings: hub.timings });
    let isOpen = true;
    try {
      const bytes = await transferFile({
        hub,
        commit,
        file,
        partial,
        bandwidth: this.#bandwidth,
        onProgress,
        onBytes: (count) => this.#limit.noteBytes(count),
        onTrouble: () => this.#limit.noteTrouble(),
        giveWay: (pause) => this.#limit.giveWay(pause, signal),
        signal,
      });
      isOpen = false;
      await partial.publish();
      return bytes;
    } catch (error) {
      if (isOpen && isLarderError(error, 'SOURCE_CORRUPT')) await partial.discard();
      else if (isOpen) await partial.close();
      throw error;
    } finally {
      await release();
    }
  }
}

function once(report: (text: string) => void): (text: string) => void {
  const topics = new Set<string>();
  return (text) => {
    const topic = text.includes(';') ? text.slice(0, text.indexOf(';')).trim() : text;
    if (topics.has(topic)) return;
    topics.add(topic);
    report(text.slice(text.indexOf(';') + 1).trim());
  };
}

/** Waits for somebody else's work, whatever becomes of it, or for our own cancellation. */
async function settledOrAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const onAbort = (): void => aborted.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  const settled = work.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([settled, aborted.promise]);
  signal.removeEventListener('abort', onAbort);
  throwIfAborted(signal);
}

function offlineError(what: string): LarderError {
  return new LarderError('OFFLINE', `Offline mode is on, and ${what} is not on this computer.`, {
    hint: 'Unset HF_HUB_OFFLINE, then run the command again.',
  });
}

function hiddenDigestError(id: string, path: string): LarderError {
  return new LarderError('SOURCE_GATED', `${id} does not show the digest of ${path} to this account; it is a gated dataset.`, {
    hint: `Open https://huggingface.co/datasets/${id}, ask for access, then list again.`,
    details: { path },
  });
}
