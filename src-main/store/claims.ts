import { link, lstat, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AS_IT_IS, errnoOf, fileError } from '../base/index.ts';
import { inFolder, removeFile } from './folders.ts';
import type { CacheLayout } from './layout.ts';
import { childPath } from './layout.ts';
import { currentOwner, isIdAlive, isOwner, isOwnerAlive } from './owner.ts';
import type { Owner } from './owner.ts';

/**
 * A small file that appears complete or not at all, and only if its name is free: written beside
 * under the owner's own name, then hard-linked, which fails where the name is taken.
 *
 * @returns false if the name is taken
 */
async function createExclusive(path: string, owner: Owner): Promise<boolean> {
  const own = `${path}.${owner.id}`;
  const text = JSON.stringify(owner);
  try {
    await writeFile(own, text);
    await link(own, path);
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST') return false;
    if (errno !== 'EPERM' && errno !== 'ENOTSUP' && errno !== 'ENOSYS' && errno !== 'EOPNOTSUPP') throw error;
    return await createWithoutLinks(path, text);
  } finally {
    await rm(own, { force: true });
  }
}

/** File systems without hard links: a reader may meet the mark empty for a moment and then takes it for held. */
async function createWithoutLinks(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    // Made, but not written: a full disk. Left there, it would look held.
    await rm(path, { force: true });
    throw error;
  }
}

/** A mark that cannot be read is half-written; its process is gone if it stays so for this long. */
const HALF_WRITTEN_GRACE_MS = 60_000;

async function isFresh(path: string): Promise<boolean> {
  return await lstat(path).then(
    (facts) => Date.now() - facts.mtimeMs < HALF_WRITTEN_GRACE_MS,
    (error: unknown) => errnoOf(error) !== 'ENOENT',
  );
}

/** What stands under the name of a mark. */
interface Standing {
  readonly state: 'held' | 'dead' | 'gone';
  /** Tells this mark from any that may take its name later. */
  readonly id: string;
}

/**
 * A process of another host shows life through the mark itself or through its staging folder,
 * whichever it touched last.
 */
async function judge(path: string, stagingRoot?: string): Promise<Standing> {
  try {
    const facts = await lstat(path);
    const parsed = await readMark(path);
    // A link is nobody's: what Larder writes there is a file from the beginning.
    if (!isOwner(parsed)) return { state: !facts.isSymbolicLink() && (await isFresh(path)) ? 'held' : 'dead', id: `half-written-${facts.ino}` };
    const touched = [facts.mtimeMs];
    if (stagingRoot !== undefined) {
      const heartbeat = join(childPath(stagingRoot, parsed.id), 'owner.json');
      touched.push(await stat(heartbeat).then((s) => s.mtimeMs, () => 0));
    }
    return { state: isOwnerAlive(parsed, Math.max(...touched)) ? 'held' : 'dead', id: parsed.id };
  } catch (error) {
    return { state: errnoOf(error) === 'ENOENT' ? 'gone' : 'held', id: '' };
  }
}

/** @returns undefined for a mark that cannot be read as JSON, and for a link, which is none of ours */
async function readMark(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, { encoding: 'utf8', flag: AS_IT_IS }));
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === 'ELOOP') return undefined;
    throw error;
  }
}

/** True while a living process holds the mark. */
export async function isMarkHeld(path: string, stagingRoot?: string): Promise<boolean> {
  return (await judge(path, stagingRoot)).state === 'held';
}

/**
 * Takes a mark for this process, taking over one whose owner is gone.
 *
 * @returns false if a living process holds it, or is taking it over
 */
export async function takeMark(path: string, owner: Owner, stagingRoot?: string): Promise<boolean> {
  if (await createExclusive(path, owner)) return true;
  const standing = await judge(path, stagingRoot);
  if (standing.state === 'gone') return await createExclusive(path, owner);
  if (standing.state === 'held') return false;
  return await inherit(path, standing.id, owner, async () => {
    const own = `${path}.${owner.id}`;
    await writeFile(own, JSON.stringify(owner));
    await rename(own, path);
  });
}

/**
 * Does something to the mark of a dead process, unless somebody else has done so. Whoever finds a mark
 * dead may be late: until it acts, another may have taken the name over and live. So the mark of one
 * dead owner is only ever touched by whoever holds its inheritance, a mark of its own named after
 * that owner, and only if it is still that owner's.
 *
 * @returns false if it was somebody else's to do
 */
