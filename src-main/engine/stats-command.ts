import { resolve } from 'node:path';
import type { CacheStatistics, StatsArguments } from '../contract/commands.ts';
import type { EntryState } from '../contract/entries.ts';
import { ENTRY_STATES } from '../contract/entries.ts';
import type { KindItem } from '../kinds/index.ts';
import type { ScannedFile } from '../store/index.ts';
import { PRIVATE_DIRECTORY, cachePath, folderBytes, freeBytes, listNames, listQuarantine, statFiles } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { openSynced } from './look-command.ts';
import type { OpenedCache } from './open-cache.ts';
import { formerConfig } from './open-cache.ts';

/** Numbers of a whole cache, by state and split, as the files are now. */
export async function statsCommand(context: EngineContext, request: StatsArguments, signal: AbortSignal): Promise<CacheStatistics> {
  const cache = await openSynced(context, request, signal);
  const { catalog } = context;
  const files = await statFiles(cache.layout, await listNames(cache.layout, signal, cache.kind.folders), signal);
  const counts = catalog.entries.stateCounts(cache.row.id);
  const required = catalog.entries.count({ cacheId: cache.row.id, isRequired: true });
  const entries = Array.from(files.values()).filter((file) => cache.kind.keyOfFile(file.file) !== undefined);
  const bytes = entries.reduce((sum, file) => sum + file.sizeBytes, 0);
  const times = entries.map((file) => file.modifiedAtMs);
  const quarantine = await listQuarantine(cache.layout);
  const openFindings: Record<string, number> = {};
  for (const group of catalog.findings.groups(cache.row.id)) openFindings[group.code] = (openFindings[group.code] ?? 0) + group.count;
  return {
    kind: cache.kind.id,
    directory: cache.layout.directory,
    configPath: cache.config?.configPath ?? null,
    formerConfig: await formerConfig(context, cache.layout.directory),
    parameters: cache.config?.parameters ?? cache.recognised.parameters,
    required: required === 0 ? null : required,
    states: Object.fromEntries(ENTRY_STATES.map((state) => [state, { count: counts[state].entries, bytes: counts[state].bytes }])) as Record<EntryState, { count: number; bytes: number }>,
    files: entries.length,
    bytes,
    allocatedBytes: Array.from(files.values()).reduce((sum, file) => sum + file.allocatedBytes, 0),
    privateBytes: await folderBytes(cache.layout.privateDirectory),
    quarantineBytes: quarantine.reduce((sum, record) => sum + record.sizeBytes, 0),
    averageBytes: entries.length === 0 ? 0 : bytes / entries.length,
    perSplit: splitsOf(context, cache),
    oldestMs: times.reduce<number | null>((least, time) => (least === null || time < least ? time : least), null),
    newestMs: times.reduce<number | null>((most, time) => (most === null || time > most ? time : most), null),
    lastVerifiedAtMs: catalog.caches.getByDirectory(cache.layout.directory)?.lastVerifiedAtMs ?? null,
    ...(cache.kind.groupsOf === undefined ? {} : { breakdown: { ...breakdownOf(context, cache), ...(await bySplit(context, cache, request, entries, signal)) } }),
    openFindings,
    parts: partsOf(files.values()),
    ...(cache.kind.groupsOf === undefined ? {} : { alike: catalog.entries.alike(cache.row.id) }),
    ...(cache.required === undefined || cache.kind.batches === undefined ? {} : { refused: refusedOf(cache.required) }),
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
async function bySplit(context: EngineContext, { kind, row }: OpenedCache, { corpusDir }: StatsArguments, files: readonly ScannedFile[], signal: AbortSignal): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> {
  if (corpusDir === undefined || kind.splitsOfNames === undefined) return {};
  const splits = await kind.splitsOfNames(resolve(context.cwd, corpusDir), signal);
  const present = new Set(files.map(({ file }) => kind.keyOfFile(file)));
  const counts: Record<string, number> = {};
  for (const { key, name } of context.catalog.entries.names(row.id)) {
    if (!present.delete(key)) continue;
    const split = splits.get(name) ?? 'none of them';
    counts[split] = (counts[split] ?? 0) + 1;
  }
  if (present.size > 0) counts['text not known'] = present.size;
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

/** By the first folder of their path; files of the cache itself by their own names, unless they are entries. */
function partsOf(files: Iterable<ScannedFile>): CacheStatistics['parts'] {
  const parts = new Map<string, { name: string; files: number; bytes: number }>();
  for (const { file, sizeBytes } of files) {
    const [first, inner] = file.split('/');
    const name = inner === undefined ? (file.endsWith('.json') ? file : '') : `${first}/`;
    const part = parts.get(name) ?? { name, files: 0, bytes: 0 };
    parts.set(name, part);
    part.files++;
    part.bytes += sizeBytes;
  }
  return Array.from(parts.values()).sort((a, b) => b.bytes - a.bytes);
}

/** Most first. */
function refusedOf(items: readonly KindItem[]): NonNullable<CacheStatistics['refused']> {
  const refused = new Map<string, { reason: string; variant: string; count: number; example: string }>();
  for (const { refusal, variant = '' } of items) {
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
