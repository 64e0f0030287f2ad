import { lstatSync } from 'node:fs';
import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { DiskPace, errnoOf, fileError, forEachLimited, inBatches, isLarderError, throwIfAborted } from '../base/index.ts';
import type { CacheLayout } from './layout.ts';
import { PRIVATE_DIRECTORY, cachePath } from './layout.ts';

export interface ScannedFile {
  /** Name inside the cache directory. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Bytes the file system has given to it. */
  readonly allocatedBytes: number;
  readonly modifiedAtMs: number;
  readonly modifiedNs: bigint;
  /** ctime: no program can set it back. */
  readonly changedAtMs: number;
  readonly isRegular: boolean;
  /** False where the disk lists the file and fails to show it: nothing else here is known of it then. */
  readonly isShown: boolean;
}

/**
 * Names only, relative to the cache, in directory order; fast also for a million files.
 *
 * @param folders folders inside the cache; '' is the cache itself. One that is not there has no names, except the cache
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED, CANCELLED
 */
export async function listNames(layout: CacheLayout, signal?: AbortSignal, folders: readonly string[] = ['']): Promise<string[]> {
  const names: string[] = [];
  await forEachName(layout, (name) => names.push(name), signal, folders);
  return names;
}

/** Like `listNames`, for more names than should be in memory. @throws FILE_NOT_FOUND, PERMISSION_DENIED, CANCELLED */
export async function forEachName(layout: CacheLayout, onName: (name: string) => void, signal?: AbortSignal, folders: readonly string[] = ['']): Promise<void> {
  for await (const names of namesOf(layout, signal, folders)) names.forEach(onName);
}

/** Only names of ordinary files, as the folder says it: a folder or a link under the name of an entry is none. @throws as `forEachName` */
export async function forEachFileName(layout: CacheLayout, onName: (name: string) => void, signal: AbortSignal, folders: readonly string[]): Promise<void> {
  for await (const names of namesOf(layout, signal, folders, (entry) => entry.isFile())) names.forEach(onName);
}

/** Entries that a folder is read by. */
const ENTRIES_AT_ONCE = 4096;

/** Some at a time. */
async function* namesOf(layout: CacheLayout, signal: AbortSignal | undefined, folders: readonly string[], isMeant: (entry: Dirent) => boolean = () => true): AsyncGenerator<readonly string[]> {
  for (const folder of folders) {
    const directory = folder === '' ? layout.directory : cachePath(layout.directory, folder);
    let names: string[] = [];
    try {
      const entries = await opendir(directory, { bufferSize: ENTRIES_AT_ONCE });
      try {
        for (let entry = await entries.read(); entry !== null; entry = await entries.read()) {
          // Those that came along with it are at hand and need no wait of their own, which would double the time. The disk
          // is asked here only at the end of a folder, where it has nothing more.
          for (let left = ENTRIES_AT_ONCE; entry !== null; entry = --left > 0 ? entries.readSync() : null) {
            if (!isMeant(entry)) continue;
            if (folder !== '') names.push(`${folder}/${entry.name}`);
            else if (entry.name !== PRIVATE_DIRECTORY && !folders.includes(entry.name)) names.push(entry.name);
            if (names.length < BLOCK) continue;
            throwIfAborted(signal);
            yield names;
            names = [];
          }
        }
      } finally {
        await entries.close();
      }
    } catch (error) {
      if (folder !== '' && errnoOf(error) === 'ENOENT') continue;
      throw fileError(error, directory, 'reading the cache directory');
    }
    yield names;
  }
}

const STATS_AT_ONCE = 16;
/** Files named and looked at before other work gets its turn. */
const BLOCK = 64;

/** Facts of the named files; a file that vanished meanwhile is left out. Links are not followed. */
export async function statFiles(layout: CacheLayout, names: readonly string[], signal?: AbortSignal): Promise<Map<string, ScannedFile>> {
  const files = new Map<string, ScannedFile>();
  await forEachFile(layout, names, (file) => files.set(file.file, file), signal);
  return files;
}

