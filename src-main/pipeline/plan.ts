import { lstat, open, stat } from 'node:fs/promises';
import type { BlockedItem, BlockedReason, Plan, PlanProgress, PlannedItem, WorkerBytesBasis } from '../contract/plan.ts';
import { KeySet, LarderError, errnoOf, fileError, forEachLimited, isCancelled, isLarderError, throwIfAborted } from '../base/index.ts';
import { RAW_HEAD_BYTES } from '../kinds/kind.ts';
import type { CacheKind, ItemOrigin, ItemRefusal, KindConfig, KindItem } from '../kinds/kind.ts';
import type { Source, SourceFile } from '../sources/index.ts';
import { receivedBytes } from '../sources/index.ts';
import type { CacheLayout } from '../store/index.ts';
import { cacheLayout, diskSpace, forEachFileName, reserveBytes } from '../store/index.ts';
import { availableMemoryBytes, workerBudget } from '../workers/index.ts';
import { besideEntries } from './beside-entries.ts';
import type { Forecast } from './forecast.ts';
import { NameClash } from './name-clash.ts';

/** One item that is not in the cache, with where its raw data is. */
export interface WorkItem {
  readonly item: KindItem;
  readonly origin: ItemOrigin;
  /** The raw file on disk that belongs to the user. */
  readonly localPath: string | undefined;
  /** What to fetch where there is none. */
  readonly remote: SourceFile | undefined;
  readonly rawBytes: number | null;
}

export interface PlanRequest {
  readonly limit?: number;
  /** Names, names without extension, or keys; everything if absent. */
  readonly only?: readonly string[];
  /** Only of these; of all if absent. */
  readonly isMeant?: (item: KindItem) => boolean;
  readonly batchSize: number;
  readonly numWorkers?: number;
  /** Also what is there already. */
  readonly remake?: boolean;
}

export interface PlannedWork {
  readonly plan: Plan;
  readonly work: readonly WorkItem[];
  /** Every item of the config's list, for the catalog. */
  readonly required: readonly KindItem[];
}

export interface PlanInputs {
  readonly kind: CacheKind;
  readonly config: KindConfig;
  /** Absent where the config names no repository. */
  readonly source: Source | undefined;
  readonly sourceEndpoint: string | null;
  readonly forecast: Forecast;
  /** Bytes one worker grew to in earlier jobs; undefined before there were any. */
  readonly measuredWorkerBytes: number | undefined;
  readonly downloadsAtOnce: number;
  /** Bytes all workers may take together, where the user set it. */
  readonly memoryLimitBytes?: number;
  /** Asked only if something is missing that may have been refused. */
  readonly refusedBefore?: (signal: AbortSignal) => Promise<RefusedBefore>;
}

/** Why an item was refused when it was last tried, unless something has changed since. */
export type RefusedBefore = (item: KindItem) => ItemRefusal | undefined;

const STATS_AT_ONCE = 16;
/** Headers read before a job to know the memory of a worker: a sample, spread over the list. */
const HEADERS_READ = 32;

/** Looks, asks and counts; changes nothing. */
export async function planGenerate(inputs: PlanInputs, request: PlanRequest, signal: AbortSignal, onProgress: (progress: PlanProgress) => void = () => undefined): Promise<PlannedWork> {
  const { kind, config } = inputs;
  onProgress({ phase: 'reading lists', done: 0, total: 0 });
  const list = await config.listItems(signal);
  const required = Array.from(list.items);
  const layout = cacheLayout(config.directory);
  const present = await presentKeys(kind, layout, signal);
  const missing = required.filter((item) => !present.whole.has(item.key));
  const chosen = choose(request.remake === true ? required : missing, request, required, config);
  const blocked: BlockedItem[] = [];
  const found = kind.batches === undefined ? await findLocal(chosen, config, new NameClash(required.map(({ name }) => name)), blocked, signal, onProgress) : fromItems(chosen, chosen.length === 0 ? undefined : await inputs.refusedBefore?.(signal), blocked);
  onProgress({ phase: 'asking the Hub', done: 0, total: found.filter((entry) => entry.localPath === undefined).length });
  const remote = await findRemote(found, inputs, blocked, signal);
  const work = remote.work;
  const presentCount = required.length - missing.length;
  for (const { key } of required) present.main.markAll(key);
  const warnings = [...config.warnings, ...list.warnings, ...incompleteWords(present.main.markedSize - presentCount, kind)];
  return {
    required,
    work,
    plan: {
      kind: config.kind,
      configPath: config.configPath,
      directory: config.directory,
      parameters: config.parameters,
      required: required.length,
      perSplit: list.perSplit,
      present: presentCount,
      foreign: present.main.size - present.main.markedSize,
      items: work.map(plannedItem),
      blocked,
      source: { repository: config.repository?.repoId ?? null, endpoint: inputs.sourceEndpoint, revision: remote.revision, ...(remote.unavailable === undefined ? {} : { unavailable: remote.unavailable }) },
      ...(await priceWork(work, inputs, request, layout, signal)),
      batchSize: request.batchSize,
      ...(kind.batches === undefined ? {} : { needsRawFiles: false as const }),
      warnings,
      ...(list.unreadFiles === undefined ? {} : { unreadFiles: list.unreadFiles }),
    },
  };
}

