import { resolve } from 'node:path';
import type { CacheStatistics, StatsArguments } from '../contract/commands.ts';
import type { EntryState } from '../contract/entries.ts';
import { ENTRY_STATES } from '../contract/entries.ts';
import { KeySet } from '../base/index.ts';
import type { KindItem } from '../kinds/index.ts';
import type { RefusedBefore } from '../pipeline/index.ts';
import type { ScannedFile } from '../store/index.ts';
import { PRIVATE_DIRECTORY, cachePath, folderBytes, forEachFileIn, freeBytes, quarantined } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { openSynced } from './look-command.ts';
import type { OpenedCache } from './open-cache.ts';
import { formerConfig } from './open-cache.ts';
import { readRefusals } from './refusals.ts';

/** Numbers of a whole cache, by state and split, as the files are now. */
export async function statsCommand(context: EngineContext, request: StatsArguments, signal: AbortSignal): Promise<CacheStatistics> {
  const cache = await openSynced(context, request, signal);
  const { catalog } = context;
  const files = await sumFiles(cache, signal);
  const counts = catalog.entries.stateCounts(cache.row.id);
  const required = catalog.entries.count({ cacheId: cache.row.id, isRequired: true });
  let quarantineBytes = 0;
  for await (const records of quarantined(cache.layout)) for (const { sizeBytes } of records) quarantineBytes += sizeBytes;
  const openFindings: Record<string, number> = {};
  for (const group of catalog.findings.groups(cache.row.id)) openFindings[group.code] = (openFindings[group.code] ?? 0) + group.count;
  return {
    kind: cache.kind.id,
    directory: cache.layout.directory,
    configPath: cache.config?.configPath ?? null,
    formerConfig: await formerConfig(context, cache.layout.directory),
    unreadableConfig: cache.unreadableConfig ?? null,
    parameters: cache.config?.parameters ?? cache.recognised.parameters,
    required: required === 0 ? null : required,
    states: Object.fromEntries(ENTRY_STATES.map((state) => [state, { count: counts[state].entries, bytes: counts[state].bytes }])) as Record<EntryState, { count: number; bytes: number }>,
    files: files.keys.size,
    bytes: files.bytes,
    allocatedBytes: files.allocatedBytes,
    privateBytes: await folderBytes(cache.layout.privateDirectory),
    quarantineBytes,
    averageBytes: files.keys.size === 0 ? 0 : files.bytes / files.keys.size,
    perSplit: splitsOf(context, cache),
    oldestMs: files.oldestMs,
    newestMs: files.newestMs,
    lastVerifiedAtMs: catalog.caches.getByDirectory(cache.layout.directory)?.lastVerifiedAtMs ?? null,
    unverified: counts.cached.unverified,
    ...(cache.kind.groupsOf === undefined ? {} : { breakdown: { ...breakdownOf(context, cache), ...(await bySplit(context, cache, request, files.keys, signal)) } }),
    openFindings,
    parts: Array.from(files.parts.values()).sort((a, b) => b.bytes - a.bytes),
    ...(cache.kind.groupsOf === undefined ? {} : { alike: catalog.entries.alike(cache.row.id) }),
    ...(cache.required === undefined || cache.kind.batches === undefined ? {} : { refused: refusedOf(cache.required, await readRefusals(catalog, cache.layout.directory, signal)) }),
    ...(await lookupsOf(cache, signal)),
    freeBytes: await freeBytes(cache.layout.directory),
  };
}

/** Entries with a file by what their kind tells apart, most first. */
function breakdownOf(context: EngineContext, cache: OpenedCache): NonNullable<CacheStatistics['breakdown']> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { entries, ...form } of context.catalog.entries.forms(cache.row.id)) {
    for (const [what, name] of Object.entries(cache.kind.groupsOf?.(form) ?? {})) {
      const group = (counts[what] ??= {});
      group[name] = (group[name] ?? 0) + entries;
    }
  }
  return Object.fromEntries(Object.entries(counts).map(([what, group]) => [what, Object.fromEntries(Object.entries(group).sort(([, a], [, b]) => b - a))]));
}

