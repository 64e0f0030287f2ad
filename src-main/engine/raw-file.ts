import { basename } from 'node:path';
import { open, stat } from 'node:fs/promises';
import { HEAD_BYTES } from '../contract/dropped.ts';
import type { RawSummary } from '../contract/entries.ts';
import { fileError, isLarderError } from '../base/index.ts';
import type { Cache, Entry } from '../catalog/index.ts';
import type { CacheKind } from '../kinds/index.ts';
import { findCachedCopies, hubCacheDirectory } from '../sources/index.ts';
import type { EngineContext } from './context.ts';
import { readConfig } from './open-cache.ts';
import type { StampedFile } from './preview-maker.ts';

/** A raw file; a copy in a Hugging Face cache may lie under a path without its name. */
export interface RawFile extends StampedFile {
  readonly name: string;
}

const RAW_NAME = /\.nii(\.gz)?$/i;

/**
 * The raw file an entry was made from, where it still lies on this disk: where the config has it, or
 * in a Hugging Face cache. Only what the catalog knows from making the entry counts: a path inside a
 * `.pt` was written by whoever wrote that file.
 *
 * @returns undefined if there is none, or another one by now
 */
export async function findRawFile(context: EngineContext, cache: Cache, entry: Entry): Promise<RawFile | undefined> {
  const { source } = entry;
  if (source?.path === undefined || !RAW_NAME.test(source.path)) return undefined;
  const name = basename(source.path);
  const own = await stampOf(source.path);
  if (own !== undefined && (source.sizeBytes === undefined || own.sizeBytes === BigInt(source.sizeBytes))) return { ...own, name };
  const { repository, repositoryPath, revision, sha256, sizeBytes } = source;
  if (repository === undefined || repositoryPath === undefined || revision === undefined || sha256 === undefined || sizeBytes === undefined) return undefined;
  const directories = [await configuredCache(context, cache), hubCacheDirectory(context.environment)].filter((directory) => directory !== undefined);
  const file = { path: repositoryPath, sizeBytes, digest: { algorithm: 'sha256', hex: sha256 } } as const;
  for (const path of await findCachedCopies(repository, directories, file, revision).catch(() => [])) {
    const copy = await stampOf(path);
    if (copy !== undefined) return { ...copy, name };
  }
  return undefined;
}

/** What is told of a raw file before it is shown. */
export async function describeRawFile(kind: CacheKind, raw: RawFile | undefined): Promise<RawSummary | null> {
  if (raw === undefined) return null;
  const shape = await shapeOf(kind, raw);
  return { bytes: Number(raw.sizeBytes), shape };
}

/** @returns null where the header cannot be read; whoever looks at the volume is told why */
async function shapeOf(kind: CacheKind, raw: RawFile): Promise<readonly number[] | null> {
  try {
    return kind.rawFacts?.(raw.name, await readHead(raw.path))?.shape ?? null;
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return null;
  }
}

/** The first bytes of a file. @throws FILE_NOT_FOUND, PERMISSION_DENIED, IO_FAILED */
export async function readHead(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, path, 'reading the header of');
  }
}

/** @returns undefined if there is no such file now */
export async function stampOf(path: string): Promise<StampedFile | undefined> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  return facts?.isFile() === true ? { path, sizeBytes: facts.size, modifiedNs: facts.mtimeNs, changedNs: facts.ctimeNs, inode: facts.ino } : undefined;
}

/** The Hugging Face cache that the config of a cache names for itself. */
async function configuredCache(context: EngineContext, { configPath }: Cache): Promise<string | undefined> {
  if (configPath == null) return undefined;
  try {
    return (await readConfig(context, configPath)).config.repository?.cacheDirectory;
  } catch {
    // Gone or broken by now; other screens tell.
    return undefined;
  }
}
