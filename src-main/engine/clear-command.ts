import { lstat } from 'node:fs/promises';
import { parse } from 'node:path';
import type { ClearArguments, ClearPreview, ClearResult } from '../contract/commands.ts';
import { LarderError, errnoOf, fileError, forEachInTurns, inBatches } from '../base/index.ts';
import type { Entry } from '../catalog/index.ts';
import type { CacheKind } from '../kinds/index.ts';
import { cachePath, listNames, lockCache, quarantineFiles, removeFile } from '../store/index.ts';
import { hasConditions } from './chosen-keys.ts';
import type { EngineContext } from './context.ts';
import { findEntry } from './find-entry.ts';
import { filterOf, openSynced } from './look-command.ts';
import type { OpenedCache } from './open-cache.ts';
import { measurementKeys } from './forecast/index.ts';
import { runJob } from './run-job.ts';
import type { RunningJob } from './run-job.ts';
import { releaseTidy, writeIndex } from './tidy-command.ts';
import { CLEARED } from './unfinished-repairs.ts';
import { withRoom } from './with-room.ts';

const NAMES_SHOWN = 20;
/** Removed with one manifest and one transaction; between two of them a job pauses or stops. More of them cost less each. */
const ENTRIES_AT_ONCE = { first: 500, most: 8_000 };
/** As many at once as take no longer than this. */
const STEP_MS = 1_000;

/** Entries with a file that the filter picks, read while they are taken. */
function* chosen(context: EngineContext, cache: OpenedCache, request: ClearArguments): Generator<Entry> {
  const { only } = request;
  const keys = only === undefined ? undefined : new Set(only.map((wanted) => findEntry(context, cache, wanted).key));
  for (const entry of context.catalog.entries.iterate(filterOf(cache.row.id, request))) if (entry.file !== null && keys?.has(entry.key) !== false) yield entry;
}

/** What `clear` would remove with the same arguments; changes nothing. */
export async function previewClear(context: EngineContext, request: ClearArguments, signal: AbortSignal): Promise<ClearPreview> {
  const cache = await openSynced(context, request, signal);
  const sums = { count: 0, bytes: 0, remakeDownloadBytes: 0, notRemade: 0 };
  const names: string[] = [];
  await context.catalog.entries.prepare(filterOf(cache.row.id, request), signal);
  const add = (entry: Entry): void => {
    sums.count++;
    sums.bytes += entry.sizeBytes ?? 0;
    sums.remakeDownloadBytes += entry.source?.repository === undefined ? 0 : (entry.source.sizeBytes ?? 0);
    if (cache.config === undefined || entry.position === null) sums.notRemade++;
    if (names.length < NAMES_SHOWN) names.push(entry.name ?? entry.key);
  };
  await forEachInTurns(chosen(context, cache, request), add, signal);
  const seconds = cache.config === undefined ? [] : context.catalog.measurements.list(measurementKeys(cache.config).seconds, 20).map((measurement) => measurement.value);
  const average = seconds.length === 0 ? null : seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
  return { directory: cache.layout.directory, ...sums, names, remakeSeconds: average === null ? null : average * sums.count };
}

/**
 * Removes entries: to quarantine, or for good if asked. The parameters of the cache stay.
 *
 * @throws CACHE_IN_USE, LOCK_LOST, CANCELLED; what was removed until then stays removed; CONFIRMATION_NEEDED before anything is
 */
export async function clearCommand(context: EngineContext, request: ClearArguments, signal: AbortSignal): Promise<ClearResult> {
  const cache = await openSynced(context, request, signal);
  return await runJob(context, { command: 'clear', cacheId: cache.row.id, directory: cache.layout.directory, arguments: { ...request } }, signal, async (job) => {
    const lock = await withRoom(context, cache.layout.directory, () => lockCache(cache.layout, { needsNoSpace: request.delete === true }));
    try {
      const stage = job.meter.stage('clearing', 0);
      await context.catalog.entries.prepare(filterOf(cache.row.id, request), job.signal);
      const expect = ({ sizeBytes }: Entry): void => {
        stage.total++;
        stage.bytesTotal += sizeBytes ?? 0;
      };
      await forEachInTurns(chosen(context, cache, request), expect, job.signal);
      if (request.agreed !== undefined && stage.total > request.agreed) throw moreThanAgreed(cache.layout.directory, stage.total, request.agreed);
      let bytes = 0;
      let count = 0;
      let atOnce = ENTRIES_AT_ONCE.first;
      for (const some of inBatches(chosen(context, cache, request), () => atOnce)) {
        await job.gate.pass(job.signal);
        await lock.assertHeld();
        const startedAt = performance.now();
        await removeEntries(context, cache, some, request.delete === true, job.id);
        atOnce = nextAtOnce(atOnce, performance.now() - startedAt);
        for (const entry of some) {
          count++;
          bytes += entry.sizeBytes ?? 0;
          stage.bytes(entry.sizeBytes ?? 0);
          stage.finish(entry.name ?? entry.key);
          context.emit({ type: 'entryRemoved', jobId: job.id, file: entry.file ?? '', sizeBytes: entry.sizeBytes ?? 0 });
        }
      }
      await lock.assertHeld();
      if (request.only === undefined && !hasConditions(request)) await removeRests(context, cache, request.delete === true, job);
      await writeIndex(context, cache, job.signal);
      return { directory: cache.layout.directory, count, bytes, quarantined: request.delete !== true };
    } finally {
      await releaseTidy(cache.layout, lock);
    }
  });
}

