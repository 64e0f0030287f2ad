import { resolve } from 'node:path';
import { LarderError, isLarderError } from '../base/index.ts';
import type { CacheTarget, EntryDetail, EntryMatch, EntryPage, ListArguments, MapArguments, PageArguments } from '../contract/commands.ts';
import type { EntrySummary, RawSummary } from '../contract/entries.ts';
import type { Finding } from '../contract/findings.ts';
import type { ParameterLine } from '../contract/plan.ts';
import type { Cache, Entry, EntryFilter, EntrySort } from '../catalog/index.ts';
import type { KindItem } from '../kinds/index.ts';
import { KINDS } from '../kinds/index.ts';
import { describeEntries, syncCatalog } from '../pipeline/index.ts';
import { cachePath } from '../store/index.ts';
import { WorkerPool } from '../workers/index.ts';
import type { EngineContext } from './context.ts';
import { findEntry } from './find-entry.ts';
import { WORKER_HEAP_MEGABYTES } from './worker-heap.ts';
import type { OpenedCache } from './open-cache.ts';
import { openCache, readConfig } from './open-cache.ts';
import { describeRawFile, findRawFile } from './raw-file.ts';
import { ifThereIsRoom } from './with-room.ts';
import { requiredItems } from './required-items.ts';

export function toSummary(entry: Entry): EntrySummary {
  const { key, name, split, variant, state, file, sizeBytes, modifiedAtMs, shape, dtype } = entry;
  // What was verified before it changed is history, and says nothing about the file that is there.
  const verifiedAtMs = state === 'cached' && entry.verifiedSizeBytes === null ? null : entry.verifiedAtMs;
  return { key, name, split, ...(variant == null ? {} : { variant }), state, file, sizeBytes, modifiedAtMs, shape, dtype, verifiedAtMs };
}

export interface SyncedCache extends OpenedCache {
  /** What the config asks for; undefined where nobody knows. */
  readonly required: readonly KindItem[] | undefined;
}

/** Opens a cache with its rows in line with its files. */
export async function openSynced(context: EngineContext, target: CacheTarget, signal: AbortSignal): Promise<SyncedCache> {
  const cache = await openCache(context, target, signal);
  const required = await requiredItems(cache, signal);
  // A catalog without room for a long list still knows enough to remove what fills the disk.
  await ifThereIsRoom(context, context.dataDirectory, 'What changed in the cache folder', async () => {
    await syncCatalog(context.catalog, cache.row, cache.kind, cache.layout, required, signal);
    await describeEntries(context.catalog, cache.row, cache.kind, cache.layout, signal);
  });
  return { ...cache, required };
}

export const SORTS: Readonly<Record<NonNullable<ListArguments['sort']>, EntrySort>> = {
  name: 'name',
  key: 'key',
  state: 'state',
  size: 'sizeBytes',
  modified: 'modifiedAtMs',
  verified: 'verifiedAtMs',
  position: 'position',
};

/** Ages from an hour on are meant to the minute: within it the same question has the same answer, and pages of one list go together. */
function stepOf(nowMs: number, { olderThanMs = Infinity, newerThanMs = Infinity }: Pick<ListArguments, 'olderThanMs' | 'newerThanMs'>): number {
  return Math.min(olderThanMs, newerThanMs) < 3_600_000 ? nowMs : nowMs - (nowMs % 60_000);
}

export function filterOf(cacheId: number, request: EntryMatch): EntryFilter {
  const now = stepOf(Date.now(), request);
  return {
    cacheId,
    ...(request.states === undefined ? {} : { states: request.states }),
    ...(request.text === undefined ? {} : { text: request.text }),
    ...(request.split === undefined ? {} : { split: request.split }),
    ...(request.minSizeBytes === undefined ? {} : { minSizeBytes: request.minSizeBytes }),
    ...(request.maxSizeBytes === undefined ? {} : { maxSizeBytes: request.maxSizeBytes }),
    ...(request.olderThanMs === undefined ? {} : { modifiedBefore: now - request.olderThanMs }),
    ...(request.newerThanMs === undefined ? {} : { modifiedAfter: now - request.newerThanMs }),
  };
}

/** A page of a cache's rows as the catalog has them; reads no folder, so that scrolling costs nothing. */
export async function pageCommand(context: EngineContext, cacheId: number, request: PageArguments, signal: AbortSignal): Promise<EntryPage> {
  const query = { ...filterOf(cacheId, request), sort: SORTS[request.sort ?? 'position'], descending: request.descending === true };
  const page = await context.catalog.pages.page({ ...query, offset: request.offset ?? 0, limit: request.limit ?? 100 }, signal);
  return { total: page.total, rows: page.entries.map(toSummary) };
}