/** What there is, by one look at the names in the folders. */
interface PresentKeys {
  /** With a main file. */
  readonly main: KeySet;
  /** With what belongs beside it too, which training may not miss, and checking does. */
  readonly whole: { has(key: string): boolean };
}

async function presentKeys(kind: CacheKind, layout: CacheLayout, signal: AbortSignal): Promise<PresentKeys> {
  const [main, beside] = [new KeySet(), new KeySet()];
  const take = (name: string): void => {
    const key = kind.keyOfFile(name);
    const besideKey = key === undefined ? kind.keyOfFileBeside?.(name) : undefined;
    if (key !== undefined) main.add(key);
    else if (besideKey !== undefined) beside.add(besideKey);
  };
  await forEachFileName(layout, take, signal, kind.folders).catch((error: unknown) => {
    if (!isLarderError(error, 'FILE_NOT_FOUND')) throw error;
  });
  return { main, whole: kind.keyOfFileBeside === undefined ? main : { has: (key) => main.has(key) && beside.has(key) } };
}

function incompleteWords(count: number, kind: CacheKind): string[] {
  if (count === 0) return [];
  const [, beside = ''] = kind.entryFiles('…');
  const [are, they] = count === 1 ? ['1 entry is there without its', 'it is'] : [`${count} entries are there without their`, 'they are'];
  return [`${are} ${beside}: ${they} made again to be compared, and where nothing differs only what is missing is written.`];
}

/** The name without its NIfTI endings, as people type it. */
function stem(name: string): string {
  return name.replace(/\.nii(\.gz)?$/, '');
}

/** @throws ARGUMENT_INVALID for a name of `only` that is in none of the lists */
function choose(missing: readonly KindItem[], request: PlanRequest, required: readonly KindItem[], config: KindConfig): readonly KindItem[] {
  let items = missing;
  if (request.only !== undefined) {
    const wanted = new Set(request.only);
    const matches = (item: KindItem): boolean => wanted.has(item.name) || wanted.has(stem(item.name)) || wanted.has(item.key);
    const named = required.filter(matches);
    const met = new Set(named.flatMap((item) => [item.name, stem(item.name), item.key]));
    const unknown = request.only.filter((name) => !met.has(name));
    if (unknown.length > 0) {
      throw new LarderError('ARGUMENT_INVALID', `Not in the lists of ${config.configPath}: ${unknown.slice(0, 5).join(', ')}${unknown.length > 5 ? `, and ${unknown.length - 5} more` : ''}.`, {
        hint: 'Names are taken as they stand in the CSV, with or without their ending, or as their hash.',
      });
    }
    items = missing.filter(matches);
  }
  if (request.isMeant !== undefined) items = items.filter(request.isMeant);
  if (request.limit !== undefined) items = items.slice(0, request.limit);
  return items;
}

/** Items that need no raw files; what cannot be made is known already. */
function fromItems(items: readonly KindItem[], refusedBefore: RefusedBefore | undefined, blocked: BlockedItem[]): WorkItem[] {
  const work: WorkItem[] = [];
  for (const item of items) {
    const { key, name } = item;
    const refusal = item.refusal ?? refusedBefore?.(item);
    if (refusal === undefined) work.push({ item, origin: { localPath: '', repositoryPath: '' }, localPath: '', remote: undefined, rawBytes: null });
    else blocked.push({ key, name, ...refusal });
  }
  return work;
}