/** By the lists of a folder that was named: without a config nothing else says what an entry is for. */
async function bySplit(context: EngineContext, { kind, row }: OpenedCache, { corpusDir }: StatsArguments, present: KeySet, signal: AbortSignal): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
  if (corpusDir === undefined || kind.splitsOfNames === undefined) return {};
  const splits = await kind.splitsOfNames(resolve(context.cwd, corpusDir), signal);
  const counts: Record<string, number> = {};
  for (const { key, name } of context.catalog.entries.names(row.id)) {
    if (!present.has(key)) continue;
    present.markAll(key);
    const split = splits.get(name) ?? 'none of them';
    counts[split] = (counts[split] ?? 0) + 1;
  }
  const unnamed = present.size - present.markedSize;
  if (unnamed > 0) counts['text not known'] = unnamed;
  return { split: counts };
}

function splitsOf(context: EngineContext, cache: OpenedCache): CacheStatistics['perSplit'] {
  const splits: Record<string, { required: number; present: number }> = {};
  for (const group of context.catalog.entries.storage(cache.row.id, Date.now())) {
    if (!group.isRequired || group.split === null) continue;
    const split = (splits[group.split] ??= { required: 0, present: 0 });
    split.required += group.entries;
    if (group.state === 'cached' || group.state === 'damaged') split.present += group.entries;
  }
  return splits;
}

/** What all files of a cache come to. */
interface FileSums {
  /** Of the entries, whose bytes and times these are. */
  readonly keys: KeySet;
  bytes: number;
  oldestMs: number | null;
  newestMs: number | null;
  /** Of all files. */
  allocatedBytes: number;
  readonly parts: Map<string, { readonly name: string; files: number; bytes: number }>;
}

async function sumFiles({ kind, layout }: OpenedCache, signal: AbortSignal): Promise<FileSums> {
  const sums: FileSums = { keys: new KeySet(), bytes: 0, oldestMs: null, newestMs: null, allocatedBytes: 0, parts: new Map() };
  const add = ({ file, sizeBytes, allocatedBytes, modifiedAtMs }: ScannedFile): void => {
    sums.allocatedBytes += allocatedBytes;
    const part = partOf(file);
    const sum = sums.parts.get(part) ?? { name: part, files: 0, bytes: 0 };
    sums.parts.set(part, sum);
    sum.files++;
    sum.bytes += sizeBytes;
    const key = kind.keyOfFile(file);
    if (key === undefined) return;
    sums.keys.add(key);
    sums.bytes += sizeBytes;
    sums.oldestMs = Math.min(sums.oldestMs ?? Infinity, modifiedAtMs);
    sums.newestMs = Math.max(sums.newestMs ?? -Infinity, modifiedAtMs);
  };
  await forEachFileIn(layout, kind.folders, add, signal);
  return sums;
}

/** The first folder of a path; files of the cache itself by their own names, unless they are entries. */
function partOf(file: string): string {
  const [first, inner] = file.split('/');
  return inner === undefined ? (file.endsWith('.json') ? file : '') : `${first}/`;
}

/** Most first. */
function refusedOf(items: readonly KindItem[], refusedBefore: RefusedBefore): NonNullable<CacheStatistics['refused']> {
  const refused = new Map<string, { reason: string; variant: string; count: number; example: string }>();
  for (const item of items) {
    const { variant = '', refusal = refusedBefore(item) } = item;
    if (refusal === undefined) continue;
    const group = refused.get(`${refusal.reason} ${variant}`) ?? { reason: refusal.reason, variant, count: 0, example: refusal.message };
    refused.set(`${refusal.reason} ${variant}`, group);
    group.count++;
  }
  return Array.from(refused.values()).sort((a, b) => b.count - a.count);
}

async function lookupsOf({ kind, layout }: OpenedCache, signal: AbortSignal): Promise<Pick<CacheStatistics, 'lookups'>> {
  const report = await kind.readHits?.(cachePath(layout.directory, PRIVATE_DIRECTORY), signal);
  return report === undefined || report.total.hits + report.total.misses === 0 ? {} : { lookups: report };
}
