import { randomBytes } from 'node:crypto';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { beatOn } from '../../base/index.ts';
import type { HubTimings } from './timings.ts';

const ownerSchema = z.object({ pid: z.number(), host: z.string(), nonce: z.string() });
type Owner = z.infer<typeof ownerSchema>;

/** Tells this process from an earlier one with the same pid. */
const NONCE = randomBytes(8).toString('hex');

export interface PartialLock {
  release(): Promise<void>;
}

/**
 * Makes this process the one writer of a partial file, or returns undefined when somebody else is
 * or may be. The lock is a file made with exclusive create, because advisory locks do nothing on
 * some network file systems; its modification time is the heartbeat.
 */
export async function acquireLock(path: string, timings: HubTimings): Promise<PartialLock | undefined> {
  const text = JSON.stringify({ pid: process.pid, host: hostname(), nonce: NONCE } satisfies Owner);
  if (await createExclusive(path, text)) return holdLock(path, text, timings);
  const seen = await readIfPresent(path);
  if (seen !== undefined && !(await isStale(path, seen, timings))) return undefined;
  if (seen !== undefined && !(await removeStale(path, seen))) return undefined;
  return (await createExclusive(path, text)) ? holdLock(path, text, timings) : undefined;
}

async function createExclusive(path: string, text: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    try {
      await handle.writeFile(text);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** No heartbeat for two minutes, or a process of this machine that is gone. */
async function isStale(path: string, text: string, timings: HubTimings): Promise<boolean> {
  const modifiedAtMs = await stat(path).then((stats) => stats.mtimeMs, () => 0);
  if (Date.now() - modifiedAtMs > timings.staleLockMs) return true;
  const owner = parseOwner(text);
  if (owner === undefined || owner.host !== hostname()) return false;
  if (owner.pid === process.pid) return owner.nonce !== NONCE;
  return !isAlive(owner.pid);
}

function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // A lock cut off while it was written names nobody; its age decides.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Moves a stale lock aside and looks at what was moved: if another process took the lock in
 * between, it is put back, and the lock is not ours.
 */
async function removeStale(path: string, seen: string): Promise<boolean> {
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
  const isWhatWasSeen = (await readIfPresent(aside)) === seen;
  if (!isWhatWasSeen) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
  return isWhatWasSeen;
}

function holdLock(path: string, text: string, timings: HubTimings): PartialLock {
  const stopBeating = beatOn(path, timings.heartbeatMs);
  return {
    release: async () => {
      stopBeating();
      if ((await readIfPresent(path)) === text) await rm(path, { force: true });
    },
  };
}
