import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { CacheTarget, FormerConfig, UnreadableConfig } from '../contract/commands.ts';
import { LarderError, fileError, isLarderError, throwIfAborted } from '../base/index.ts';
import type { Cache } from '../catalog/index.ts';
import type { CacheKind, KindConfig, RecognisedCache } from '../kinds/index.ts';
import { KINDS, getKind, readConfigText } from '../kinds/index.ts';
import type { KindId } from '../contract/entries.ts';
import type { CacheLayout } from '../store/index.ts';
import { assertOwnFolders, cacheLayout, listNames, quarantined } from '../store/index.ts';
import type { EngineContext } from './context.ts';

/** A cache that exists on disk, with the config that makes it where it is known. */
export interface OpenedCache {
  readonly kind: CacheKind;
  readonly layout: CacheLayout;
  readonly config: KindConfig | undefined;
  /** The config was not named but is the one of the last time: what it leads to may be elsewhere by now. */
  readonly isRemembered?: boolean;
  /** Why the config of the last time is not known here, where it was one that cannot be read. */
  readonly unreadableConfig?: UnreadableConfig;
  readonly recognised: RecognisedCache;
  readonly row: Cache;
}

/** The kind that claims the text of a config, or the one asked for; the first one where nobody does. */
export function kindOfConfig(text: string, wanted?: KindId): CacheKind {
  return wanted === undefined ? (KINDS.find((kind) => kind.claimsConfig(text)) ?? KINDS[0]!) : getKind(wanted);
}

/** @throws CONFIG_INVALID, CONFIG_UNREADABLE */
export async function readConfig(context: EngineContext, path: string, wanted?: KindId): Promise<{ kind: CacheKind; config: KindConfig }> {
  const kind = kindOfConfig(await readConfigText(resolve(context.cwd, path)), wanted);
  return { kind, config: await kind.readConfig(path, { cwd: context.cwd, environment: context.environment }) };
}

/**
 * Opens a cache by its config or its folder. Nothing on disk is touched.
 *
 * @throws CACHE_NOT_FOUND if there is no such folder yet; CACHE_FOREIGN if it is no cache
 */
export async function openCache(context: EngineContext, target: CacheTarget, signal: AbortSignal): Promise<OpenedCache> {
  // A cache that is forgotten meanwhile stays so.
  const openedAtMs = Date.now();
  if (target.config !== undefined) {
    const { kind, config } = await readConfig(context, target.config, target.kind);
    const recognised = await recognise(kind, config.directory, signal).catch((error: unknown) => {
      if (!isLarderError(error, 'FILE_NOT_FOUND')) throw error;
      throw new LarderError('CACHE_NOT_FOUND', `There is no cache for ${config.configPath} yet: ${config.directory} does not exist.`, { hint: 'Make it with `larder generate`.', details: { directory: config.directory } });
    });
    return { kind, config, layout: cacheLayout(config.directory), recognised: recognised ?? emptyOf(config), row: remember(context, kind, config.directory, config, openedAtMs) };
  }
  if (target.cache === undefined) throw new LarderError('ARGUMENT_INVALID', 'Neither a config nor a cache folder was given.', { hint: 'Give --config FILE or --cache DIR.' });
  const directory = await cacheDirectory(resolve(context.cwd, target.cache), signal);
  for (const kind of target.kind === undefined ? kindsFor(context, directory) : [getKind(target.kind)]) {
    const recognised = await recognise(kind, directory, signal);
    if (recognised === undefined) continue;
    const last = await lastConfig(context, directory);
    const config = belongingTo(directory, last);
    const unreadable = last !== undefined && 'unreadable' in last ? { unreadableConfig: last.unreadable } : {};
    return { kind, config, isRemembered: true, ...unreadable, layout: cacheLayout(directory), recognised, row: remember(context, kind, directory, config, openedAtMs) };
  }
  throw new LarderError('CACHE_FOREIGN', `${directory} does not look like a cache: it holds no entries and no parameters.`, { hint: 'Give the folder that holds the .pt files, or the one with images/ and cache_index.json.', details: { directory } });
}

/** The kind it was opened as before comes first: it may have been said once, where the folder says two things. */
function kindsFor(context: EngineContext, directory: string): readonly CacheKind[] {
  const known = context.catalog.caches.getByDirectory(directory)?.kind;
  return [...KINDS].sort((a, b) => Number(b.id === known) - Number(a.id === known));
}

