import type { GenerateResult } from '../contract/commands.ts';
import type { BlockedItem } from '../contract/plan.ts';
import { isLarderError, toWire } from '../base/index.ts';
import type { Cache } from '../catalog/index.ts';
import type { CacheKind, IndexChoices, KindItem } from '../kinds/index.ts';
import { INDEX_EVERY_ENTRIES, INDEX_EVERY_MS, exportIndex, runBatches } from '../pipeline/index.ts';
import type { PublishedEntry } from '../pipeline/index.ts';
import type { CacheLayout, Staging } from '../store/index.ts';
import { assertNotLocked, finishPublishing, inheritStaged, openClaims, openStaging, removeEmptyFolders, sweepClaims, sweepStaging } from '../store/index.ts';
import { coresToKeepTo, WorkerPool } from '../workers/index.ts';
import { closeStaging } from './close-staging.ts';
import type { EngineContext } from './context.ts';
import type { EnginePlan } from './plan-command.ts';
import { refusalError } from './refusals.ts';
import { WORKER_HEAP_MEGABYTES } from './worker-heap.ts';
import type { RunningJob } from './run-job.ts';
import { setAsideOrphans } from './set-aside-orphans.ts';
import type { Reason } from './set-aside-orphans.ts';
import { SpaceKeeper } from './space/index.ts';
import { workerCount } from './worker-count.ts';

/** The index is written during a job for at most this share of its time. */
const INDEX_SHARE = 0.05;

export interface BatchRequest {
  readonly kind: CacheKind;
  /** Where there is one, its prices count. */
  readonly plan?: EnginePlan;
  readonly items: readonly KindItem[];
  readonly numWorkers?: number;
  readonly perWorkerBytes?: number;
  /** Also what is there already. */
  readonly replace?: boolean;
  readonly index?: Partial<IndexChoices>;
  /** What a repair is about that makes an item again. */
  readonly reasonOf?: (key: string) => Reason | undefined;
  /** Told what was measured. */
  readonly onMeasured?: (entries: readonly PublishedEntry[]) => void;
}

/** Without what a plan refused before. */
export interface BatchResult extends Omit<GenerateResult, 'blocked' | 'refusals'>, Required<Pick<GenerateResult, 'refusals'>> {
  /** Folders and marks of dead processes that went. */
  readonly swept: number;
}

const WORKER_BYTES = 250 * 2 ** 20;

/**
 * Makes items of a kind that makes many at a time, and brings the index of the cache up to date.
 *
 * @throws CACHE_IN_USE, DISK_FULL, PERMISSION_DENIED, READ_ONLY, CANCELLED
 */
export async function makeInBatches(context: EngineContext, request: BatchRequest, row: Cache, layout: CacheLayout, job: RunningJob): Promise<BatchResult> {
  const startedAt = performance.now();
  const { kind, items } = request;
  const form = { entryFiles: (key: string) => kind.entryFiles(key), isWhole: kind.batches!.isWhole };
  await finishPublishing(layout, form);
  const room = new SpaceKeeper(context, { job, directory: layout.directory, ...(request.plan === undefined ? {} : { plan: request.plan }) });
  const staging = await openOwnStaging(layout, room, job.signal);
  const count = Math.min(workerCount(context, request.perWorkerBytes ?? WORKER_BYTES, request.numWorkers), Math.max(1, items.length));
  const cores = coresToKeepTo();
  const pool = new WorkerPool({
    host: context.workerHost,
    count,
    // Fewer workers than cores leave the choice to the system, which knows where there is room.
    cores: count >= cores.length ? cores : [],
    heapMegabytes: WORKER_HEAP_MEGABYTES,
    environment: await kind.batches!.environment(context.dataDirectory),
    onReduced: (from, to, reason) => context.emit({ type: 'workersReduced', jobId: job.id, from, to, reason }),
  });
  job.meter.workers = pool.size;
  job.meter.workerBytes = () => pool.peakRssBytes;
  const failures: GenerateResult['failures'][number][] = [];
  const refusals: BlockedItem[] = [];
  try {
    await assertNotLocked(layout);
    const inherited = request.replace === true ? 0 : await inheritStaged(layout, staging);
    const swept = (await sweepStaging(layout)) + (await sweepClaims(layout));
    const failing = request.replace === true ? new Map<string, unknown>() : await setAsideOrphans(context, kind, items, layout, job, request.reasonOf ?? (() => undefined));
    const index = new IndexKeeper(context, request, row, layout, staging, job);
    const counts = await runBatches(
      items,
      {
        kind,
        layout,
        staging,
        claims: openClaims(layout, staging.owner),
        pool,
        meter: job.meter,
        gate: job.gate,
        room,
        entryBytes: request.plan?.plan.disk.entryBytes ?? 0,
        jobId: job.id,
        emit: context.emit,
        onPublished: async (entries) => {
          recordMany(context, row, entries);
          for (const { item, isCompleted } of entries) if (isCompleted === true) context.catalog.findings.replace(row.id, { key: item.key }, [], { foundAtMs: Date.now() });
          request.onMeasured?.(entries);
          await index.count(entries.length);
        },
        onFailed: (item, error) => {
          const wire = toWire(error);
          context.catalog.entries.upsert(row.id, [{ key: item.key, error: wire }]);
          failures.push({ name: item.name, code: wire.code, message: wire.message });
        },
        onRefused: ({ key, name }, refusal, basis) => {
          context.catalog.entries.upsert(row.id, [{ key, error: refusalError(refusal, basis) }]);
          refusals.push({ key, name, ...refusal });
        },
      },
      { replace: request.replace === true, mayBeStaged: inherited > 0, failing },
      job.signal,
    ).catch(async (error: unknown) => {
      // A picture that has its name gets its metadata too, before what is staged goes: no later run would draw it again.
      await finishPublishing(layout, form, staging.directory).catch(() => undefined);
      // What was published until then is found by training too; the error is what the user must hear.
      await index.write(new AbortController().signal).catch(() => undefined);
      throw error;
    });
    // What a worker, or another process, that died meanwhile had not named.
    await room.retry(0, () => finishPublishing(layout, form, staging.directory), job.signal);
    await room.retry(0, () => index.write(job.signal), job.signal);
    return { directory: layout.directory, ...counts, rawFilesRemoved: 0, rawBytesRemoved: 0, seconds: (performance.now() - startedAt) / 1000, peakWorkerBytes: pool.peakRssBytes, failures, refusals, swept };
  } finally {
    await pool.close();
    await closeStaging(context, staging, job.id);
    await removeEmptyFolders(layout);
  }
}