/** One page of a cache's items, after its rows were brought in line with its files. */
export async function listCommand(context: EngineContext, request: ListArguments, signal: AbortSignal): Promise<EntryPage> {
  const cache = await openSynced(context, request, signal);
  return await pageCommand(context, cache.row.id, request, signal);
}

/** What a kind's `inspect` task gives back, in JSON types; the rest is the kind's own. */
export type InspectedFile = Readonly<Record<string, unknown>> & { readonly findings: readonly Finding[] };

/** Everything known about one entry; its file is read and checked. */
export async function showCommand(context: EngineContext, request: CacheTarget & { readonly entry: string }, signal: AbortSignal): Promise<EntryDetail> {
  const cache = await openSynced(context, request, signal);
  const entry = findEntry(context, cache, request.entry);
  const facts = entry.file === null ? null : await inspectFile(context, cache, entry.file, entry.key, signal);
  const raw = await describeRawFile(cache.kind, await findRawFile(context, cache.row, entry));
  const siblings = entry.name === null ? [] : context.catalog.entries.getByName(cache.row.id, entry.name).filter(({ key }) => key !== entry.key);
  const detail = describeEntry(context, { cache: cache.row, entry, facts, parameters: cache.config?.parameters ?? cache.recognised.parameters, raw });
  return siblings.length === 0 ? detail : { ...detail, siblings: siblings.map(toSummary) };
}

interface DescribedEntry {
  readonly cache: Cache;
  readonly entry: Entry;
  readonly facts: InspectedFile | null;
  readonly parameters: readonly ParameterLine[];
  readonly raw: RawSummary | null;
}

/** What the catalog has of an entry, with what its file says. */
export function describeEntry(context: EngineContext, { cache, entry, facts, parameters, raw }: DescribedEntry): EntryDetail {
  return {
    ...toSummary(entry),
    kind: cache.kind,
    directory: cache.directory,
    parameters,
    // What the file says now, where there is one; what was last found, where there is none.
    findings: facts === null ? context.catalog.findings.list({ cacheId: cache.id, key: entry.key }) : facts.findings,
    statistics: entry.statistics,
    source: entry.source,
    raw,
    madeAtMs: entry.madeAtMs,
    madeByVersion: entry.madeByVersion,
    madeSeconds: entry.madeSeconds,
    digest: entry.digest,
    lastError: entry.error?.message ?? null,
    fileFacts: facts,
  };
}

async function inspectFile(context: EngineContext, cache: OpenedCache, file: string, key: string, signal: AbortSignal): Promise<InspectedFile> {
  const pool = new WorkerPool({ host: context.workerHost, count: 1, heapMegabytes: WORKER_HEAP_MEGABYTES });
  try {
    const payload = cache.recognised.inspectPayload({ path: cachePath(cache.layout.directory, file), key });
    return (await pool.run({ kind: cache.kind.id, task: 'inspect', payload }, { signal })) as InspectedFile;
  } finally {
    await pool.close();
  }
}

/** The hash of an item and its name. */
export type HashName = readonly [key: string, name: string];

/**
 * Hash and name of every item, each hash once: of the lists given, or of a cache. Keys are the stems
 * of the files as they are on disk. To be read once: those of a cache are read from the catalog meanwhile.
 *
 * @throws LIST_INVALID, CONFIG_INVALID, CACHE_NOT_FOUND
 */
export async function mapCommand(context: EngineContext, request: MapArguments, signal: AbortSignal): Promise<Iterable<HashName>> {
  if (request.csvPaths.length > 0) {
    const paths = request.csvPaths.map((path) => resolve(context.cwd, path));
    const kind = KINDS.find(({ readNames }) => readNames !== undefined);
    const items = await kind?.readNames?.(paths, signal).catch((error: unknown) => {
      // No config named these: nothing in one is to be checked.
      if (!isLarderError(error, 'LIST_INVALID') || error.details?.['errno'] === undefined) throw error;
      throw new LarderError(error.code, error.message, { hint: 'Check the path given with --csv-path; relative paths start at the working directory.', details: error.details, cause: error.cause });
    });
    return namesByKey(items ?? []);
  }
  if (request.config !== undefined) {
    const { config } = await readConfig(context, request.config);
    return namesByKey((await config.listItems(signal)).items);
  }
  const cache = await openSynced(context, request, signal);
  return namesOf(context.catalog.entries.names(cache.row.id));
}

function namesByKey(items: Iterable<{ readonly key: string; readonly name: string }>): Iterable<HashName> {
  return new Map(namesOf(items));
}

function* namesOf(items: Iterable<{ readonly key: string; readonly name: string }>): Generator<HashName> {
  for (const { key, name } of items) yield [key, name];
}
