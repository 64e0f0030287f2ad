import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { beatOn, isProcessRunning, md5Hex, processSpace } from '../../base/index.ts';
import type { HubTimings } from './timings.ts';

const ownerSchema = z.object({ pid: z.number(), host: z.string(), nonce: z.string(), space: z.string().optional() });
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
  const text = JSON.stringify({ pid: process.pid, host: hostname(), nonce: NONCE, space: processSpace() } satisfies Owner);
  if (await createExclusive(path, text)) return holdLock(path, text, timings);
  const seen = await readIfPresent(path);
  if (seen === undefined) return (await createExclusive(path, text)) ? holdLock(path, text, timings) : undefined;
  return (await isStale(path, seen, timings)) && (await inherit(path, seen, text, timings)) ? holdLock(path, text, timings) : undefined;
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
  if (owner === undefined || owner.host !== hostname() || (owner.space !== undefined && owner.space !== processSpace())) return false;
  if (owner.pid === process.pid) return owner.nonce !== NONCE;
  return !isProcessRunning(owner.pid);
}

function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // A lock cut off while it was written names nobody; its age decides.
    return undefined;
  }
}

/**
 * Takes over the lock of a dead owner, unless somebody else has done so. Whoever finds it stale may be late: until it
 * acts, another may have taken the name over and live. So a stale lock is only ever replaced by whoever holds its
 * inheritance, a lock of its own named after what was seen, and only if that is still there. The name is never free meanwhile.
 */
async function inherit(path: string, seen: string, text: string, timings: HubTimings): Promise<boolean> {
  const inheritance = await acquireLock(`${path}.${md5Hex(seen).slice(0, 8)}.heir`, timings);
  if (inheritance === undefined) return false;
  const own = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    if ((await readIfPresent(path)) !== seen) return false;
    await writeFile(own, text);
    await rename(own, path);
    return true;
  } finally {
    await rm(own, { force: true });
    await inheritance.release();
  }
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
