import { ENTRY_STATES } from '../contract/entries.ts';
import type { EntryState } from '../contract/entries.ts';
import type { ReadHandle, WriteHandle } from './database.ts';
import type { CountedStates } from './entry-pages.ts';
import type { EntryColumns } from './entry-columns.ts';
import { REMOVED } from './entry-columns.ts';
import { AGE_BUCKET_DAYS } from './entry.ts';
import type { StateCount, StateCounts, StorageGroup } from './entry.ts';

const DAY_US = 86_400_000_000;

/** Entries, required and unverified ones and bytes of every state, in one pass. */
export function countStates(columns: EntryColumns): StateCounts {
  const { slots, states, positions, sizes, verifiedAtUs } = columns;
  const entries = new Float64Array(256);
  const required = new Float64Array(256);
  const bytes = new Float64Array(256);
  const unverified = new Float64Array(256);
  for (let slot = 0; slot < slots; slot++) {
    const state = states[slot]!;
    entries[state]!++;
    if (positions[slot]! >= 0) required[state]!++;
    if (sizes[slot]! > 0) bytes[state]! += sizes[slot]!;
    if (verifiedAtUs[slot]! < 0) unverified[state]!++;
  }
  const countOf = (code: number): StateCount => ({ entries: entries[code]!, required: required[code]!, bytes: bytes[code]!, unverified: unverified[code]! });
  return Object.fromEntries(ENTRY_STATES.map((state, code) => [state, countOf(code)])) as Record<EntryState, StateCount>;
}

/** Remembers what was counted, unless the cache has changed since. */
export function keepCounts(db: WriteHandle, cacheId: number, { counts, revision }: CountedStates): void {
  db.run('UPDATE cache SET countsRevision = revision, countsJson = ? WHERE id = ? AND revision = ?', JSON.stringify(counts), cacheId, revision);
}

/** Bounds of the age buckets as modification times; one more bucket holds what is older or not known. */
function bucketStarts(nowMs: number): Float64Array {
  return Float64Array.from(AGE_BUCKET_DAYS, (days) => nowMs * 1000 - days * DAY_US);
}

function bucketOf(modifiedAtUs: number, starts: Float64Array): number {
  if (modifiedAtUs < 0) return starts.length;
  for (let bucket = 0; bucket < starts.length; bucket++) if (modifiedAtUs >= starts[bucket]!) return bucket;
  return starts.length;
}

/** Group number: split, age bucket (3 bits), required (1 bit), state (3 bits). */
const GROUPS_PER_SPLIT = 128;

/** Bytes by state, split, required and age, in one pass; groups without entries are left out. */
export function groupStorage(db: ReadHandle, columns: EntryColumns, nowMs: number): StorageGroup[] {
  const splits = db.all<{ id: number; name: string }>('SELECT id, name FROM split ORDER BY id');
  const size = ((splits.at(-1)?.id ?? 0) + 2) * GROUPS_PER_SPLIT;
  const entries = new Float64Array(size);
  const bytes = new Float64Array(size);
  const starts = bucketStarts(nowMs);
  const { slots, states, positions, sizes, splitIds, modifiedAtUs } = columns;
  for (let slot = 0; slot < slots; slot++) {
    const state = states[slot]!;
    if (state === REMOVED) continue;
    const group = (splitIds[slot]! + 1) * GROUPS_PER_SPLIT + bucketOf(modifiedAtUs[slot]!, starts) * 16 + (positions[slot]! >= 0 ? 8 : 0) + state;
    entries[group]!++;
    if (sizes[slot]! > 0) bytes[group]! += sizes[slot]!;
  }
  const names = new Map(splits.map(({ id, name }) => [id, name]));
  return Array.from(entries.keys())
    .filter((group) => entries[group]! > 0)
    .map((group) => toGroup(group, { entries: entries[group]!, bytes: bytes[group]! }, names));
}

function toGroup(group: number, sum: { readonly entries: number; readonly bytes: number }, names: ReadonlyMap<number, string>): StorageGroup {
  const bucket = Math.floor(group / 16) % 8;
  return {
    state: ENTRY_STATES[group % 8]!,
    isRequired: Math.floor(group / 8) % 2 === 1,
    maxAgeDays: AGE_BUCKET_DAYS[bucket] ?? null,
    split: names.get(Math.floor(group / GROUPS_PER_SPLIT) - 1) ?? null,
    ...sum,
  };
}