async function inherit(path: string, deadId: string, owner: Owner, act: () => Promise<void>): Promise<boolean> {
  const inheritance = `${path}.${deadId}.heir`;
  if (!(await takeMark(inheritance, owner))) return false;
  try {
    const now = await judge(path);
    // Alive again: its computer only slept.
    if (now.state !== 'dead' || now.id !== deadId) return false;
    await act();
    return true;
  } finally {
    await rm(inheritance, { force: true });
  }
}

export interface Claims {
  /** True if this process may work on the item now. */
  take(key: string): Promise<boolean>;
  release(key: string): Promise<void>;
  releaseAll(): Promise<void>;
}

/**
 * Marks on single items, so that two jobs on one cache share the work instead of doing it twice.
 * Owners prove to be alive by their process, on another host by the heartbeat of their staging
 * folder.
 */
export function openClaims(layout: CacheLayout, owner: Owner): Claims {
  const held = new Set<string>();
  const pathOf = (key: string): string => childPath(layout.claims, key);
  return {
    async take(key) {
      try {
        const taken = await inFolder(layout.claims, () => takeMark(pathOf(key), owner, layout.staging));
        if (taken) held.add(key);
        return taken;
      } catch (error) {
        throw fileError(error, pathOf(key), 'claiming the item');
      }
    },
    async release(key) {
      if (!held.has(key)) return;
      await removeFile(pathOf(key), 'releasing the claim');
      held.delete(key);
    },
    async releaseAll() {
      await Promise.all(Array.from(held, (key) => removeFile(pathOf(key), 'releasing the claim')));
      held.clear();
    },
  };
}

/** Whose draft of a mark a file is by its name, `<mark>.<owner id>`; undefined for the marks themselves and their inheritances. */
function drafterOf(name: string): string | undefined {
  return /\.(\d+-\d+-[0-9a-f]+)$/.exec(name)?.[1];
}

/** A draft may be cut off in the middle of its text: then its name must tell whether somebody still writes it. */
async function isDraftWanted(layout: CacheLayout, path: string, ownerId: string): Promise<boolean> {
  if (isOwner(await readMark(path))) return await isMarkHeld(path, layout.staging);
  if (isIdAlive(ownerId)) return true;
  return await stat(childPath(layout.staging, ownerId)).then(
    () => true,
    (error: unknown) => errnoOf(error) !== 'ENOENT',
  );
}

/** Removes a draft that nobody will finish; its name is its owner's alone, nobody else comes to have it meanwhile. */
async function sweepDraft(layout: CacheLayout, path: string, ownerId: string): Promise<boolean> {
  try {
    if (await isDraftWanted(layout, path, ownerId)) return false;
  } catch (error) {
    // Finished meanwhile, or of a disk that does not show it.
    if (errnoOf(error) !== undefined) return false;
    throw error;
  }
  await removeFile(path);
  return true;
}

/** Removes a mark whose owner is gone. */
async function sweepClaim(layout: CacheLayout, name: string): Promise<boolean> {
  const path = join(layout.claims, name);
  const drafter = drafterOf(name);
  if (drafter !== undefined) return await sweepDraft(layout, path, drafter);
  const { state, id } = await judge(path, layout.staging);
  return state === 'dead' && (await inherit(path, id, currentOwner(), () => removeFile(path)));
}

/** Removes what dead processes left beside the lock while they took it; the lock itself is left to whoever takes it. */
export async function sweepLockDrafts(layout: CacheLayout): Promise<void> {
  const beside = `${basename(layout.lock)}.`;
  const names = await readdir(layout.privateDirectory).catch((): string[] => []);
  for (const name of names.filter((one) => one.startsWith(beside))) {
    const path = join(layout.privateDirectory, name);
    const drafter = drafterOf(name);
    if (drafter !== undefined) await sweepDraft(layout, path, drafter);
    else if (!(await isMarkHeld(path))) await removeFile(path);
  }
}

/** Removes marks whose owners are gone; `sweepStaging` comes first. */
export async function sweepClaims(layout: CacheLayout): Promise<number> {
  let names: string[];
  try {
    names = await readdir(layout.claims);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0;
    throw fileError(error, layout.claims, 'reading the claims of');
  }
  let swept = 0;
  for (const name of names) {
    if (await sweepClaim(layout, name)) swept++;
  }
  return swept;
}
