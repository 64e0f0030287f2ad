import { basename, extname, resolve } from 'node:path';
import type { DiskPart, DiskUsage } from '../contract/storage.ts';
import { PRIVATE_DIRECTORY, diskUsage } from '../store/index.ts';
import type { CacheKind } from '../kinds/index.ts';
import { getKind } from '../kinds/index.ts';
import type { EngineContext } from './context.ts';
import { getCache } from './overview-command.ts';

const PRIVATE_PARTS: Readonly<Record<string, DiskPart>> = { staging: 'staging', raw: 'downloads', quarantine: 'quarantine' };
const OWN_PARTS: Readonly<Record<string, DiskPart>> = { previews: 'previews', logs: 'logs', configs: 'configs', sample: 'sample' };

/** A cache folder as it is now, by what its bytes are for. @throws CACHE_NOT_FOUND, PERMISSION_DENIED, CANCELLED */
export async function diskCommand(context: EngineContext, cacheId: number, signal: AbortSignal): Promise<DiskUsage> {
  const cache = getCache(context, cacheId);
  const kind = getKind(cache.kind);
  const partOf = ([first = '', second = '', ...rest]: readonly string[]): DiskPart => {
    if (first === PRIVATE_DIRECTORY) return PRIVATE_PARTS[second] ?? 'private';
    return isOfEntry(kind, [first, second, ...rest].filter((part) => part !== '').join('/')) ? 'entries' : 'other';
  };
  return await diskUsage(cache.directory, { partOf, skip: cacheDirectories(context, cache.directory) }, signal);
}

/** The file that makes an entry, or one that lies beside it. */
function isOfEntry(kind: CacheKind, file: string): boolean {
  return kind.keyOfFile(file) !== undefined || kind.entryFiles(basename(file, extname(file))).includes(file);
}

/** Larder's own data. @throws PERMISSION_DENIED, CANCELLED */
export async function ownDiskCommand(context: EngineContext, signal: AbortSignal): Promise<DiskUsage> {
  const partOf = ([first = '']: readonly string[]): DiskPart => (first.startsWith('catalog.sqlite') ? 'catalog' : (OWN_PARTS[first] ?? 'other'));
  return await diskUsage(resolve(context.cwd, context.dataDirectory), { partOf, skip: cacheDirectories(context) }, signal);
}

/** Caches count for themselves, wherever they lie. */
function cacheDirectories(context: EngineContext, except?: string): ReadonlySet<string> {
  return new Set(context.catalog.caches.list().map((cache) => cache.directory).filter((directory) => directory !== except));
}