/** Like `statFiles`, for more files than should be in memory. A file that the disk does not show is told as such. @throws PERMISSION_DENIED, CANCELLED */
export async function forEachFile(layout: CacheLayout, names: Iterable<string>, onFile: (file: ScannedFile) => void, signal?: AbortSignal): Promise<void> {
  await factsOfBlocks(layout, inBatches(names, BLOCK), onFile, signal);
}

/** Every file of these folders, as `listNames` names them, with its facts. @throws FILE_NOT_FOUND, PERMISSION_DENIED, CANCELLED */
export async function forEachFileIn(layout: CacheLayout, folders: readonly string[], onFile: (file: ScannedFile) => void, signal?: AbortSignal): Promise<void> {
  await factsOfBlocks(layout, namesOf(layout, signal, folders), onFile, signal);
}

async function factsOfBlocks(layout: CacheLayout, blocks: Iterable<readonly string[]> | AsyncIterable<readonly string[]>, onFile: (file: ScannedFile) => void, signal: AbortSignal | undefined): Promise<void> {
  const pace = new DiskPace();
  for await (const block of blocks) {
    throwIfAborted(signal);
    if (pace.mayWait(block.length)) {
      const startedAt = performance.now();
      for (const file of block) factsNow(layout, file, onFile);
      pace.note(block.length, performance.now() - startedAt);
      await setImmediate();
    } else await forEachLimited(block, STATS_AT_ONCE, (file) => factsLater(layout, file, onFile), signal);
  }
}

function factsNow(layout: CacheLayout, file: string, onFile: (file: ScannedFile) => void): void {
  try {
    const facts = lstatSync(join(layout.directory, file), { bigint: true, throwIfNoEntry: false });
    if (facts !== undefined) onFile(scanned(file, facts));
  } catch (error) {
    // Not every disk keeps to `throwIfNoEntry`.
    if (errnoOf(error) !== 'ENOENT') notShown(layout, file, error, onFile);
  }
}

async function factsLater(layout: CacheLayout, file: string, onFile: (file: ScannedFile) => void): Promise<void> {
  try {
    onFile(scanned(file, await lstat(join(layout.directory, file), { bigint: true })));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') notShown(layout, file, error, onFile);
  }
}

/** What is of one file costs that file: whoever reads that will say what is wrong with it, and the others are looked at. */
function notShown(layout: CacheLayout, file: string, error: unknown, onFile: (file: ScannedFile) => void): void {
  const path = join(layout.directory, file);
  const told = fileError(error, path, 'reading the facts of');
  if (!isOfOneFile(told, path)) throw told;
  onFile({ file, sizeBytes: 0, allocatedBytes: 0, modifiedAtMs: 0, modifiedNs: 0n, changedAtMs: 0, isRegular: true, isShown: false });
}

/** Whether what came of looking at a file says nothing about the others in its folder: a bad place of the disk, or one that is refused where the folder may be looked into. */
export function isOfOneFile(error: unknown, path: string): boolean {
  return isLarderError(error, 'IO_FAILED') || (isLarderError(error, 'PERMISSION_DENIED') && isSearchable(dirname(path)));
}

/** Whether what is in a folder may be looked at: asked by its own `.`, for which the system asks the same permission. */
function isSearchable(folder: string): boolean {
  try {
    // One that is not there refuses nothing.
    lstatSync(`${folder}${sep}.`, { throwIfNoEntry: false });
    return true;
  } catch {
    return false;
  }
}

function scanned(file: string, facts: BigIntStats): ScannedFile {
  return {
    file,
    sizeBytes: Number(facts.size),
    allocatedBytes: Number(facts.blocks) * 512,
    modifiedAtMs: Number(facts.mtimeNs) / 1e6,
    modifiedNs: facts.mtimeNs,
    changedAtMs: Number(facts.ctimeNs) / 1e6,
    isRegular: facts.isFile(),
    isShown: true,
  };
}
