import { lstat } from 'node:fs/promises';
import { isFindingCode } from '../contract/findings.ts';
import type { FindingCode } from '../contract/findings.ts';
import { errnoOf, fileError } from '../base/index.ts';
import type { CacheLayout, QuarantineRecord } from '../store/index.ts';
import { cachePath, quarantined } from '../store/index.ts';
import { isSetAsideForError } from './restore-order.ts';

/** Reason of what a person removed. */
export const CLEARED = 'cleared';

/** An entry that a repair set aside and did not come to make again. */
export interface UnfinishedRepair {
  readonly key: string;
  readonly name: string;
  readonly code: FindingCode;
  readonly reason: { readonly code: string; readonly message: string };
}

/**
 * Entries that were set aside for what was wrong with them and whose place is still empty: a repair
 * was killed in between, or could not make them. What a person cleared has another reason and stays away.
 *
 * @throws PERMISSION_DENIED, IO_FAILED
 */
export async function findUnfinishedRepairs(layout: CacheLayout): Promise<UnfinishedRepair[]> {
  const found = new Map<string, UnfinishedRepair>();
  // Two million may have been cleared; only those of keys that were set aside for an error say something.
  const damaged = new Set<string>();
  for await (const records of quarantined(layout)) for (const { key, reason } of records) if (key !== null && isToBeRemade(reason.code)) damaged.add(key);
  if (damaged.size === 0) return [];
  const about: QuarantineRecord[] = [];
  for await (const records of quarantined(layout)) for (const record of records) if (record.key !== null && damaged.has(record.key)) about.push(record);
  for (const { file, key, name, reason } of about.toSorted((a, b) => a.quarantinedAtMs - b.quarantinedAtMs)) {
    // Whoever cleared it later wanted it away.
    if (key !== null && reason.code === CLEARED) found.delete(key);
    if (key === null || !isFindingCode(reason.code) || !isToBeRemade(reason.code)) continue;
    if (!(await isThere(cachePath(layout.directory, file)))) found.set(key, { key, name: name ?? key, code: reason.code, reason });
  }
  return Array.from(found.values());
}

/** Metadata without a picture are no error, and their picture is drawn all the same. */
function isToBeRemade(code: string): boolean {
  return isSetAsideForError(code) || code === 'metadata-orphan';
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw fileError(error, path, 'looking for');
  }
}
