import { lstatSync, renameSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, readFile, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AS_IT_IS, DiskPace, errnoOf, fileError, isLarderError, syncDirectory, writeFileAtomic } from '../base/index.ts';
import { makeFolder, namesIn, removeFolder, removeIfEmpty } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { cachePath, childPath } from './layout.ts';
import type { QuarantineRecord, QuarantineRequest } from './quarantine.ts';

/** Reasons of many files, one object a line; the files lie beside it under the paths they came from. */
export const MANIFEST_FILE = 'manifest.jsonl';
/** Between the folder of a batch and the number of a file in it; the rest of an id is digits and letters. */
const MARK = '~';

export type QuarantineFacts = Pick<QuarantineRequest, 'file' | 'key' | 'name'>;

export function isBatchId(id: string): boolean {
  return /^[^~]+~\d+$/.test(id);
}

function folderOf(id: string): string {
  return id.slice(0, id.indexOf(MARK));
}

/**
 * Moves many files out of their readers' sight with one manifest. Its lines are durable before the
 * first file moves: a crash in between leaves each file either where it was or in quarantine, with
 * its reason. Folders are made durable once, at the end. Files that are gone already are left out.
 *
 * @returns records of those that were moved
 * @throws PERMISSION_DENIED, READ_ONLY, DISK_FULL, IO_FAILED; what was moved until then is in quarantine
 */
export async function moveBatch(layout: CacheLayout, id: string, files: readonly QuarantineFacts[], why: Pick<QuarantineRequest, 'reason' | 'nowMs' | 'larderVersion'>): Promise<QuarantineRecord[]> {
  const folder = childPath(layout.quarantine, id);
  const records: QuarantineRecord[] = [];
  for (const { file, key, name } of files) {
    const facts = await factsOf(cachePath(layout.directory, file));
    if (facts === undefined) continue;
    records.push({ version: 1, id: `${id}${MARK}${records.length}`, file, key, name, reason: why.reason, sizeBytes: facts.size, modifiedAtMs: facts.mtimeMs, quarantinedAtMs: why.nowMs, larderVersion: why.larderVersion });
  }
  if (records.length === 0) return [];
  const moved: QuarantineRecord[] = [];
  try {
    const folders = new Set(records.map(({ file }) => dirname(file)));
    await makeFolder(folder);
    await writeFileAtomic(join(folder, MANIFEST_FILE), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    for (const inner of folders) await makeFolder(join(folder, inner));
    for (const record of records) {
      if (await isMovedInto(folder, layout, record.file)) moved.push(record);
    }
    for (const inner of folders) await syncDirectory(join(folder, inner));
    for (const inner of folders) await syncDirectory(join(layout.directory, inner));
    return moved;
  } catch (error) {
    // With nothing in it, it would only be one more thing to explain.
    if (moved.length === 0) await removeEmptyBatch(layout, folder).catch(() => undefined);
    throw isLarderError(error) ? error : fileError(error, folder, 'moving to quarantine');
  }
}

const pace = new DiskPace();

async function factsOf(path: string): Promise<Stats | undefined> {
  try {
    return await pace.run(
      () => lstatSync(path, { throwIfNoEntry: false }),
      () => lstat(path).catch(ignoreMissing),
    );
  } catch (error) {
    throw fileError(error, path, 'looking at');
  }
}

async function removeEmptyBatch(layout: CacheLayout, folder: string): Promise<void> {
  await removeFolder(folder);
  await removeIfEmpty(layout.quarantine);
}

/** False if the file is gone already. @throws file errors that name the file, not where it was to go */
async function isMovedInto(folder: string, layout: CacheLayout, file: string): Promise<boolean> {
  const path = cachePath(layout.directory, file);
  try {
    const to = cachePath(folder, file);
    await pace.run(
      () => renameSync(path, to),
      () => rename(path, to),
    );
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw fileError(error, path, 'moving to quarantine');
  }
}

/** A manifest that is a link is none of ours. */
function ignoreLink(error: unknown): undefined {
  if (errnoOf(error) !== 'ELOOP') ignoreMissing(error);
}

function ignoreMissing(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error;
}

/** The last manifest that was read: it never changes, and whoever puts a batch back asks for each of its files. */
let last: { readonly path: string; readonly records: ReadonlyMap<string, QuarantineRecord> } | undefined;

async function readManifest(folder: string, isRecord: (value: unknown) => value is QuarantineRecord): Promise<ReadonlyMap<string, QuarantineRecord> | undefined> {
  const path = join(folder, MANIFEST_FILE);
  if (last?.path === path) return last.records;
  const text = await readFile(path, { encoding: 'utf8', flag: AS_IT_IS }).catch(ignoreLink);
  if (text === undefined) return undefined;
  const records = new Map<string, QuarantineRecord>();
  let before: QuarantineRecord | undefined;
  for (const line of text.split('\n')) {
    const value = parseLine(line);
    if (!isRecord(value) || !isBatchId(value.id)) continue;
    before = sharing(value, before);
    records.set(value.id, before);
  }
  last = { path, records };
  return records;
}

/** Of a batch nearly all reasons are the same, and files of one entry follow each other: two million records have to fit. */
function sharing(record: QuarantineRecord, before: QuarantineRecord | undefined): QuarantineRecord {
  if (before === undefined) return record;
  const isSameReason = before.reason.code === record.reason.code && before.reason.message === record.reason.message;
  const isSameEntry = before.key === record.key && before.name === record.name;
  return { ...record, larderVersion: before.larderVersion === record.larderVersion ? before.larderVersion : record.larderVersion, ...(isSameReason ? { reason: before.reason } : {}), ...(isSameEntry ? { key: before.key, name: before.name } : {}) };
}

function parseLine(line: string): unknown {
  try {
    return line === '' ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** A link would lead to a folder of somebody else, whose files are not ours to move or remove. */
async function isPlainFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(ignoreMissing))?.isDirectory() === true;
}

/** @throws PERMISSION_DENIED, IO_FAILED; what is gone meanwhile is for `work` to see */
async function reading<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, folder, 'reading the quarantine in');
  }
}

