import type { CacheTarget, DamagedEntry } from '../contract/commands.ts';
import { FINDINGS } from '../contract/findings.ts';
import { LarderError, isLarderError } from '../base/index.ts';
import type { Entry } from '../catalog/index.ts';
import { cachePath, flipBit, lockCache } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import type { EntryViewer } from './entry-viewer.ts';
import type { OpenedCache } from './open-cache.ts';
import { openCache } from './open-cache.ts';
import { openSynced } from './look-command.ts';
import type { Sample } from './sample.ts';

/** Entries that are looked at; the sample has fewer. */
const LOOKED_AT_MAX = 100;

/**
 * Flips one bit in an entry of the sample, so that a newcomer can find and repair it. The file keeps name, size and time, and
 * nothing is told to the catalog: disks do not tell either.
 *
 * @param target the sample's own cache if it names none
 * @throws CACHE_NOT_SAMPLE for every other cache, before anything of it is touched; ENTRY_NOT_FOUND if none is sound; CACHE_IN_USE,
 *   CACHE_NOT_FOUND, PERMISSION_DENIED, READ_ONLY, CANCELLED
 */
export async function damageSample(context: EngineContext, sample: Pick<Sample, 'cacheRoot' | 'holds'>, viewer: Pick<EntryViewer, 'detail'>, target: CacheTarget, signal: AbortSignal): Promise<DamagedEntry> {
  const wanted = target.config === undefined && target.cache === undefined ? { cache: sample.cacheRoot } : target;
  const { directory } = (await openCache(context, wanted, signal).catch((error: unknown) => {
    if (wanted === target || !isLarderError(error, 'FILE_NOT_FOUND')) throw error;
    throw new LarderError('CACHE_NOT_FOUND', `There is no sample cache yet: ${sample.cacheRoot} does not exist.`, { hint: 'Make one with *Try the sample dataset* in the app, which `larder serve` opens in a browser.' });
  })).layout;
  if (!sample.holds(directory)) throw new LarderError('CACHE_NOT_SAMPLE', `${directory} is not a cache of the sample dataset: nothing in it is damaged on purpose.`, { hint: 'Make one with *Try the sample dataset* in the app.', details: { directory } });
  const cache = await openSynced(context, wanted, signal);
  const lock = await lockCache(cache.layout);
  try {
    const { key, name, file } = await soundEntry(context, cache, viewer, signal);
    const byte = await flipBit(cachePath(directory, file));
    return { directory, key, name, file, byte, atMs: Date.now() };
  } finally {
    await lock.release();
  }
}

/** By their keys, so that it is the same one wherever the sample is made. A damaged one is left alone: the same bit once more would make it sound. */
async function soundEntry(context: EngineContext, cache: OpenedCache, viewer: Pick<EntryViewer, 'detail'>, signal: AbortSignal): Promise<Entry & { readonly file: string }> {
  const { entries } = await context.catalog.pages.page({ cacheId: cache.row.id, states: ['cached'], sort: 'key', descending: false, offset: 0, limit: LOOKED_AT_MAX }, signal);
  for (const entry of entries) {
    const { file } = entry;
    if (file === null) continue;
    const { findings } = await viewer.detail(cache.row.id, entry.key, signal);
    if (!findings.some(({ code }) => FINDINGS[code].severity === 'error')) return { ...entry, file };
  }
  throw new LarderError('ENTRY_NOT_FOUND', `${cache.layout.directory} holds no sound entry that could be damaged.`, { hint: 'Make them with `larder generate`, or repair them with `larder fix`.' });
}
