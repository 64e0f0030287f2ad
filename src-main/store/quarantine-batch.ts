import { createHash } from 'node:crypto';
import { lstatSync, renameSync } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { lstat, readFile, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AS_IT_IS, DiskPace, errnoOf, fileError, isLarderError, syncDirectory, writeFileAtomic } from '../base/index.ts';
import { makeFolder, removeFile, removeIfEmpty } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { cachePath, childPath } from './layout.ts';
import type { QuarantineCause, QuarantineRecord, QuarantineRequest } from './quarantine.ts';

/** Reasons of many files, one object a line; the files lie beside it under the paths they came from. */
export const MANIFEST_FILE = 'manifest.jsonl';
/** The reason of a single file, which lies beside it under its plain name. */
export const REASON_FILE = 'reason.json';
/** Between the folder of a batch and the number of a file in it; the rest of an id is digits and letters. */
const MARK = '~';

export type QuarantineFacts = Pick<QuarantineRequest, 'file' | 'key' | 'name'>;

/** Says something about what was set aside, and is nothing that was. */
export function isAbout(name: string): boolean {
  return name === REASON_FILE || name === MANIFEST_FILE || name.endsWith('.larder-tmp');
}

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
export async function moveBatch(layout: CacheLayout, id: string, files: readonly QuarantineFacts[], why: QuarantineCause): Promise<QuarantineRecord[]> {
  const folder = childPath(layout.quarantine, id);
  const records: QuarantineRecord[] = [];
  for (const { file, key, name } of files) {
    const facts = await factsOf(cachePath(layout.directory, file));
    if (facts === undefined) continue;
    records.push({ version: 1, id: `${id}${MARK}${records.length}`, file, key, name, reason: why.reason, sizeBytes: facts.size, modifiedAtMs: facts.mtimeMs, quarantinedAtMs: why.nowMs, larderVersion: why.larderVersion, ...(why.jobId === undefined ? {} : { jobId: why.jobId }) });
  }
  if (records.length === 0) return [];
  const moved: QuarantineRecord[] = [];
  try {
    const folders = new Set(records.map(({ file }) => dirname(file)));
    const prepare = async (): Promise<void> => {
      await makeFolder(folder);
      await writeFileAtomic(join(folder, MANIFEST_FILE), records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      for (const inner of folders) await makeFolder(join(folder, inner));
    };
    await prepare();
    for (const record of records) {
      if (await isMovedInto(folder, layout, record.file, prepare)) moved.push(record);
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
  await removeRecord(folder);
  await removeIfEmpty(layout.quarantine);
}

/**
 * Removes what is about files that are no longer there, and never a file that was set aside: one may lie there that nobody has
 * listed, because its reason was lost or because somebody has just moved it in.
 *
 * @throws as `removeFile`
 */
export async function removeRecord(folder: string): Promise<void> {
  for (const entry of (await entriesOf(folder)) ?? []) {
    if (entry.isDirectory()) await removeEmptyTree(join(folder, entry.name));
    else if (isAbout(entry.name)) await removeFile(join(folder, entry.name));
  }
  await removeIfEmpty(folder);
}

async function removeEmptyTree(folder: string): Promise<void> {
  for (const entry of (await entriesOf(folder)) ?? []) if (entry.isDirectory()) await removeEmptyTree(join(folder, entry.name));
  await removeIfEmpty(folder);
}

/** @throws PERMISSION_DENIED, IO_FAILED */
async function entriesOf(folder: string): Promise<readonly Dirent[] | undefined> {
  return await reading(folder, async () => await readdir(folder, { withFileTypes: true }).catch(ignoreMissing));
}

/** Whoever purges beside it may take a folder that is empty still for one that is empty again. */
const PREPARED_AGAIN = 5;

/** False if the file is gone already. @throws file errors that name the file, not where it was to go */
async function isMovedInto(folder: string, layout: CacheLayout, file: string, prepare: () => Promise<void>): Promise<boolean> {
  const path = cachePath(layout.directory, file);
  const to = cachePath(folder, file);
  for (let again = 0; ; again++) {
    try {
      await pace.run(
        () => renameSync(path, to),
        () => rename(path, to),
      );
      return true;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw fileError(error, path, 'moving to quarantine');
      if ((await factsOf(path)) === undefined) return false;
      if (again === PREPARED_AGAIN) throw fileError(error, path, 'moving to quarantine');
      await prepare();
    }
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
  return { ...record, larderVersion: before.larderVersion === record.larderVersion ? before.larderVersion : record.larderVersion, ...(before.jobId !== undefined && before.jobId === record.jobId ? { jobId: before.jobId } : {}), ...(isSameReason ? { reason: before.reason } : {}), ...(isSameEntry ? { key: before.key, name: before.name } : {}) };
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
  return await reading(folder, () => presentIn(folder, id, isRecord));
}

async function presentIn(folder: string, id: string, isRecord: (value: unknown) => value is QuarantineRecord): Promise<readonly QuarantineRecord[] | undefined> {
  if (!(await isPlainFolder(folder))) return undefined;
  const records = await readManifest(folder, isRecord);
  if (records === undefined && !(await isBatchWithoutManifest(folder))) return undefined;
  const present = await filesBelow(folder, new Set(Array.from(records?.values() ?? [], ({ file }) => file)));
  const told: QuarantineRecord[] = [];
  for (const record of records?.values() ?? []) if (present.delete(record.file)) told.push(record);
  for (const [file, isFile] of present) if (isFile) told.push(await withoutReason(folder, id, file));
  return told;
}

/** One file lies under its plain name beside its reason, or without; more of them, or folders, are of a batch. */
async function isBatchWithoutManifest(folder: string): Promise<boolean> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
  const others = entries.filter(({ name }) => !isAbout(name));
  return !entries.some(({ name }) => name === REASON_FILE) && (others.length > 1 || others.some((entry) => entry.isDirectory()));
}

/**
 * What lies in a folder and in those inside it, by its path there, and whether it is an ordinary file; no link is followed.
 *
 * @param known paths of what was set aside: a folder among them is one thing
 */
async function filesBelow(folder: string, known: ReadonlySet<string>, inner = ''): Promise<Map<string, boolean>> {
  const files = new Map<string, boolean>();
  for (const entry of (await readdir(join(folder, inner), { withFileTypes: true }).catch(ignoreMissing)) ?? []) {
    const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
    if (entry.isDirectory() && !known.has(path)) for (const [below, isFile] of await filesBelow(folder, known, path)) files.set(below, isFile);
    else if (inner !== '' || !isAbout(entry.name)) files.set(path, entry.isFile());
  }
  return files;
}

/** A file of which the manifest says nothing: it or its line was lost (a power cut, a hand). It is still listed, so that it can be put back. */
async function withoutReason(folder: string, id: string, file: string): Promise<QuarantineRecord> {
  // The same whenever it is listed, whatever of the others is still there.
  const number = Number.parseInt(createHash('md5').update(file).digest('hex').slice(0, 12), 16);
  const facts = await lstat(join(folder, file));
  return lostRecord(`${id}${MARK}${number}`, file, facts);
}

export function lostRecord(id: string, file: string, { size, mtimeMs, ctimeMs }: Stats): QuarantineRecord {
  return { version: 1, id, file, key: null, name: null, reason: { code: 'unknown', message: 'The reason was lost; the file is as it was.' }, sizeBytes: size, modifiedAtMs: mtimeMs, quarantinedAtMs: ctimeMs, larderVersion: '' };
}

export async function readBatchRecord(layout: CacheLayout, id: string, isRecord: (value: unknown) => value is QuarantineRecord): Promise<QuarantineRecord | undefined> {
  const directory = childPath(layout.quarantine, folderOf(id));
  return await reading(directory, () => presentRecord(directory, id, isRecord));
}

async function presentRecord(directory: string, id: string, isRecord: (value: unknown) => value is QuarantineRecord): Promise<QuarantineRecord | undefined> {
  const record = (await isPlainFolder(directory)) ? (await readManifest(directory, isRecord))?.get(id) : undefined;
  if (record === undefined) return (await presentIn(directory, folderOf(id), isRecord))?.find((lost) => lost.id === id);
  if (!(await isPlainFolder(join(directory, dirname(record.file))))) return undefined;
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
    if (((await entriesOf(folder)) ?? []).every(({ name }) => isAbout(name))) await removeRecord(folder);
  }
}
