import { randomBytes } from 'node:crypto';
import { constants, copyFile, lstat, readFile, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AS_IT_IS, LarderError, errnoOf, fileError, inBatches, isLarderError, syncDirectory, throwIfAborted, writeFileAtomic } from '../base/index.ts';
import { holdsFile, makeFolder, namesIn, removeIfEmpty } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { cachePath, childPath } from './layout.ts';
import { REASON_FILE, isAbout, isBatchId, lostRecord, moveBatch, readBatch, readBatchRecord, removeRecord } from './quarantine-batch.ts';
import type { QuarantineFacts } from './quarantine-batch.ts';
import { forgetRecords, restoreFiles } from './restore.ts';

/** Why and when a file was set aside; stored as `reason.json` beside it. */
export interface QuarantineRecord {
  readonly version: 1;
  readonly id: string;
  /** Where in the cache it came from and goes back to; `/` between parts. */
  readonly file: string;
  readonly key: string | null;
  readonly name: string | null;
  readonly reason: { readonly code: string; readonly message: string };
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly quarantinedAtMs: number;
  readonly larderVersion: string;
  /** What set it aside; absent in records of versions that did not say it. */
  readonly jobId?: string;
}

export interface QuarantineRequest {
  readonly file: string;
  readonly key: string | null;
  readonly name: string | null;
  readonly reason: { readonly code: string; readonly message: string };
  readonly nowMs: number;
  readonly larderVersion: string;
  readonly jobId?: string;
  /** The file stays where it is too, because readers must never miss it. */
  readonly isCopied?: boolean;
}

/** What is the same of many. */
export type QuarantineCause = Pick<QuarantineRequest, 'reason' | 'nowMs' | 'larderVersion' | 'jobId'>;

function newId(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  return `${time}-${randomBytes(4).toString('hex')}`;
}

/**
 * Moves a file of the cache out of its readers' sight. The reason is written first, then the file
 * is renamed: a crash in between leaves the file where it was and an empty record that is swept.
 *
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED, READ_ONLY, DISK_FULL, IO_FAILED
 */
export async function quarantineFile(layout: CacheLayout, request: QuarantineRequest): Promise<QuarantineRecord> {
  const from = cachePath(layout.directory, request.file);
  const id = newId(request.nowMs);
  const folder = childPath(layout.quarantine, id);
  let isMoved = false;
  try {
    const facts = await lstat(from);
    await makeFolder(folder);
    const record: QuarantineRecord = {
      version: 1,
      id,
      file: request.file,
      key: request.key,
      name: request.name,
      reason: request.reason,
      sizeBytes: facts.size,
      modifiedAtMs: facts.mtimeMs,
      quarantinedAtMs: request.nowMs,
      larderVersion: request.larderVersion,
      ...(request.jobId === undefined ? {} : { jobId: request.jobId }),
    };
    await writeFileAtomic(join(folder, REASON_FILE), `${JSON.stringify(record, null, 2)}\n`);
    const to = childPath(folder, basename(request.file));
    await (request.isCopied === true && facts.isFile() ? copyFile(from, to, constants.COPYFILE_FICLONE) : rename(from, to));
    isMoved = true;
    await syncDirectory(folder);
    await syncDirectory(dirname(from));
    return record;
  } catch (error) {
    // A reason without its file would be a leftover; the file is where it was.
    if (!isMoved) await forget(layout, id).catch(() => undefined);
    throw fileError(error, from, 'moving to quarantine');
  }
}

/**
 * Moves many files for one reason; much faster than one by one, because it waits for the disk a few
 * times and not for every file. Files that are gone already are left out.
 *
 * @throws as `quarantineFile`; what was moved until then is in quarantine
 */
export async function quarantineFiles(layout: CacheLayout, files: readonly QuarantineFacts[], why: QuarantineCause): Promise<QuarantineRecord[]> {
  return await moveBatch(layout, newId(why.nowMs), files, why);
}

function isRecord(value: unknown): value is QuarantineRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Partial<QuarantineRecord>;
  return (
    record.version === 1 &&
    typeof record.id === 'string' &&
    typeof record.file === 'string' &&
    typeof record.reason?.code === 'string' &&
    typeof record.quarantinedAtMs === 'number'
  );
}

async function parseRecord(folder: string): Promise<QuarantineRecord | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(join(folder, REASON_FILE), { encoding: 'utf8', flag: AS_IT_IS }));
    return isRecord(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') return undefined;
    throw error;
  }
}

/** A file whose reason was lost (a power cut, a hand) is still listed, so that it can be put back. */
async function recordWithoutReason(folder: string, id: string): Promise<QuarantineRecord | undefined> {
  const file = (await readdir(folder)).find((name) => !isAbout(name));
  return file === undefined ? undefined : lostRecord(id, file, await lstat(join(folder, file)));
}

async function readRecord(folder: string, id: string): Promise<QuarantineRecord | undefined> {
  try {
    // A link would lead to a folder of somebody else, whose files are not ours to move or remove.
    if (!(await lstat(folder)).isDirectory()) return undefined;
    const record = await parseRecord(folder);
    if (record === undefined || record.id !== id) return await recordWithoutReason(folder, id);
    await lstat(childPath(folder, basename(record.file)));
    return record;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw fileError(error, folder, 'reading the quarantine record');
  }
}