async function findLocal(items: readonly KindItem[], config: KindConfig, clash: NameClash, blocked: BlockedItem[], signal: AbortSignal, onProgress: (progress: PlanProgress) => void): Promise<WorkItem[]> {
  let done = 0;
  const unreadable: unknown[] = [];
  const found: (WorkItem | undefined)[] = Array.from({ length: items.length });
  await forEachLimited(
    items.entries(),
    STATS_AT_ONCE,
    async ([at, item]) => {
      onProgress({ phase: 'looking for raw files', done: done++, total: items.length });
      const block = (reason: BlockedReason, error: unknown): void => {
        if (!isLarderError(error)) throw error;
        blocked.push({ key: item.key, name: item.name, reason, message: error.message });
      };
      let origin: ItemOrigin;
      try {
        origin = config.originOf(item);
      } catch (error) {
        block('no-path', error);
        return;
      }
      let bytes: number | undefined;
      try {
        const there = await fileBytes(origin.localPath);
        bytes = there !== undefined && (await clash.isOwn(item.name, origin.localPath)) ? there : undefined;
      } catch (error) {
        unreadable.push(error);
        block('unreadable', error);
        return;
      }
      found[at] = { item, origin, localPath: bytes === undefined ? undefined : origin.localPath, remote: undefined, rawBytes: bytes ?? null };
    },
    signal,
  );
  // One file costs its item; a folder that shows none of them is the matter itself.
  if (unreadable.length > 0 && unreadable.length === items.length) throw unreadable[0];
  return found.filter((entry) => entry !== undefined);
}

async function fileBytes(path: string): Promise<number | undefined> {
  try {
    const s = await lstat(path);
    if (s.isFile()) return s.size;
    if (!s.isSymbolicLink()) return undefined;
    // Raw files are the user's: links to another disk are common there, and only read.
    const target = await stat(path);
    return target.isFile() ? target.size : undefined;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ENAMETOOLONG') return undefined;
    throw fileError(error, path, 'looking for the raw file');
  }
}

interface RemoteFindings {
  readonly work: readonly WorkItem[];
  readonly revision: string | null;
  readonly unavailable?: string;
}

async function findRemote(found: readonly WorkItem[], inputs: PlanInputs, blocked: BlockedItem[], signal: AbortSignal): Promise<RemoteFindings> {
  const absent = found.filter((entry) => entry.localPath === undefined);
  const local = found.filter((entry) => entry.localPath !== undefined);
  if (absent.length === 0) return { work: local, revision: null };
  const { source } = inputs;
  if (source === undefined) {
    for (const entry of absent) blocked.push(noSource(entry));
    return { work: local, revision: null };
  }
  try {
    const listing = await source.list(absent.map((entry) => entry.origin.repositoryPath), signal);
    const work: WorkItem[] = [];
    for (const entry of found) {
      if (entry.localPath !== undefined) {
        work.push(entry);
        continue;
      }
      const remote = listing.files.get(entry.origin.repositoryPath);
      if (remote === undefined) blocked.push(notOnHub(entry, listing.id, listing.revision));
      else work.push({ ...entry, remote, rawBytes: remote.sizeBytes });
    }
    return { work, revision: listing.revision };
  } catch (error) {
    if (isCancelled(error) || !isLarderError(error)) throw error;
    // The rest of the plan is worth showing; generate meets the same error and stops on it.
    throwIfAborted(signal);
    return { work: found, revision: null, unavailable: `${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}` };
  }
}

function noSource(entry: WorkItem): BlockedItem {
  return { key: entry.item.key, name: entry.item.name, reason: 'no-source', message: `${entry.origin.localPath} is not there, and the config names no repository (downloads.repo_id) to get it from.` };
}

function notOnHub(entry: WorkItem, id: string, revision: string): BlockedItem {
  return { key: entry.item.key, name: entry.item.name, reason: 'not-on-hub', message: `${entry.origin.repositoryPath} is not in ${id} at ${revision.slice(0, 8)}, and ${entry.origin.localPath} is not there either.` };
}

function plannedItem(entry: WorkItem): PlannedItem {
  const origin = entry.localPath !== undefined ? 'local' : entry.remote?.localPath === undefined ? 'hub' : 'reused';
  return { key: entry.item.key, name: entry.item.name, split: entry.item.split, origin, rawBytes: entry.rawBytes };
}

export type PriceInputs = Omit<PlanInputs, 'source' | 'sourceEndpoint' | 'refusedBefore'>;

