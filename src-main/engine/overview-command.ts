import type { CacheOverview, CacheParameters, EntryMatch, FindingsArguments, ListedFinding, PageArguments, RepairPreview, StorageShare } from '../contract/commands.ts';
import type { EntryState } from '../contract/entries.ts';
import { ENTRY_STATES } from '../contract/entries.ts';
import type { FindingCode } from '../contract/findings.ts';
import { LarderError, isLarderError } from '../base/index.ts';
import type { Cache } from '../catalog/index.ts';
import { freeBytes } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { hasConditions, matchingKeys } from './chosen-keys.ts';
import { repairsFor } from './fix-command.ts';
import type { Repair } from './fix-command.ts';
import { SORTS, filterOf } from './look-command.ts';
import { formerConfig, openCache } from './open-cache.ts';

/** @throws CACHE_NOT_FOUND for a number the catalog does not have */
export function getCache(context: EngineContext, cacheId: number): Cache {
  const cache = context.catalog.caches.get(cacheId);
  if (cache === undefined) throw new LarderError('CACHE_NOT_FOUND', `The catalog has no cache with the number ${cacheId}.`, { hint: 'It may have been forgotten meanwhile; go back to the library.' });
  return cache;
}

/** A cache at a glance; reads no folder. @throws CACHE_NOT_FOUND */
export async function overviewCommand(context: EngineContext, cacheId: number): Promise<CacheOverview> {
  const { directory } = getCache(context, cacheId);
  const counts = await context.library.counts(cacheId);
  return {
    states: Object.fromEntries(ENTRY_STATES.map((state) => [state, { count: counts[state].entries, bytes: counts[state].bytes }])) as Record<EntryState, { count: number; bytes: number }>,
    findings: await context.catalog.pages.findingGroups(cacheId),
    repairs: await previewRepairs(context, cacheId),
    freeBytes: await freeBytes(directory).catch((error: unknown) => {
      if (isLarderError(error)) return null;
      throw error;
    }),
  };
}

/**
 * What `fix` would do about the findings that are known; reads no file.
 *
 * @param choice keys of entries and what is said about them; all of them if it is empty
 * @throws CACHE_NOT_FOUND, CANCELLED
 */
export async function repairsCommand(context: EngineContext, cacheId: number, choice: EntryMatch & { readonly only?: readonly string[] }, signal: AbortSignal): Promise<RepairPreview> {
  getCache(context, cacheId);
  return await previewRepairs(context, cacheId, await keysMeant(context, cacheId, choice, signal));
}

/** @param only keys @returns undefined where every entry is meant */
export async function keysMeant(context: EngineContext, cacheId: number, { only, ...match }: EntryMatch & { readonly only?: readonly string[] }, signal: AbortSignal): Promise<Pick<ReadonlySet<string>, 'has'> | undefined> {
  const named = only === undefined ? undefined : new Set(only);
  return hasConditions(match) ? await matchingKeys(context, cacheId, match, named, signal) : named;
}

async function previewRepairs(context: EngineContext, cacheId: number, only?: Pick<ReadonlySet<string>, 'has'>): Promise<RepairPreview> {
  const byCode = new Map<FindingCode, { entries: number; bytes: number }>();
  const total = { entries: 0, files: 0, bytes: 0 };
  for await (const { file, code, sizeBytes } of knownRepairs(context, cacheId, only)) {
    const bytes = file === undefined ? 0 : sizeBytes;
    const sum = byCode.get(code) ?? { entries: 0, bytes: 0 };
    byCode.set(code, { entries: sum.entries + 1, bytes: sum.bytes + bytes });
    total.entries++;
    total.files += file === undefined ? 0 : 1;
    total.bytes += bytes;
  }
  return { ...total, byCode: Array.from(byCode, ([code, sum]) => ({ code, ...sum })).sort((a, b) => b.entries - a.entries) };
}

/** What would be made again by what is known, one per entry; some thousand findings at a time, however many there are. */
export async function* knownRepairs(context: EngineContext, cacheId: number, only?: Pick<ReadonlySet<string>, 'has'>): AsyncGenerator<Repair & { readonly sizeBytes: number }> {
  const seen = new Set<string>();
  for (let after = 0; ; ) {
    const errors = await context.catalog.pages.errors(cacheId, after);
    const last = errors.at(-1);
    if (last === undefined) return;
    after = last.id;
    const sizes = new Map(errors.map(({ key, sizeBytes }) => [key, sizeBytes]));
    for (const repair of repairsFor(errors)) {
      if (seen.has(repair.key) || only?.has(repair.key) === false) continue;
      seen.add(repair.key);
      yield { ...repair, sizeBytes: sizes.get(repair.key) ?? 0 };
    }
  }
}

/** What was last found, in the order it was found. @throws CACHE_NOT_FOUND */
export function findingsCommand(context: EngineContext, cacheId: number, request: FindingsArguments): readonly ListedFinding[] {
  getCache(context, cacheId);
  return context.catalog.findings.list({ cacheId, ...request }).map(({ cacheId: _cacheId, ...finding }) => finding);
}

/** @throws CACHE_NOT_FOUND */
export async function storageCommand(context: EngineContext, cacheId: number, signal: AbortSignal): Promise<readonly StorageShare[]> {
  getCache(context, cacheId);
  return await context.catalog.pages.storage(cacheId, Date.now(), signal);
}

/** Where an entry stands in a list, from 0; null if it is not in it. @throws CACHE_NOT_FOUND */
export async function offsetCommand(context: EngineContext, cacheId: number, key: string, request: PageArguments, signal: AbortSignal): Promise<number | null> {
  getCache(context, cacheId);
  const query = { ...filterOf(cacheId, request), sort: SORTS[request.sort ?? 'position'], descending: request.descending === true };
  return (await context.catalog.pages.offsetOf(query, key, signal)) ?? null;
}

/** @throws CACHE_NOT_FOUND, CACHE_FOREIGN, FILE_NOT_FOUND, PERMISSION_DENIED */
export async function parametersCommand(context: EngineContext, cacheId: number, signal: AbortSignal): Promise<CacheParameters> {
  const known = getCache(context, cacheId);
  const { config, recognised, layout, unreadableConfig = null } = await openCache(context, { cache: known.directory }, signal);
  return {
    directory: layout.directory,
    configPath: config?.configPath ?? null,
    config: config?.parameters ?? null,
    formerConfig: await formerConfig(context, layout.directory),
    unreadableConfig,
    folder: recognised.parameters,
    findings: recognised.findings,
  };
}
