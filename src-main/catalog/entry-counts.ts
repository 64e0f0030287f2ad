import { ENTRY_STATES } from '../contract/entries.ts';
import type { EntryState } from '../contract/entries.ts';
import type { ReadHandle } from './database.ts';
import type { EntryColumns } from './entry-columns.ts';
import { REMOVED } from './entry-columns.ts';
import { AGE_BUCKET_DAYS } from './entry.ts';
import type { StateCount, StateCounts, StorageGroup } from './entry.ts';

const DAY_US = 86_400_000_000;

/** Entries, required ones and bytes of every state, in one pass. */
export function countStates(columns: EntryColumns): StateCounts {
  const counts = ENTRY_STATES.map(() => ({ entries: 0, required: 0, bytes: 0 }));
  for (let slot = 0; slot < columns.slots; slot++) {
    if (columns.states[slot] === REMOVED) continue;
    const count = counts[columns.states[slot]!]!;
    count.entries++;
    if (columns.positions[slot]! >= 0) count.required++;
    count.bytes += Math.max(columns.sizes[slot]!, 0);
  }
  return Object.fromEntries(ENTRY_STATES.map((state, code) => [state, counts[code]!])) as Record<EntryState, StateCount>;
}

/** Index into `AGE_BUCKET_DAYS`, or its length for older or unknown. */
function ageBucket(modifiedAtUs: number, nowUs: number): number {
  if (modifiedAtUs < 0) return AGE_BUCKET_DAYS.length;
  const days = (nowUs - modifiedAtUs) / DAY_US;
  let bucket = 0;
  while (bucket < AGE_BUCKET_DAYS.length && days > AGE_BUCKET_DAYS[bucket]!) bucket++;
  return bucket;
}

interface Sum {
  entries: number;
  bytes: number;
}

/** Bytes by state, split, required and age, in one pass; groups without entries are left out. */
export function groupStorage(db: ReadHandle, columns: EntryColumns, nowMs: number): StorageGroup[] {
  const sums = new Map<number, Sum>();
  for (let slot = 0; slot < columns.slots; slot++) {
    const state = columns.states[slot]!;
    if (state === REMOVED) continue;
    const isRequired = columns.positions[slot]! >= 0 ? 1 : 0;
    const group = (((columns.splitIds[slot]! + 1) * 8 + ageBucket(columns.modifiedAtUs[slot]!, nowMs * 1000)) * 2 + isRequired) * 8 + state;
    let sum = sums.get(group);
    if (!sum) sums.set(group, (sum = { entries: 0, bytes: 0 }));
    sum.entries++;
    sum.bytes += Math.max(columns.sizes[slot]!, 0);
  }
  const names = new Map(db.all<{ id: number; name: string }>('SELECT id, name FROM split').map(({ id, name }) => [id, name]));
  return [...sums].map(([group, sum]) => toGroup(group, sum, names));
}

function toGroup(group: number, sum: Sum, names: ReadonlyMap<number, string>): StorageGroup {
  const bucket = Math.floor(group / 16) % 8;
  return {
    state: ENTRY_STATES[group % 8]!,
    isRequired: Math.floor(group / 8) % 2 === 1,
    maxAgeDays: AGE_BUCKET_DAYS[bucket] ?? null,
    split: names.get(Math.floor(group / 128) - 1) ?? null,
    ...sum,
  };
}
