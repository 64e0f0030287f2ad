import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GenerateArguments, GenerateResult } from '../contract/commands.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { errnoOf, fileError, isLarderError, toWire } from '../base/index.ts';
import type { Cache } from '../catalog/index.ts';
import { runGenerate } from '../pipeline/index.ts';
import type { GenerateCounts, PublishedEntry, WorkItem } from '../pipeline/index.ts';
import { discardPartials } from '../sources/index.ts';
import type { CacheLayout, Staging } from '../store/index.ts';
import { assertNotLocked, assertOwnFolders, cacheLayout, childPath, openClaims, listStaging, makeFolder, openStaging, removeEmptyFolders, sweepClaims, sweepStaging } from '../store/index.ts';
import { WorkerPool } from '../workers/index.ts';
import { assertFits } from './assert-fits.ts';
import { cleanRawFiles } from './clean-raw-files.ts';
import { closeStaging } from './close-staging.ts';
import type { EngineContext } from './context.ts';
import { makeInBatches } from './make-batches.ts';
import { remember } from './open-cache.ts';
import { JobRecorder, measurementKeys, rememberMeasurement } from './forecast/index.ts';
import { downloadsAtOnce } from './downloads-at-once.ts';
import type { EnginePlan } from './plan-command.ts';
import { runJob } from './run-job.ts';
import { SpaceKeeper } from './space/index.ts';
import type { RunningJob } from './run-job.ts';
import { WORKER_HEAP_MEGABYTES } from './worker-heap.ts';
import { writeParameters } from './write-parameters.ts';

/**
 * Makes the cache directory with its parameters, if it is not there. The parameters are written as
 * a whole before the first entry.
 */
async function prepareDirectory(plan: EnginePlan, layout: CacheLayout): Promise<void> {
  await assertOwnFolders(layout, plan.kind.folders);
  try {
    await makeFolder(layout.directory);
    if (plan.config.parametersFile === undefined) return;
    const { file, text } = plan.config.parametersFile;
    const path = childPath(layout.directory, file);
    // Also a link, which is told by whoever verifies, and not followed.
    const exists = await lstat(path).then(
      () => true,
      (error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return false;
        throw error;
      },
    );
    if (!exists) await writeParameters(path, text);
  } catch (error) {
    throw fileError(error, layout.directory, 'preparing the cache directory');
  }
}

/**
 * Makes what the plan lists.
 *
 * @throws DISK_WOULD_NOT_FIT, CACHE_IN_USE, DISK_FULL, PERMISSION_DENIED, READ_ONLY; errors of the source that concern
 *   every file; CANCELLED
 */
export async function generateCommand(context: EngineContext, request: GenerateArguments, plan: EnginePlan, signal: AbortSignal): Promise<GenerateResult> {
  const { config, kind } = plan;
  const layout = cacheLayout(config.directory);
  assertFits(plan.plan);
  const isPrepared = await prepareUnlessWaiting(context, plan, layout);
  const row = remember(context, kind, layout.directory, config);
  context.catalog.caches.upsert({ kind: kind.id, directory: layout.directory, requiredCount: plan.required.length });
  context.catalog.entries.replaceRequired(row.id, plan.required);
  return await runJob(context, { command: 'generate', cacheId: row.id, directory: layout.directory, arguments: { ...request } }, signal, async (job) => {
    if (!isPrepared) await new SpaceKeeper(context, { job, directory: layout.directory, plan }).retry(0, () => prepareDirectory(plan, layout), job.signal);
    return await makeMeasured(context, request, plan, row, layout, job);
  });
}

/** A disk that has no room for the folder is waited for by the job, if it is to wait. */
async function prepareUnlessWaiting(context: EngineContext, plan: EnginePlan, layout: CacheLayout): Promise<boolean> {
  try {
    await prepareDirectory(plan, layout);
    return true;
  } catch (error) {
    if (context.waitsForSpace !== true || !isLarderError(error, 'DISK_FULL')) throw error;
    return false;
  }
}

/** The work of `generateCommand` as part of a job that runs already, measured against its forecast. */
export async function makeMeasured(context: EngineContext, request: GenerateArguments, plan: EnginePlan, row: Cache, layout: CacheLayout, job: RunningJob): Promise<GenerateResult> {
  if (plan.work.length === 0) return await makeEntries(context, request, plan, row, layout, job);
  const recorder = new JobRecorder(context, plan, layout, job);
  await recorder.start();
  let result: GenerateResult;
  let disk: { readonly bytes: number; readonly peakBytes: number };
  try {
    result = await makeEntries(recorder.context, request, plan, row, layout, job);
  } finally {
    disk = await recorder.stop();
  }
  return recorder.finish(result, disk);
}