function moreThanAgreed(directory: string, count: number, agreed: number): LarderError {
  return new LarderError('CONFIRMATION_NEEDED', `${count} entries of ${directory} would be removed now, and ${agreed} were asked about: others have come since. Nothing was removed.`, {
    hint: 'Run the command again, and look at what it would remove.',
    details: { directory, count, agreed },
  });
}

function nextAtOnce(atOnce: number, tookMs: number): number {
  if (tookMs > STEP_MS) return Math.max(ENTRIES_AT_ONCE.first, Math.floor(atOnce / 2));
  return tookMs < STEP_MS / 2 ? Math.min(ENTRIES_AT_ONCE.most, 2 * atOnce) : atOnce;
}

/** Where entries are more than one file: what lies beside entries that are gone, and what writers who died have left. Files of others stay. */
async function removeRests(context: EngineContext, { kind, layout }: OpenedCache, isDelete: boolean, job: RunningJob): Promise<void> {
  if (kind.index === undefined) return;
  const rests: string[] = [];
  for (const file of await listNames(layout, job.signal, kind.folders)) {
    const main = mainOf(kind, file);
    // One that somebody has made since the folder was looked at stays whole.
    if (main === undefined ? kind.isTemporaryFile(file) : !(await isThere(cachePath(layout.directory, main)))) rests.push(file);
  }
  if (isDelete) for (const file of rests) await removeFile(cachePath(layout.directory, file));
  else await withRoom(context, layout.directory, () => quarantineFiles(layout, rests.map((file) => ({ file, key: null, name: null })), why(context, job.id)));
}

/** The main file of the entry that a file belongs to by its name, whether or not it is there; undefined for one that does not lie beside an entry. */
function mainOf(kind: CacheKind, file: string): string | undefined {
  const key = parse(file).name;
  const [main, ...beside] = kind.entryFiles(key);
  return kind.keyOfFile(main) === key && beside.includes(file) ? main : undefined;
}

async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw fileError(error, path, 'looking for the entry');
      return false;
    },
  );
}

function why(context: EngineContext, jobId: string): Parameters<typeof quarantineFiles>[2] {
  return { reason: { code: CLEARED, message: 'Removed by `larder clear`.' }, nowMs: Date.now(), larderVersion: context.version, jobId };
}

/**
 * Removal goes the other way round than publishing: first the rows, then the files, of which the main one goes last. What is
 * cut off in between is an entry still, and the same command takes the rest.
 */
async function removeEntries(context: EngineContext, cache: OpenedCache, entries: readonly Entry[], isDelete: boolean, jobId: string): Promise<void> {
  // What drew a file that is put back is known still.
  const unmade = isDelete ? { maker: null, pixels: null } : {};
  const forget = { file: null, sizeBytes: null, modifiedAtMs: null, digest: null, verifiedAtMs: null, verifiedLevel: null, verifiedSizeBytes: null, verifiedModifiedAtMs: null, verifiedChangedAtMs: null, madeAtMs: null, ...unmade };
  context.catalog.findings.replace(cache.row.id, { keys: entries.map(({ key }) => key) }, [], { foundAtMs: Date.now() });
  context.catalog.entries.upsert(cache.row.id, entries.map(({ key }) => ({ key, state: isDelete ? 'missing' : 'quarantined', ...forget })));
  const files = entries.flatMap(({ key, name, file }) => [...cache.kind.entryFiles(key).slice(1), file!].map((path) => ({ file: path, key, name })));
  if (isDelete) for (const { file } of files) await removeFile(cachePath(cache.layout.directory, file));
  else await withRoom(context, cache.layout.directory, () => quarantineFiles(cache.layout, files, why(context, jobId)));
}
