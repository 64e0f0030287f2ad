import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isProcessRunning, processSpace } from '../base/index.ts';

/**
 * One running process, told apart from a later one that got the same pid. Written into staging
 * folders, claims and locks, so that what a dead process left can be recognised.
 */
export interface Owner {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Start time of the process in clock ticks since boot (Linux), or 0 where it cannot be asked. */
  readonly startTicks: number;
  /** In which its pid means something; absent in marks of versions that did not say it. */
  readonly space?: string;
}

/** An owner on another host, or in a container, counts as gone when it has not shown signs of life for this long. */
export const HEARTBEAT_STALE_MS = 120_000;
export const HEARTBEAT_EVERY_MS = 15_000;

/** Field 22 of /proc/<pid>/stat; the command name in field 2 may hold spaces and brackets. */
function startTicksOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19]) || 0;
  } catch {
    return 0;
  }
}

export function currentOwner(): Owner {
  const host = hostname();
  const startTicks = startTicksOf(process.pid);
  const tail = randomBytes(4).toString('hex');
  return { id: `${process.pid}-${startTicks}-${tail}`, host, pid: process.pid, startTicks, space: processSpace() };
}

export function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false;
  const owner = value as Partial<Owner>;
  return typeof owner.id === 'string' && typeof owner.host === 'string' && Number.isInteger(owner.pid) && typeof owner.startTicks === 'number' && (owner.space === undefined || typeof owner.space === 'string');
}

/** @param lastSignMs when the owner last touched its mark, by the file system's clock */
export function isOwnerAlive(owner: Owner, lastSignMs: number, nowMs: number = Date.now()): boolean {
  const isElsewhere = owner.host !== hostname() || (owner.space !== undefined && owner.space !== processSpace());
  if (isElsewhere) return nowMs - lastSignMs < HEARTBEAT_STALE_MS;
  if (!isProcessRunning(owner.pid)) return false;
  const ticks = startTicksOf(owner.pid);
  return ticks === 0 || owner.startTicks === 0 || ticks === owner.startTicks;
}

/** Whether the process that an owner's id names runs on this host; false for one of another host, of which nothing is known. */
export function isIdAlive(id: string): boolean {
  const [pid, startTicks] = id.split('-').map(Number);
  return pid !== undefined && pid > 0 && isProcessRunning(pid) && startTicksOf(pid) === startTicks;
}