async function makeEntries(context: EngineContext, request: GenerateArguments, plan: EnginePlan, row: Cache, layout: CacheLayout, job: RunningJob): Promise<GenerateResult> {
  if (plan.kind.batches !== undefined) return await makeAllInBatches(context, request, plan, row, layout, job);
  const startedAt = performance.now();
  await sweepStaging(layout);
  await sweepClaims(layout);
  if (plan.work.length === 0 && request.cleanLocalRawFiles !== true) {
    // Leftovers go and nothing is written: a complete cache may be on a disk that can only be read.
    await sweepRaw(layout, undefined, [], []);
    await removeEmptyFolders(layout);
    return resultOf(plan, layout, NOTHING_DONE, [], startedAt);
  }
  const room = new SpaceKeeper(context, { job, directory: layout.directory, plan });
  const staging = await room.retry(0, () => openStaging(layout), job.signal);
  const pool = new WorkerPool({
    host: context.workerHost,
    count: Math.min(plan.plan.memory.workers, Math.max(1, plan.work.length)),
    heapMegabytes: WORKER_HEAP_MEGABYTES,
    onReduced: (from, to, reason) => context.emit({ type: 'workersReduced', jobId: job.id, from, to, reason }),
  });
  job.meter.workers = pool.size;
  job.meter.workerBytes = () => pool.peakRssBytes;
  const failures: Failure[] = [];
  let isThrough = false;
  try {
    await assertNotLocked(layout);
    const counts = plan.work.length === 0 ? NOTHING_DONE : await make(context, request, plan, row, layout, staging, pool, job, room, failures);
    const cleaned = request.cleanLocalRawFiles === true ? await cleanRawFiles(context, plan, layout, pool, job) : { files: 0, bytes: 0 };
    isThrough = true;
    if (pool.peakRssBytes > 0 && counts.published > 0) rememberMeasurement(context, measurementKeys(plan.config).workerBytes, pool.peakRssBytes);
    return { ...resultOf(plan, layout, counts, failures, startedAt), rawFilesRemoved: cleaned.files, rawBytesRemoved: cleaned.bytes, peakWorkerBytes: pool.peakRssBytes };
  } finally {
    await pool.close();
    if (isThrough) await sweepRaw(layout, staging, plan.work, failures);
    await closeStaging(context, staging, job.id);
  }
}

async function makeAllInBatches(context: EngineContext, request: GenerateArguments, plan: EnginePlan, row: Cache, layout: CacheLayout, job: RunningJob): Promise<GenerateResult> {
  const keys = measurementKeys(plan.config);
  const { refusals, swept: _swept, ...result } = await makeInBatches(
    context,
    {
      kind: plan.kind,
      plan,
      items: plan.work.map((work) => work.item),
      numWorkers: plan.plan.memory.workers,
      perWorkerBytes: plan.plan.memory.perWorkerBytes,
      replace: request.remake === true,
      ...(plan.config.index === undefined ? {} : { index: plan.config.index }),
      onMeasured: (entries) => {
        const mean = (of: (entry: PublishedEntry) => number): number => entries.reduce((sum, entry) => sum + of(entry), 0) / entries.length;
        rememberMeasurement(context, keys.seconds, mean((entry) => entry.outcome.seconds));
      },
    },
    row,
    layout,
    job,
  );
  if (result.peakWorkerBytes > 0 && result.published > 0) rememberMeasurement(context, keys.workerBytes, result.peakWorkerBytes);
  const { blocked, unreadFiles } = plan.plan;
  return { ...result, blocked: blocked.length + refusals.length, ...(refusals.length === 0 ? {} : { refusals }), ...(unreadFiles === undefined ? {} : { unreadFiles }) };
}

type Failure = GenerateResult['failures'][number];

function resultOf(plan: EnginePlan, layout: CacheLayout, counts: GenerateCounts, failures: readonly Failure[], startedAt: number): GenerateResult {
  const { published, alreadyThere, failed, bytesDownloaded } = counts;
  const seconds = (performance.now() - startedAt) / 1000;
  return { directory: layout.directory, published, alreadyThere, failed, blocked: plan.plan.blocked.length, bytesDownloaded, rawFilesRemoved: 0, rawBytesRemoved: 0, seconds, peakWorkerBytes: 0, failures };
}

const NOTHING_DONE: GenerateCounts = { published: 0, alreadyThere: 0, failed: 0, bytesDownloaded: 0, downloadSeconds: 0, connectionSeconds: 0 };

