import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CheckedConfig, ConfigFacts } from '../contract/config.ts';
import { LarderError, errnoOf, fileError, isLarderError, writeFileAtomic } from '../base/index.ts';
import type { CacheKind, KindConfig } from '../kinds/index.ts';
import { readConfigText } from '../kinds/index.ts';
import { cacheLayout, forEachName, makeFolder } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { assertWithin, findPlaces } from './folders/index.ts';
import { kindOfConfig } from './open-cache.ts';

/** A config in a file, or a text that has none yet. */
export type ConfigRequest = { readonly path: string } | { readonly text: string; readonly name: string };

/** Longest part of a kept file's name that comes from the text's own name. */
const NAME_MAX = 40;
/** Hex digits of the content's hash in a kept file's name; all of them if another text has these. */
const HASH_SHORT = 8;

/**
 * Reads a config and says what is wrong with it and what it stands for. Changes nothing on disk.
 *
 * @param roots folders in which everything must lie that it names; anywhere if absent
 * @throws CONFIG_UNREADABLE if there is no such file, or a `.env` beside it cannot be read; PATH_REFUSED for one that names something outside of the roots
 */
export async function checkConfig(context: EngineContext, request: ConfigRequest, signal: AbortSignal, roots?: readonly string[]): Promise<CheckedConfig> {
  const isText = 'text' in request;
  const path = isText ? (await keptPath(context, request.text, request.name)).path : resolve(context.cwd, request.path);
  const text = isText ? request.text : await readConfigText(path);
  const kind = kindOfConfig(text);
  const { config, problems } = await kind.checkConfig(text, { file: path, cwd: context.cwd, environment: context.environment });
  if (roots !== undefined && config !== undefined) await assertWithin(await findPlaces(context, roots), context.cwd, [config.directory, ...config.rawDirectories, ...config.paths.map((named) => named.path)]);
  return { path, isText, text, cwd: context.cwd, problems, facts: config === undefined ? null : await factsOf(kind, config, signal) };
}

/**
 * Keeps a text as a file in the data folder, so that jobs can name it and be resumed. The same text
 * is kept once; another text is never overwritten.
 *
 * @returns the path of the file
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY
 */
export async function keepConfig(context: EngineContext, text: string, name: string): Promise<string> {
  const { path, isThere } = await keptPath(context, text, name);
  if (isThere) return path;
  try {
    await makeFolder(configsFolder(context));
    await writeFileAtomic(path, text);
  } catch (error) {
    throw fileError(error, path, 'keeping the config');
  }
  return path;
}

function configsFolder({ dataDirectory, cwd }: EngineContext): string {
  return join(resolve(cwd, dataDirectory), 'configs');
}

async function keptPath(context: EngineContext, text: string, name: string): Promise<{ readonly path: string; readonly isThere: boolean }> {
  const hash = createHash('sha256').update(text).digest('hex');
  const stem = plainStem(name);
  for (const digits of [hash.slice(0, HASH_SHORT), hash]) {
    const path = join(configsFolder(context), `${stem}-${digits}.yaml`);
    const there = await readOrNothing(path);
    if (there === undefined || there === text) return { path, isThere: there !== undefined };
  }
  throw new LarderError('PATH_REFUSED', `The file for this config in ${configsFolder(context)} holds something else.`, { hint: 'Move the files of that folder away; they were changed by hand.' });
}

/** `My config (2).yaml` is `My-config-2`. */
export function plainStem(name: string): string {
  const stem = name
    .replace(/^.*[/\\]/, '')
    .replace(/\.ya?ml$/i, '')
    .replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, NAME_MAX);
  return stem === '' ? 'config' : stem;
}

async function readOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw fileError(error, path, 'reading the kept config');
  }
}

async function factsOf(kind: CacheKind, config: KindConfig, signal: AbortSignal): Promise<ConfigFacts> {
  const { directory, parameters, paths, repository } = config;
  return { kind: config.kind, directory, parameters, paths, repository: repository?.repoId ?? null, present: await countEntries(kind, directory, signal) };
}

async function countEntries(kind: CacheKind, directory: string, signal: AbortSignal): Promise<number | null> {
  try {
    let entries = 0;
    const count = (name: string): void => {
      if (kind.keyOfFile(name) !== undefined) entries++;
    };
    await forEachName(cacheLayout(directory), count, signal, kind.folders);
    return entries;
  } catch (error) {
    if (isLarderError(error, 'FILE_NOT_FOUND')) return null;
    throw error;
  }
}
