import type { CacheTarget, QuarantineItem, QuarantinePage } from '../contract/commands.ts';
import { isFindingCode } from '../contract/findings.ts';
import { LarderError, isLarderError } from '../base/index.ts';
import type { CacheLock, QuarantineRecord } from '../store/index.ts';
import { listQuarantine, lockCache, nameTaken, newestInQuarantine, purgeFiles, purgeFromQuarantine, quarantineFile, restoreFiles, restoreFromQuarantine } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import type { OpenedCache } from './open-cache.ts';
import { openCache } from './open-cache.ts';
import { getJob } from './jobs-command.ts';
import { openSynced } from './look-command.ts';
import { isSetAsideForError, restoreOrder } from './restore-order.ts';
import { isIndexBehind } from '../pipeline/index.ts';
import { releaseTidy, writeIndex } from './tidy-command.ts';
import { withRoom } from './with-room.ts';

function toItem(record: QuarantineRecord): QuarantineItem {
  return { id: record.id, file: record.file, name: record.name, code: record.reason.code, message: record.reason.message, sizeBytes: record.sizeBytes, quarantinedAtMs: record.quarantinedAtMs };
}

export async function listQuarantined(context: EngineContext, target: CacheTarget, signal: AbortSignal): Promise<readonly QuarantineItem[]> {
  const cache = await openCache(context, target, signal);
  return (await listQuarantine(cache.layout)).map(toItem);
}

/** The newest of them, newest first, and the sums of all. @param limit of those that are told */
export async function quarantinePage(context: EngineContext, target: CacheTarget, limit: number, signal: AbortSignal): Promise<QuarantinePage> {
  const cache = await openCache(context, target, signal);
  const { records, ...sums } = await newestInQuarantine(cache.layout, limit, signal);
  return { items: records.map(toItem), ...sums };
}

interface Picked {
  readonly ids: readonly string[];
  readonly all?: boolean;
  /** What this job set aside and is still there. */
  readonly jobId?: string;
}

/** Of records that do not say what set them aside, those that came to the quarantine while the job ran: mostly one command at a time sets aside. */
async function setAsideBy(context: EngineContext, cache: OpenedCache, jobId: string): Promise<readonly QuarantineRecord[]> {
  const job = getJob(context, jobId);
  if (job.directory !== cache.layout.directory) throw new LarderError('ARGUMENT_INVALID', `The job ${job.id} was not about ${cache.layout.directory}.`, { hint: 'List jobs with `larder jobs ls`.' });
  const [from, to] = [job.startedAtMs ?? job.createdAtMs, job.endedAtMs ?? Date.now()];
  const records = (await listQuarantine(cache.layout)).filter(({ reason, jobId: by, quarantinedAtMs }) => reason.code !== 'replaced' && (by === undefined ? quarantinedAtMs >= from && quarantinedAtMs <= to : by === job.id));
  if (records.length === 0) throw new LarderError('ENTRY_NOT_FOUND', `The quarantine has nothing that the job ${job.id} set aside.`, { hint: 'It was put back or deleted meanwhile; see `larder quarantine ls`.' });
  return records;
}

interface PickedRecords {
  /** Oldest first. */
  readonly records: readonly QuarantineRecord[];
  /** Ids that the quarantine does not have. */
  readonly unknown: readonly string[];
}

/** Those of these ids, what a job set aside, or everything. @throws ARGUMENT_INVALID if none is said; JOB_NOT_FOUND, ENTRY_NOT_FOUND */
async function pick(context: EngineContext, cache: OpenedCache, request: Picked): Promise<PickedRecords> {
  if (request.all === true) return { records: await listQuarantine(cache.layout), unknown: [] };
  if (request.jobId !== undefined) return { records: await setAsideBy(context, cache, request.jobId), unknown: [] };
  if (request.ids.length === 0) throw new LarderError('ARGUMENT_INVALID', 'Nothing was named.', { hint: 'Give ids from `larder quarantine ls`, or --all.' });
  const unknown = new Set(request.ids);
  const records = (await listQuarantine(cache.layout)).filter(({ id }) => unknown.delete(id));
  return { records, unknown: Array.from(unknown) };
}

/**
 * Puts files back, byte for byte. Asked for all of them, it leaves those in quarantine whose name is
 * taken again, and says so.
 *
 * @param request.replace set aside a file that has the name again, instead of refusing
 * @throws ENTRY_NOT_FOUND, ENTRY_EXISTS for one that was named, CACHE_IN_USE, LOCK_LOST
 */