async function make(context: EngineContext, request: GenerateArguments, plan: EnginePlan, row: Cache, layout: CacheLayout, staging: Staging, pool: WorkerPool, job: RunningJob, room: SpaceKeeper, failures: Failure[]): Promise<GenerateCounts> {
  const { catalog } = context;
  const { config } = plan;
  const opened = config.repository === undefined ? undefined : await context.openSource(config.repository, plan.plan.source.revision ?? undefined);
  const keys = measurementKeys(config);
  try {
    if (opened !== undefined && plan.work.some((work) => work.localPath === undefined)) await opened.source.checkAccess(job.signal);
    const work = opened === undefined ? plan.work : await withRemotes(plan, opened.source.list.bind(opened.source), job.signal);
    const counts = await runGenerate(
      work,
      {
        kind: plan.kind,
        config,
        layout,
        source: opened?.source,
        revision: plan.plan.source.revision,
        staging,
        claims: openClaims(layout, staging.owner),
        pool,
        meter: job.meter,
        gate: job.gate,
        room,
        jobId: job.id,
        emit: context.emit,
        onPublished: (entry) => {
          recordPublished(context, row, entry);
          rememberMeasurement(context, keys.seconds, entry.outcome.seconds);
        },
        onFailed: (item, error) => {
          const wire = toWire(error);
          catalog.entries.upsert(row.id, [{ key: item.key, error: wire }]);
          failures.push({ name: item.name, code: wire.code, message: wire.message });
        },
      },
      { batchSize: plan.plan.batchSize, format: request.format ?? 'monai', downloadsAtOnce: downloadsAtOnce(config), entryBytes: plan.plan.disk.entryBytes },
      job.signal,
    );
    if (counts.bytesDownloaded > 0 && counts.downloadSeconds > 0) {
      const bytesPerSecond = counts.bytesDownloaded / counts.downloadSeconds;
      const connections = Math.min(downloadsAtOnce(config), plan.plan.batchSize);
      for (const key of [keys.download, keys.downloadOn(connections)]) rememberMeasurement(context, key, bytesPerSecond);
      rememberMeasurement(context, keys.connectionOn(connections), counts.bytesDownloaded / counts.connectionSeconds);
    }
    return counts;
  } finally {
    await opened?.source.close();
  }
}

/** The plan may have been made while the Hub could not be reached; then the facts are asked for now. */
async function withRemotes(plan: EnginePlan, list: (paths: readonly string[], signal: AbortSignal) => Promise<{ files: ReadonlyMap<string, NonNullable<WorkItem['remote']>> }>, signal: AbortSignal): Promise<readonly WorkItem[]> {
  const unknown = plan.work.filter((work) => work.localPath === undefined && work.remote === undefined);
  if (unknown.length === 0) return plan.work;
  const listing = await list(unknown.map((work) => work.origin.repositoryPath), signal);
  return plan.work.map((work) => {
    const remote = listing.files.get(work.origin.repositoryPath);
    return work.localPath !== undefined || work.remote !== undefined || remote === undefined ? work : { ...work, remote, rawBytes: remote.sizeBytes };
  });
}

/** Store first, then catalog, then news: the file has its final name when this is called. */
function recordPublished(context: EngineContext, row: Cache, entry: PublishedEntry): void {
  const now = Date.now();
  const { outcome } = entry;
  context.catalog.entries.recordPublished(row.id, {
    key: entry.item.key,
    name: entry.item.name,
    split: entry.item.split,
    file: entry.file,
    shape: outcome.shape,
    dtype: outcome.dtype,
    statistics: outcome.statistics,
    ...(entry.isNew
      ? {
          sizeBytes: outcome.sizeBytes,
          modifiedAtMs: outcome.modifiedAtMs,
          digest: outcome.digest,
          verifiedAtMs: now,
          verifiedLevel: 'deep' as const,
          verifiedSizeBytes: outcome.sizeBytes,
          verifiedModifiedAtMs: outcome.modifiedAtMs,
          verifiedChangedAtMs: entry.changedAtMs,
          madeAtMs: now,
          madeByVersion: context.version,
          madeSeconds: outcome.seconds,
          source: entry.source,
        }
      : {}),
  });
  context.catalog.findings.replace(row.id, { key: entry.item.key }, [], { foundAtMs: now });
}

/** True for failures of the download: another run may go on with what was received. */
function isAboutSource(code: ErrorCode): boolean {
  return code.startsWith('SOURCE_') || code === 'OFFLINE' || code === 'RATE_LIMITED' || code === 'IO_FAILED';
}

/**
 * What nobody will ask for again: raw files of entries that are there (this run's, or those of a run
 * that was killed between publishing and tidying), records, locks. Partials of downloads that failed
 * stay, so that the next run need not fetch them from the beginning. Where another process works on
 * the same cache, only this run's own files go.
 */
export async function sweepRaw(layout: CacheLayout, staging: Staging | undefined, work: readonly WorkItem[], failures: readonly Failure[]): Promise<void> {
  const cutOff = new Set(failures.filter((failure) => isAboutSource(failure.code)).map((failure) => failure.name));
  const digests = (items: readonly WorkItem[]): Set<string> => new Set(items.flatMap((entry) => (entry.remote === undefined ? [] : [entry.remote.digest.hex])));
  const wanted = digests(work.filter((entry) => cutOff.has(entry.item.name)));
  const own = digests(work);
  const isAlone = !(await listStaging(layout)).some((folder) => folder.isAlive && folder.directory !== staging?.directory);
  try {
    for (const name of await readdir(layout.raw)) {
      const digest = name.split('-')[0]!;
      // One that the disk keeps is left to the next run.
      if (!wanted.has(digest) && (isAlone || own.has(digest))) await rm(join(layout.raw, name), { force: true }).catch(() => undefined);
    }
    if (isAlone) await discardPartials(layout.raw, 'stray');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw fileError(error, layout.raw, 'removing raw files');
  }
}
