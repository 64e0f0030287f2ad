import { lstat, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AS_IT_IS, beatOn, errnoOf, fileError, isLarderError } from '../base/index.ts';
import { sweepLockDrafts } from './claims.ts';
import { inFolder, namesIn, removeFolder, removeIfEmpty } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { childPath } from './layout.ts';
import { HEARTBEAT_EVERY_MS, currentOwner, isOwner, isOwnerAlive } from './owner.ts';
import type { Owner } from './owner.ts';

export const OWNER_FILE = 'owner.json';
/** Ends the name of a folder whose owner is not written down yet, or that is being removed. */
const DRAFT = '.larder-tmp';

/** A process's own folder inside a cache, where entries are made before they are published. */
export interface Staging {
  readonly owner: Owner;
  readonly directory: string;
  /** Path for a new file in this folder. */
  pathFor(name: string): string;
  /** Removes the folder with everything in it. */
  close(): Promise<void>;
}

/**
 * Makes a staging folder and keeps it alive. What dead processes left behind is swept first.
 *
 * @throws PERMISSION_DENIED, READ_ONLY, DISK_FULL if the cache directory cannot be written
 */
export async function openStaging(layout: CacheLayout): Promise<Staging> {
  const owner = currentOwner();
  const directory = childPath(layout.staging, owner.id);
  const draft = directory + DRAFT;
  try {
    // It has its name from the moment on at which it has an owner: one without would count as a process that has just started.
    await inFolder(draft, async () => {
      await writeFile(join(draft, OWNER_FILE), JSON.stringify(owner));
      await rename(draft, directory);
    });
  } catch (error) {
    await tidy(layout, draft).catch(() => undefined);
    throw fileError(error, layout.directory, 'preparing the cache directory');
  }
  const stopBeating = beatOn(join(directory, OWNER_FILE), HEARTBEAT_EVERY_MS);
  return {
    owner,
    directory,
    pathFor: (name) => childPath(directory, name),
    close: async () => {
      stopBeating();
      await tidy(layout, directory);
    },
  };
}

async function tidy(layout: CacheLayout, directory: string): Promise<void> {
  await removeStaging(directory);
  await removeEmptyFolders(layout);
}

/**
 * Removes a staging folder, first its name: what is killed meanwhile leaves a draft, and never a folder
 * that has lost its owner and counts as one of a process that has just started.
 */
async function removeStaging(directory: string): Promise<void> {
  if (directory.endsWith(DRAFT)) return await removeFolder(directory);
  const draft = directory + DRAFT;
  // A full disk may refuse the new name, and another may have removed it first.
  const isRenamed = await rename(directory, draft).then(
    () => true,
    () => false,
  );
  await removeFolder(isRenamed ? draft : directory);
}

/** Leaves no empty folder of Larder's own in the cache. @throws READ_ONLY, PERMISSION_DENIED if there is one */
export async function removeEmptyFolders(layout: CacheLayout): Promise<void> {
  // Somebody else at work here may have made a folder and not yet put anything into it.
  if ((await listStaging(layout)).some((folder) => folder.isAlive)) return;
  await sweepLockDrafts(layout);
  for (const folder of [layout.staging, layout.claims, layout.raw, layout.privateDirectory]) await removeIfEmpty(folder);
}

async function ownerOf(directory: string): Promise<{ owner: Owner; lastSignMs: number } | undefined> {
  try {
    const path = join(directory, OWNER_FILE);
    const parsed: unknown = JSON.parse(await readFile(path, { encoding: 'utf8', flag: AS_IT_IS }));
    return isOwner(parsed) ? { owner: parsed, lastSignMs: (await lstat(path)).mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}

export interface StagingFolder {
  readonly directory: string;
  readonly owner: Owner | undefined;
  readonly isAlive: boolean;
}

/** A folder without a readable owner is dead once it is a minute old: its process died while making it. */
const NAMELESS_GRACE_MS = 60_000;

/** All staging folders of a cache, with drafts of processes that are gone; nothing is changed. */
export async function listStaging(layout: CacheLayout): Promise<StagingFolder[]> {
  let names: string[];
  try {
    names = await readdir(layout.staging);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileError(error, layout.staging, 'reading the staging folder');
  }
  const folders: StagingFolder[] = [];
  for (const name of names) {
    const directory = join(layout.staging, name);
    const folder = await look(directory);
    if (!folder.isAlive || !name.endsWith(DRAFT)) folders.push(folder);
  }
  return folders;
}

async function look(directory: string): Promise<StagingFolder> {
  const found = await ownerOf(directory);
  if (found !== undefined) return { directory, owner: found.owner, isAlive: isOwnerAlive(found.owner, found.lastSignMs) };
  const age = await stat(directory).then(
    (s) => Date.now() - s.mtimeMs,
    () => 0,
  );
  return { directory, owner: undefined, isAlive: age < NAMELESS_GRACE_MS };
}

/** @returns false for what a failing disk or its owner keeps: leftovers of somebody else, or of one bad file, must not keep every later job from beginning */
async function isRemoved(directory: string): Promise<boolean> {
  try {
    await removeStaging(directory);
    return true;
  } catch (error) {
    if (!isLarderError(error, 'IO_FAILED') && !isLarderError(error, 'PERMISSION_DENIED')) throw error;
    return false;
  }
}

/** Removes what dead processes left in staging. Returns how many folders went. */
export async function sweepStaging(layout: CacheLayout): Promise<number> {
  let swept = 0;
  for (const folder of await listStaging(layout)) {
    if (folder.isAlive) continue;
    if (await isRemoved(folder.directory)) swept++;
  }
  // Whoever lives and is about to name its draft makes it again.
  for (const name of (await namesIn(layout.staging)).filter((one) => one.endsWith(DRAFT))) await isRemoved(childPath(layout.staging, name));
  return swept;
}