/** Files of a batch that are still in quarantine; undefined if the folder is none of a batch. @throws PERMISSION_DENIED, IO_FAILED */
export async function readBatch(layout: CacheLayout, id: string, isRecord: (value: unknown) => value is QuarantineRecord): Promise<readonly QuarantineRecord[] | undefined> {
  const folder = childPath(layout.quarantine, id);
  return await reading(folder, () => presentIn(folder, isRecord));
}

async function presentIn(folder: string, isRecord: (value: unknown) => value is QuarantineRecord): Promise<readonly QuarantineRecord[] | undefined> {
  const records = (await isPlainFolder(folder)) ? await readManifest(folder, isRecord) : undefined;
  if (records === undefined) return undefined;
  const present = new Map<string, ReadonlySet<string>>();
  for (const inner of new Set(Array.from(records.values(), ({ file }) => dirname(file)))) {
    if (await isPlainFolder(join(folder, inner))) present.set(inner, new Set((await readdir(join(folder, inner)).catch(ignoreMissing)) ?? []));
  }
  return Array.from(records.values()).filter(({ file }) => present.get(dirname(file))?.has(basename(file)) === true);
}

export async function readBatchRecord(layout: CacheLayout, id: string, isRecord: (value: unknown) => value is QuarantineRecord): Promise<QuarantineRecord | undefined> {
  const directory = childPath(layout.quarantine, folderOf(id));
  return await reading(directory, () => presentRecord(directory, id, isRecord));
}

async function presentRecord(directory: string, id: string, isRecord: (value: unknown) => value is QuarantineRecord): Promise<QuarantineRecord | undefined> {
  const record = (await isPlainFolder(directory)) ? (await readManifest(directory, isRecord))?.get(id) : undefined;
  if (record === undefined || !(await isPlainFolder(join(directory, dirname(record.file))))) return undefined;
  return (await lstat(cachePath(directory, record.file)).catch(ignoreMissing)) === undefined ? undefined : record;
}

export function batchPath(layout: CacheLayout, { id, file }: QuarantineRecord): string {
  return cachePath(childPath(layout.quarantine, folderOf(id)), file);
}

/** Removes the folders of these that have nothing in them any more, and batches of which only the manifest is left. */
export async function tidyBatches(layout: CacheLayout, records: readonly QuarantineRecord[]): Promise<void> {
  const inside = new Map<string, Set<string>>();
  for (const { id, file } of records) {
    const folder = childPath(layout.quarantine, folderOf(id));
    inside.set(folder, (inside.get(folder) ?? new Set()).add(dirname(file)));
  }
  for (const [folder, inner] of inside) {
    for (const name of inner) if (name !== '.') await removeIfEmpty(join(folder, name));
    if ((await namesIn(folder)).every((name) => name === MANIFEST_FILE)) await removeFolder(folder);
  }
}