export async function restoreQuarantined(context: EngineContext, request: CacheTarget & Picked & { readonly replace?: boolean }, signal: AbortSignal): Promise<readonly QuarantineItem[]> {
  const cache = await openCache(context, request, signal);
  const lock = await lockCache(cache.layout, { needsNoSpace: true });
  const restored: QuarantineItem[] = [];
  try {
    const { records, unknown } = await pick(context, cache, request);
    // Of several for one place the best is to end there.
    const taken = await restoreFiles(cache.layout, restoreOrder(records, request.replace === true), {
      ...(request.replace === true ? { onTaken: (record) => makeWay(context, cache, record) } : {}),
      onRestored: (back) => restored.push(...back.map(toItem)),
      assertHeld: lock.assertHeld,
      signal,
    });
    if (taken.length > 0 && request.all !== true) throw nameTaken(taken[0]!);
    for (const { id, file } of taken) context.emit({ type: 'noticed', message: `${file} is in the cache again; ${id} stays in quarantine. Put it back in its place with --replace, or purge it.` });
    // To be refused, in words.
    for (const id of unknown) await restoreFromQuarantine(cache.layout, id);
  } finally {
    try {
      // What was put back before an error is back, and the rows and the index have to say so.
      await openSynced(context, request, signal);
      for (const item of restored) markDamaged(context, cache, item);
      // One before may have failed after its last file.
      const isDue = restored.length > 0 || lock.isInherited || (await isIndexBehind(cache.kind, cache.layout));
      if (isDue && (await isHeld(lock))) await writeIndex(context, cache, signal);
    } finally {
      await releaseTidy(cache.layout, lock);
    }
  }
  return restored;
}

/** An index lists what whoever holds the lock now makes of the cache. */
async function isHeld(lock: CacheLock): Promise<boolean> {
  return await lock.assertHeld().then(
    () => true,
    (error: unknown) => {
      if (!isLarderError(error, 'LOCK_LOST')) throw error;
      return false;
    },
  );
}

/** A file that was set aside for an error still has it, until it is verified: "cached" without a finding would be a lie. */
function markDamaged(context: EngineContext, cache: OpenedCache, { file, name, code, message }: QuarantineItem): void {
  const key = cache.kind.keyOfFile(file);
  if (key === undefined || !isFindingCode(code) || !isSetAsideForError(code)) return;
  context.catalog.entries.setState(cache.row.id, key, 'damaged');
  context.catalog.findings.replace(cache.row.id, { key }, [{ code, severity: 'error', key, file, message, ...(name === null ? {} : { name }) }], { foundAtMs: Date.now() });
}

/** What has the name of a file is set aside for it. */
async function makeWay(context: EngineContext, cache: OpenedCache, { id, file }: QuarantineRecord): Promise<boolean> {
  const aside = { file, key: cache.kind.keyOfFile(file) ?? null, name: null, reason: { code: 'replaced', message: `Replaced by ${id} from quarantine.` }, nowMs: Date.now(), larderVersion: context.version };
  await withRoom(context, cache.layout.directory, () => quarantineFile(cache.layout, aside));
  return true;
}

/**
 * Removes quarantined files for good; also while somebody generates, who may be waiting for just this room.
 *
 * @throws ENTRY_NOT_FOUND; CACHE_IN_USE where somebody sets aside, puts back or purges
 */
export async function purgeQuarantined(context: EngineContext, request: CacheTarget & Picked, signal: AbortSignal): Promise<readonly QuarantineItem[]> {
  const cache = await openCache(context, request, signal);
  const lock = await lockCache(cache.layout, { needsNoSpace: true, besideWriters: true });
  const purged: QuarantineItem[] = [];
  try {
    const { records, unknown } = await pick(context, cache, request);
    await purgeFiles(cache.layout, records, {
      onPurged: (gone) => {
        for (const record of gone) purged.push(toItem(record));
      },
      assertHeld: lock.assertHeld,
      signal,
    });
    // To be refused, in words.
    for (const id of unknown) await purgeFromQuarantine(cache.layout, id);
    const synced = await openSynced(context, request, signal);
    // What had no room when entries were taken away or put back has some now.
    await lock.assertHeld();
    if (await isIndexBehind(cache.kind, cache.layout)) await writeIndex(context, synced, signal);
  } finally {
    await releaseTidy(cache.layout, lock);
  }
  return purged;
}