/** By what is in the folder; where that is nothing, by what was set aside from it, so that it can be put back. */
async function recognise(kind: CacheKind, directory: string, signal: AbortSignal): Promise<RecognisedCache | undefined> {
  const layout = cacheLayout(directory);
  await assertOwnFolders(layout, kind.folders);
  const recognised = await kind.recognise(directory, await listNames(layout, signal));
  if (recognised !== undefined) return recognised;
  for await (const records of quarantined(layout)) {
    throwIfAborted(signal);
    const byThese = await kind.recognise(directory, records.map(({ file }) => file.split('/')[0]!));
    if (byThese !== undefined) return byThese;
  }
  return undefined;
}

/** A directory that was made and has nothing in it yet. */
function emptyOf(config: KindConfig): RecognisedCache {
  return { kind: config.kind, directory: config.directory, parameters: config.parameters, findings: [], inspectPayload: (request) => request, previewPayload: (request) => request, verifyPayload: (request) => request };
}

/** The folder itself, or the only cache inside it: people give `paths.cache_dir` as often as the hashed folder. */
async function cacheDirectory(path: string, signal: AbortSignal): Promise<string> {
  let names: string[];
  try {
    if (!(await stat(path)).isDirectory()) throw new LarderError('CACHE_FOREIGN', `${path} is a file, not a cache folder.`, { hint: 'Give the folder it is in.' });
    names = await readdir(path);
  } catch (error) {
    if (isLarderError(error)) throw error;
    throw fileError(error, path, 'opening the cache');
  }
  for (const kind of KINDS) if ((await recognise(kind, path, signal)) !== undefined) return path;
  const caches: string[] = [];
  for (const name of names.filter((candidate) => /^[0-9a-f]{32}$/.test(candidate))) {
    const inner = join(path, name);
    for (const kind of KINDS) if ((await recognise(kind, inner, signal)) !== undefined) caches.push(inner);
  }
  if (caches.length === 1) return caches[0]!;
  if (caches.length === 0) return path;
  throw new LarderError('ARGUMENT_INVALID', `${path} holds ${caches.length} caches.`, { hint: `Give one of them: ${caches.slice(0, 6).join(', ')}`, details: { caches } });
}

/** The config the cache was last made or checked with, if it can be read and still belongs to this folder. */
export async function rememberedConfig(context: EngineContext, directory: string): Promise<KindConfig | undefined> {
  return belongingTo(directory, await lastConfig(context, directory));
}

function belongingTo(directory: string, last: LastConfig | undefined): KindConfig | undefined {
  return last !== undefined && 'config' in last && last.config.directory === directory ? last.config : undefined;
}

/** The config the cache was last made or checked with, if it was edited since and makes another folder now. */
export async function formerConfig(context: EngineContext, directory: string): Promise<FormerConfig | null> {
  const last = await lastConfig(context, directory);
  if (last === undefined || !('config' in last) || last.config.directory === directory) return null;
  const { configPath, parameters } = last.config;
  return { path: configPath, directory: last.config.directory, parameters };
}

type LastConfig = { readonly config: KindConfig } | { readonly unreadable: UnreadableConfig };

async function lastConfig(context: EngineContext, directory: string): Promise<LastConfig | undefined> {
  const path = context.catalog.caches.getByDirectory(directory)?.configPath;
  if (path == null) return undefined;
  try {
    return { config: (await readConfig(context, path)).config };
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return { unreadable: unreadableConfig(path, error) };
  }
}

/** @param error of reading it */
export function unreadableConfig(path: string, { message, hint }: LarderError): UnreadableConfig {
  return { path, message, hint: hint ?? null };
}

/** @param openedAtMs when whoever opens it began to */
export function remember(context: EngineContext, kind: CacheKind, directory: string, config: KindConfig | undefined, openedAtMs: number = Date.now()): Cache {
  const known = context.catalog.caches.getByDirectory(directory);
  return context.catalog.caches.upsert({
    kind: kind.id,
    directory,
    lastOpenedAtMs: openedAtMs,
    ...(known?.label == null ? { label: labelOf(config, directory) } : {}),
    ...(config === undefined ? {} : { configPath: config.configPath, parametersJson: JSON.stringify(config.parameters), paramsHash: basename(directory) }),
  });
}

function labelOf(config: KindConfig | undefined, directory: string): string {
  const repository = config?.repository?.repoId;
  const name = repository === undefined ? basename(directory) : repository.slice(repository.lastIndexOf('/') + 1);
  return /^[0-9a-f]{32}$/.test(name) ? name.slice(0, 8) : name;
}