/** What making some items takes: downloads, disk, time and memory. @throws PERMISSION_DENIED, IO_FAILED, CANCELLED */
export async function priceWork(work: readonly WorkItem[], inputs: PriceInputs, request: Pick<PlanRequest, 'batchSize' | 'numWorkers'>, layout: CacheLayout, signal: AbortSignal): Promise<Pick<Plan, 'download' | 'disk' | 'time' | 'memory'>> {
  const { config, forecast } = inputs;
  const hub = work.filter((entry) => entry.localPath === undefined && entry.remote?.localPath === undefined);
  const distinct = new Map(hub.map((entry) => [entry.remote?.digest.hex ?? entry.origin.repositoryPath, entry.rawBytes ?? 0]));
  const downloadBytes = Array.from(distinct.values()).reduce((sum, bytes) => sum + bytes, 0);
  const partialBytes = await receivedBytes(layout.raw, new Map(hub.flatMap(({ remote }) => (remote === undefined ? [] : [[remote.digest.hex, remote]]))).values());
  const space = await diskSpace(config.directory);
  const files = inputs.kind.entryFiles('').length;
  const entryBytes = forecast.entryBytes ?? inBlocks(config.entryBytes ?? largestRaw(work), space.blockBytes) + (files - 1) * space.blockBytes;
  const worker = await expectedWorkerBytes(work, inputs, signal);
  const memory = { ...workerBudget(worker.bytes, request.numWorkers, availableMemoryBytes(), inputs.memoryLimitBytes), perWorkerFrom: worker.basis, headersRead: worker.headersRead };
  const window = hub
    .map((entry) => entry.rawBytes ?? 0)
    .sort((a, b) => b - a)
    .slice(0, request.batchSize)
    .reduce((sum, bytes) => sum + bytes, 0);
  const fetched = new Set<WorkItem>(hub);
  const house = { workers: memory.workers, downloadsAtOnce: inputs.downloadsAtOnce, window: request.batchSize };
  const run = forecast.run(work.map((entry) => ({ rawBytes: entry.rawBytes, downloadBytes: fetched.has(entry) ? (entry.rawBytes ?? 0) : 0 })), entryBytes, house);
  // Where it cannot be foreseen how raw files and entries meet, it is the worst that the window allows.
  const beside = await besideEntries({
    kind: inputs.kind,
    config,
    layout,
    items: work.map(({ item }) => item),
    blockBytes: space.blockBytes,
    workers: memory.workers,
    // Beside what is being made, what is ready or being fetched.
    marks: memory.workers + 1 + (inputs.kind.batches === undefined ? 2 * memory.workers + inputs.downloadsAtOnce : 0),
    seconds: run.time?.middleSeconds ?? null,
  });
  const entriesBytes = entryBytes * work.length;
  const endBytes = entriesBytes + beside.endBytes;
  const peakBytes = Math.max(entriesBytes, (run.peakBytes ?? entriesBytes + window) - partialBytes) + beside.peakBytes;
  const free = space.freeBytes;
  const reserve = reserveBytes(peakBytes);
  return {
    download: { files: hub.length, bytes: downloadBytes - partialBytes, unknownSizes: hub.filter((entry) => entry.rawBytes === null).length, reusedFiles: work.filter((entry) => entry.remote?.localPath !== undefined).length, partialBytes },
    disk: { entryBytes, peakBytes, endBytes, freeBytes: free, reserveBytes: reserve, fits: work.length === 0 || peakBytes + reserve <= free },
    time: work.length === 0 ? null : run.time,
    memory,
  };
}

/** What was measured, else the most that a sample of the headers asks for, else what the parameters say. */
async function expectedWorkerBytes(work: readonly WorkItem[], { config, measuredWorkerBytes }: PriceInputs, signal: AbortSignal): Promise<{ readonly bytes: number; readonly basis: WorkerBytesBasis; readonly headersRead: number }> {
  if (measuredWorkerBytes !== undefined) return { bytes: measuredWorkerBytes, basis: 'measured', headersRead: 0 };
  const asked = await askHeaders(work, config, signal);
  if (asked.length === 0) return { bytes: config.workerBytes, basis: 'parameters', headersRead: 0 };
  return { bytes: Math.max(...asked), basis: 'headers', headersRead: asked.length };
}

/** Worker bytes by the headers of some of the raw files that are on this disk. Those that cannot be read say nothing. */
async function askHeaders(work: readonly WorkItem[], config: KindConfig, signal: AbortSignal): Promise<number[]> {
  if (config.workerBytesFor === undefined) return [];
  const paths = work.map((entry) => entry.localPath ?? entry.remote?.localPath).filter((path) => path !== undefined);
  const step = Math.max(1, paths.length / HEADERS_READ);
  const asked: number[] = [];
  await forEachLimited(
    Array.from({ length: Math.min(paths.length, HEADERS_READ) }, (_, n) => paths[Math.floor(n * step)]!),
    STATS_AT_ONCE,
    async (path) => {
      const head = await readHead(path);
      const bytes = head === undefined ? undefined : config.workerBytesFor!(head);
      if (bytes !== undefined) asked.push(bytes);
    },
    signal,
  );
  return asked;
}

/** The first bytes of a file; undefined where it cannot be read, which is told when it is its turn. */
async function readHead(path: string): Promise<Uint8Array | undefined> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(RAW_HEAD_BYTES), 0, RAW_HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Where nothing says how large an entry is, it is as large as the largest raw file. */
function largestRaw(work: readonly WorkItem[]): number {
  return work.reduce((largest, entry) => Math.max(largest, entry.rawBytes ?? 0), 0);
}

/** What a file of so many bytes takes. */
function inBlocks(bytes: number, blockBytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}