/** Ids under which nothing lies: whoever wrote the reason died before it moved the file. */
async function emptyRecords(layout: CacheLayout): Promise<readonly string[]> {
  const empty: string[] = [];
  for (const id of await namesIn(layout.quarantine)) {
    const folder = join(layout.quarantine, id);
    try {
      if ((await lstat(folder)).isDirectory() && !(await holdsFile(folder, isAbout))) empty.push(id);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw fileError(error, folder, 'looking into');
    }
  }
  return empty;
}

export async function hasEmptyRecords(layout: CacheLayout): Promise<boolean> {
  return (await emptyRecords(layout)).length > 0;
}

/** Removes records of nothing; only whoever holds the lock can know that nobody is about to move a file there. */
export async function sweepEmptyRecords(layout: CacheLayout): Promise<void> {
  for (const id of await emptyRecords(layout)) await forget(layout, id);
}

/** Everything in quarantine, oldest first. Records without their file are left out. */
export async function listQuarantine(layout: CacheLayout): Promise<QuarantineRecord[]> {
  const records: QuarantineRecord[] = [];
  for await (const some of quarantined(layout)) for (const record of some) records.push(record);
  return records;
}

/** What `listQuarantine` lists, some at a time: a cache of a million entries that was cleared has more than should be in memory. */
export async function* quarantined(layout: CacheLayout): AsyncGenerator<readonly QuarantineRecord[]> {
  let ids: string[];
  try {
    ids = await readdir(layout.quarantine);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw fileError(error, layout.quarantine, 'reading the quarantine');
  }
  for (const id of ids.sort()) {
    const batch = await readBatch(layout, id, isRecord);
    if (batch !== undefined) {
      yield batch;
      continue;
    }
    const record = await readRecord(join(layout.quarantine, id), id);
    if (record !== undefined) yield [record];
  }
}

/**
 * The newest records, newest first, and how many there are in all and what they take, bytes.
 *
 * @throws CANCELLED; as `listQuarantine`
 */
export async function newestInQuarantine(layout: CacheLayout, limit: number, signal?: AbortSignal): Promise<{ readonly records: readonly QuarantineRecord[]; readonly count: number; readonly bytes: number }> {
  let newest: QuarantineRecord[] = [];
  let count = 0;
  let bytes = 0;
  for await (const records of quarantined(layout)) {
    throwIfAborted(signal);
    count += records.length;
    for (const { sizeBytes } of records) bytes += sizeBytes;
    newest = newest.concat(records.slice(-limit)).slice(-limit);
  }
  return { records: newest.reverse(), count, bytes };
}

async function getRecord(layout: CacheLayout, id: string): Promise<QuarantineRecord> {
  const record = isBatchId(id) ? await readBatchRecord(layout, id, isRecord) : await readRecord(childPath(layout.quarantine, id), id);
  if (record === undefined) {
    throw new LarderError('ENTRY_NOT_FOUND', `Nothing with the id ${id} is in the quarantine of ${layout.directory}.`, {
      hint: 'List what is there with `larder quarantine ls`.',
    });
  }
  return record;
}

async function forget(layout: CacheLayout, id: string): Promise<void> {
  await removeRecord(childPath(layout.quarantine, id));
  for (const directory of [layout.quarantine, layout.privateDirectory]) await removeIfEmpty(directory);
}

/**
 * Puts a file back under its name, byte for byte.
 *
 * @throws ENTRY_NOT_FOUND; ENTRY_EXISTS if the cache has a file of that name again
 */
export async function restoreFromQuarantine(layout: CacheLayout, id: string): Promise<QuarantineRecord> {
  const record = await getRecord(layout, id);
  const [taken] = await restoreFiles(layout, [record]);
  if (taken !== undefined) throw nameTaken(record);
  return record;
}

export function nameTaken({ id, file }: QuarantineRecord): LarderError {
  return new LarderError('ENTRY_EXISTS', `${file} is in the cache again and is not overwritten.`, {
    hint: 'Restore with `--replace` to set the present file aside first, or purge the one in quarantine.',
    details: { id, file },
  });
}

/** Removes one quarantined file for good. Needs no free space. @throws ENTRY_NOT_FOUND; as `purgeFiles` */
export async function purgeFromQuarantine(layout: CacheLayout, id: string): Promise<QuarantineRecord> {
  const record = await getRecord(layout, id);
  await purgeFiles(layout, [record]);
  return record;
}

/** Removed files whose folders wait for the disk together. */
const PURGED_TOGETHER = 2_000;

export interface PurgeOptions {
  /** These are gone. */
  readonly onPurged?: (records: readonly QuarantineRecord[]) => void;
  /** Asked between those that are removed together. @throws LOCK_LOST */
  readonly assertHeld?: () => Promise<void>;
  readonly signal?: AbortSignal;
}

/**
 * Removes quarantined files for good. Needs no free space.
 *
 * @param records as `listQuarantine` has them now
 * @throws PERMISSION_DENIED, READ_ONLY, IO_FAILED, CANCELLED; what was removed until then is gone
 */
export async function purgeFiles(layout: CacheLayout, records: readonly QuarantineRecord[], { onPurged, assertHeld, signal }: PurgeOptions = {}): Promise<void> {
  for (const some of inBatches(records, PURGED_TOGETHER)) {
    throwIfAborted(signal);
    await assertHeld?.();
    try {
      await forgetRecords(layout, some);
    } catch (error) {
      throw isLarderError(error) ? error : fileError(error, layout.quarantine, 'purging from quarantine');
    }
    onPurged?.(some);
  }
}
