import { lstat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { EngineEvent } from '../contract/events.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { EntrySource } from '../contract/entries.ts';
import { HandOver, LarderError, Places, errnoOf, fileError, forEachLimited, isCancelled, isLarderError, toWire } from '../base/index.ts';
import type { PauseGate, ProgressMeter, StageMeter } from '../jobs/index.ts';
import type { CacheKind, KindConfig, KindItem, PreprocessOutcome } from '../kinds/kind.ts';
import type { FetchedFile, Source } from '../sources/index.ts';
import { removeDownload, stopsTheBatch } from '../sources/index.ts';
import type { CacheLayout, Claims, Staging } from '../store/index.ts';
import { cachePath, noEntry } from '../store/index.ts';
import type { WorkerPool } from '../workers/index.ts';
import type { WorkItem } from './plan.ts';
import { publishEntry } from './publish.ts';
import type { PublishedEntry } from './publish.ts';
import { releaseClaim } from './release-claim.ts';
import type { RoomKeeper } from './room-keeper.ts';
import { preprocessItem } from './preprocess.ts';
import { SharedDownloads } from './shared-downloads.ts';

/** An item with its raw file at hand, ready for a worker. */
interface ReadyItem {
  readonly work: WorkItem;
  readonly rawPath: string;
  /** Set where the raw file was downloaded; ours goes once the entry is published. */
  readonly fetched: FetchedFile | undefined;
}

export interface GenerateDependencies {
  readonly kind: CacheKind;
  readonly config: KindConfig;
  readonly layout: CacheLayout;
  readonly source: Source | undefined;
  /** Commit of the source that the plan was made with. */
  readonly revision: string | null;
  readonly staging: Staging;
  readonly claims: Claims;
  readonly pool: WorkerPool;
  readonly meter: ProgressMeter;
  readonly gate: PauseGate;
  readonly room: RoomKeeper;
  readonly jobId: string;
  readonly emit: (event: EngineEvent) => void;
  readonly onPublished: (entry: PublishedEntry) => void;
  /** Begun again when there is room, after DISK_FULL. */
  readonly onFailed: (item: KindItem, error: unknown) => void;
}

export interface GenerateOptions {
  readonly batchSize: number;
  readonly format: string;
  readonly downloadsAtOnce: number;
  /** What an entry takes, as far as it is known. */
  readonly entryBytes: number;
}

export interface GenerateCounts {
  readonly published: number;
  /** Published by another process meanwhile. */
  readonly alreadyThere: number;
  /** Were there, and have now what belongs beside them. */
  readonly completed?: number;
  readonly failed: number;
  readonly bytesDownloaded: number;
  /** Seconds in which at least one download was under way. */
  readonly downloadSeconds: number;
  /** Seconds of all downloads, added up. */
  readonly connectionSeconds: number;
}

/** Errors that concern the whole job: going on would only repeat them. */
export const STOPPING: ReadonlySet<ErrorCode> = new Set(['DISK_FULL', 'READ_ONLY', 'CACHE_IN_USE', 'LOCK_LOST']);

/** Tries of one item, each with a download of its own where another process keeps removing it. */
const FETCHED_AGAIN = 5;

/**
 * Download, preprocess, publish, index, announce: every item goes this way by itself.
 *
 * The batch size is a window, not a barrier: it bounds how many downloaded raw files are on disk at
 * once, while downloading and preprocessing overlap. A failed item is reported and the rest goes on.
 *
 * @throws CANCELLED; DISK_FULL and errors of the source that concern every file
 */
export async function runGenerate(work: readonly WorkItem[], dependencies: GenerateDependencies, options: GenerateOptions, signal: AbortSignal): Promise<GenerateCounts> {
  return await new GenerateRun(work, dependencies, options, signal).run();
}

class GenerateRun {
  readonly #work: readonly WorkItem[];
  readonly #d: GenerateDependencies;
  readonly #options: GenerateOptions;
  /** Also at the end: Node keeps a combined signal that is listened to, and all that listens, for as long as its sources live. */
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #window: Places;
  /** What is made is published before its worker begins the next: a kill costs each worker one item. */
  readonly #making: Places;
  readonly #ready: HandOver<ReadyItem>;
  readonly #shared = new SharedDownloads();
  readonly #downloading: StageMeter;
  readonly #preprocessing: StageMeter;
  #stopError: unknown;
  #published = 0;
  #alreadyThere = 0;
  #failed = 0;
  #bytesDownloaded = 0;
  #downloadMs = 0;
  #connectionMs = 0;
  #downloads = 0;
  #downloadsSinceMs = 0;
  /** Items another living process works on; asked again at the end. */
  readonly #elsewhere: WorkItem[] = [];

  constructor(work: readonly WorkItem[], dependencies: GenerateDependencies, options: GenerateOptions, signal: AbortSignal) {
    this.#work = work;
    this.#d = dependencies;
    this.#options = options;
    this.#signal = AbortSignal.any([signal, this.#abort.signal]);
    this.#window = new Places(options.batchSize);
    this.#making = new Places(dependencies.pool.size);
    this.#ready = new HandOver(dependencies.pool.size * 2, this.#signal);
    const toFetch = work.filter((entry) => entry.localPath === undefined);
    this.#downloading = dependencies.meter.stage('downloading', toFetch.length);
    this.#downloading.bytesTotal = toFetch.reduce((sum, entry) => sum + (entry.rawBytes ?? 0), 0);
    this.#preprocessing = dependencies.meter.stage('preprocessing', work.length);
  }

  async run(): Promise<GenerateCounts> {
    const outcomes = await Promise.allSettled([this.#fetchAll(), this.#preprocessAll()]);
    this.#abort.abort();
    await releaseClaim(() => this.#d.claims.releaseAll(), this.#d);
    if (this.#stopError !== undefined) throw this.#stopError;
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return { published: this.#published, alreadyThere: this.#alreadyThere, failed: this.#failed, bytesDownloaded: this.#bytesDownloaded, downloadSeconds: this.#downloadMs / 1000, connectionSeconds: this.#connectionMs / 1000 };
  }

  async #fetchAll(): Promise<void> {
    try {
      const lanes = this.#options.downloadsAtOnce;
      await forEachLimited(this.#work, lanes, (work) => this.#begin(work), this.#signal);
      // What others had claimed is theirs if it is there now, and ours if they have died.
      while (this.#elsewhere.length > 0) {
        const waiting = this.#elsewhere.splice(0);
        await forEachLimited(waiting, lanes, (work) => this.#begin(work), this.#signal);
        if (this.#elsewhere.length > 0) await this.#pause();
      }
    } finally {
      this.#ready.close();
    }
  }

  async #pause(): Promise<void> {
    this.#d.meter.waitingFor = `another process that makes ${this.#elsewhere.length} of the items`;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 500);
      this.#signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      }, { once: true });
    });
    this.#d.meter.waitingFor = undefined;
  }

  /** Claims an item and sees that its raw file is at hand. */
  async #begin(work: WorkItem): Promise<void> {
    const { item } = work;
    await this.#d.gate.pass(this.#signal);
    try {
      if (!(await this.#withRoom(0, () => this.#d.claims.take(item.key)))) {
        if (await this.#isThere(item.key)) this.#countElsewhere(work);
        else this.#elsewhere.push(work);
        return;
      }
      if (await this.#isThere(item.key)) {
        this.#countElsewhere(work);
        await this.#release(item.key);
      } else if (work.localPath === undefined) await this.#withRoom(work.rawBytes ?? 0, () => this.#fetch(work));
      else await this.#ready.push({ work, rawPath: work.localPath, fetched: undefined });
    } catch (error) {
      await this.#release(item.key);
      await this.#stopOrFail(work, error);
    }
  }

  async #release(key: string): Promise<void> {
    await releaseClaim(() => this.#d.claims.release(key), this.#d);
  }

  /** @param rawBytes what is needed beside the entry itself */
  async #withRoom<T>(rawBytes: number, work: () => Promise<T>): Promise<T> {
    return await this.#d.room.retry(rawBytes + this.#options.entryBytes, work, this.#signal);
  }

  async #isThere(key: string): Promise<boolean> {
    const path = cachePath(this.#d.layout.directory, this.#d.kind.entryFiles(key)[0]);
    return await lstat(path).then(
      (facts) => {
        if (!facts.isFile()) throw noEntry(path);
        return true;
      },
      (error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return false;
        throw fileError(error, path, 'looking for the entry');
      },
    );
  }

  #countElsewhere(work: WorkItem): void {
    this.#alreadyThere++;
    if (work.localPath === undefined) this.#downloading.total--;
    this.#preprocessing.total--;
  }

  async #fetch(work: WorkItem): Promise<void> {
    const { source, layout } = this.#d;
    if (source === undefined || work.remote === undefined) {
      throw new LarderError('SOURCE_MISSING', `${work.item.name} has no source: ${work.origin.localPath} is not there.`, { hint: 'Put the file there, or name a repository in the config.' });
    }
    await this.#window.acquire(this.#signal);
    await this.#shared.take(work.remote);
    let fetched: FetchedFile | undefined;
    try {
      await this.#d.room.check((work.rawBytes ?? 0) + this.#options.entryBytes, this.#signal);
      this.#downloading.start(work.item.name);
      const begunMs = performance.now();
      if (this.#downloads++ === 0) this.#downloadsSinceMs = begunMs;
      fetched = await source.fetch(work.remote, {
        directory: layout.raw,
        signal: this.#signal,
        onProgress: (event) => {
          this.#downloading.bytes(event.bytes + (event.resumedBytes ?? 0));
          this.#d.meter.waitingFor = event.state === 'waiting' ? event.reason : undefined;
        },
      }).finally(() => {
        this.#connectionMs += performance.now() - begunMs;
        if (--this.#downloads === 0) this.#downloadMs += performance.now() - this.#downloadsSinceMs;
      });
      this.#bytesDownloaded += fetched.bytesDownloaded;
      this.#downloading.finish(work.item.name);
      await this.#ready.push({ work, rawPath: fetched.path, fetched }, { evenIfFull: true });
    } catch (error) {
      this.#window.release();
      await this.#shared.release(work.remote, async () => undefined);
      this.#downloading.drop(work.item.name);
      throw fileError(error, layout.raw, 'downloading to');
    }
    if (!fetched.owned) this.#window.release();
  }

  async #preprocessAll(): Promise<void> {
    // One more lane than workers, so that the next payload waits when a worker gets free.
    const lanes = Array.from({ length: this.#d.pool.size + 1 }, async () => {
      for (let ready = await this.#ready.next(); ready !== undefined; ready = await this.#ready.next()) await this.#make(ready);
    });
    const outcomes = await Promise.allSettled(lanes);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #make(ready: ReadyItem): Promise<void> {
    const { item } = ready.work;
    try {
      await this.#d.gate.pass(this.#signal);
      await this.#d.room.check(this.#options.entryBytes, this.#signal);
      this.#preprocessing.start(item.name);
      const staged = this.#d.staging.pathFor(basename(this.#d.kind.entryFiles(item.key)[0]));
      await this.#making.acquire(this.#signal);
      let entry: PublishedEntry;
      try {
        entry = await this.#withRoom(0, async () => {
          const outcome = await this.#preprocess(ready, staged);
          return await publishEntry(this.#d, item, staged, outcome, this.#sourceOf(ready));
        });
      } finally {
        this.#making.release();
      }
      await this.#announce(entry);
      this.#preprocessing.finish(item.name);
      await this.#dropRaw(ready);
    } catch (error) {
      await this.#stopOrFail(ready.work, ready.fetched === undefined ? error : this.#aboutUpload(error));
      // What was downloaded for an item that cannot be made would be left over; the user's own stays.
      if (!this.#signal.aborted) await this.#dropRaw(ready);
    } finally {
      await this.#release(item.key);
    }
  }

  /** Another process may have had an item of equal content, and removed the download when it was through with it. */
  async #preprocess(ready: ReadyItem, staged: string): Promise<PreprocessOutcome> {
    const { source, layout } = this.#d;
    for (let attempt = 1; ; attempt++) {
      try {
        return await preprocessItem(this.#d, ready.work, ready.rawPath, staged, this.#options.format, this.#signal);
      } catch (error) {
        const wasRemoved = ready.fetched?.owned === true && isLarderError(error, 'FILE_NOT_FOUND');
        if (!wasRemoved || attempt === FETCHED_AGAIN || source === undefined) throw error;
        const { bytesDownloaded } = await source.fetch(ready.work.remote!, { directory: layout.raw, signal: this.#signal });
        this.#bytesDownloaded += bytesDownloaded;
      }
    }
  }

  /** A download was checked against the source's digest: what is wrong with its content was uploaded so. */
  #aboutUpload(error: unknown): unknown {
    if (!isLarderError(error, 'NIFTI_INVALID')) return error;
    return new LarderError(error.code, error.message, {
      hint: `The download is byte for byte what ${this.#d.source?.id ?? 'the source'} has: the upload itself is damaged. Tell its owner, or take the name off the list.`,
      ...(error.details === undefined ? {} : { details: error.details }),
      cause: error,
    });
  }

  async #announce(entry: PublishedEntry): Promise<void> {
    const { outcome } = entry;
    if (entry.isNew) this.#published++;
    else this.#alreadyThere++;
    await this.#withRoom(0, async () => this.#d.onPublished(entry));
    this.#d.emit({ type: 'entryPublished', jobId: this.#d.jobId, key: entry.item.key, name: entry.item.name, file: entry.file, sizeBytes: outcome.sizeBytes, seconds: outcome.seconds, isNew: entry.isNew });
    for (const warning of outcome.warnings) this.#d.emit({ type: 'noticed', jobId: this.#d.jobId, message: `${entry.item.name}: ${warning}` });
  }

  #sourceOf(ready: ReadyItem): EntrySource {
    const { origin, remote, rawBytes } = ready.work;
    const { revision } = this.#d;
    const repository = this.#d.source?.id;
    return {
      path: origin.localPath,
      ...(rawBytes === null ? {} : { sizeBytes: rawBytes }),
      ...(remote === undefined || repository === undefined ? {} : { repository, repositoryPath: remote.path, ...(revision === null ? {} : { revision }), ...(remote.digest.algorithm === 'sha256' ? { sha256: remote.digest.hex } : {}) }),
    };
  }

  async #dropRaw(ready: ReadyItem): Promise<void> {
    const { fetched, work } = ready;
    if (fetched === undefined) return;
    const { path } = fetched;
    // One that the disk keeps is left to the next run; its entry is made.
    await this.#shared.release(work.remote!, () => removeDownload(fetched)).catch((error: unknown) => {
      const told = fileError(error, path, 'removing the raw file');
      if (!isLarderError(told)) throw told;
      this.#d.emit({ type: 'noticed', jobId: this.#d.jobId, message: told.message });
    });
    if (fetched.owned) this.#window.release();
  }

  /** Cancellation passes through; a fault of the whole job ends it; anything else costs the item. */
  async #stopOrFail(work: WorkItem, error: unknown): Promise<void> {
    if (this.#signal.aborted || isCancelled(error)) throw this.#stopError ?? error;
    if (isLarderError(error) && (STOPPING.has(error.code) || stopsTheBatch(error))) this.#stop(error);
    this.#failed++;
    if (work.localPath === undefined && work.remote !== undefined) this.#downloading.fail(work.item.name);
    this.#preprocessing.fail(work.item.name);
    await this.#withRoom(0, async () => this.#d.onFailed(work.item, error)).catch((told: unknown) => this.#stop(told));
    const attempts = isLarderError(error) && typeof error.details?.['attempts'] === 'number' ? error.details['attempts'] : 1;
    this.#d.emit({ type: 'itemFailed', jobId: this.#d.jobId, key: work.item.key, name: work.item.name, attempts, error: toWire(error) });
  }

  #stop(error: unknown): never {
    this.#stopError ??= error;
    this.#abort.abort();
    throw error;
  }
}