/** What dead processes had made is there to be taken over, unless the disk has no room for one folder more: then it goes first. */
async function openOwnStaging(layout: CacheLayout, room: SpaceKeeper, signal: AbortSignal): Promise<Staging> {
  try {
    return await openStaging(layout);
  } catch (error) {
    if (!isLarderError(error, 'DISK_FULL')) throw error;
    await sweepStaging(layout);
    return await room.retry(0, () => openStaging(layout), signal);
  }
}

/** Writes the index now and then while entries are made, and at the end. */
class IndexKeeper {
  readonly #write: (signal: AbortSignal) => Promise<{ readonly seconds: number }>;
  readonly #signal: AbortSignal;
  #since = 0;
  #writtenAtMs = performance.now();
  #pauseMs = INDEX_EVERY_MS;
  #isWriting = false;

  constructor(context: EngineContext, { kind, index }: BatchRequest, row: Cache, layout: CacheLayout, staging: Staging, job: RunningJob) {
    this.#signal = job.signal;
    this.#write = (signal) => exportIndex(context.catalog, row, kind, layout, staging.owner, index ?? {}, signal);
  }

  async count(entries: number): Promise<void> {
    this.#since += entries;
    if (this.#isWriting || this.#since < INDEX_EVERY_ENTRIES || performance.now() - this.#writtenAtMs < this.#pauseMs) return;
    this.#isWriting = true;
    try {
      await this.write(this.#signal);
    } finally {
      this.#isWriting = false;
    }
  }

  async write(signal: AbortSignal): Promise<void> {
    this.#since = 0;
    const { seconds } = await this.#write(signal);
    this.#writtenAtMs = performance.now();
    this.#pauseMs = Math.max(INDEX_EVERY_MS, (seconds * 1000) / INDEX_SHARE);
  }
}

/** Store first, then catalog, then news; many rows in one transaction. */
function recordMany(context: EngineContext, row: Cache, entries: readonly PublishedEntry[]): void {
  const now = Date.now();
  context.catalog.entries.upsert(
    row.id,
    entries.map(({ item, file, isNew, outcome }) => ({
      key: item.key,
      name: item.name,
      split: item.split,
      variant: item.variant ?? null,
      state: 'cached' as const,
      error: null,
      file,
      shape: outcome.shape,
      dtype: outcome.dtype,
      ...(isNew
        ? {
            sizeBytes: outcome.sizeBytes,
            modifiedAtMs: outcome.modifiedAtMs,
            digest: outcome.digest,
            verifiedAtMs: now,
            verifiedLevel: 'deep' as const,
            verifiedSizeBytes: outcome.sizeBytes,
            verifiedModifiedAtMs: outcome.modifiedAtMs,
            madeAtMs: now,
            madeByVersion: context.version,
            madeSeconds: outcome.seconds,
            maker: outcome.maker ?? null,
            pixels: outcome.pixels ?? null,
          }
        : {}),
    })),
  );
}
