import type { Steps } from '../base/index.ts';
import { inPieces } from '../base/index.ts';
import type { ReadHandle } from './database.ts';
import type { EntryColumns } from './entry-columns.ts';
import { REMOVED, parseIntegers } from './entry-columns.ts';
import { idsOfCache } from './entry-id.ts';
import { stateCode } from './entry-rows.ts';
import type { EntryFilter } from './entry.ts';
import { foldText } from './name-column.ts';

/** The slots that pass a filter. */
export interface Matches {
  /** 1 where the slot passes. */
  readonly passes: Uint8Array;
  readonly total: number;
}

/** The slots `from` to `to` of a condition: clears `passes[slot]` where it does not hold. */
type Keep = (from: number, to: number) => void;

function keepStates({ states }: EntryColumns, wantedStates: EntryFilter['states'], passes: Uint8Array): Keep {
  const wanted = new Uint8Array(256);
  if (wantedStates) for (const state of wantedStates) wanted[stateCode(state)] = 1;
  else wanted.fill(1, 0, REMOVED);
  return (from, to) => {
    for (let slot = from; slot < to; slot++) passes[slot]! &= wanted[states[slot]!]!;
  };
}

/** Keeps what lies within the bounds, both inclusive; -1 (not known) never does. */
function keepBetween(values: Float64Array, low: number, high: number, passes: Uint8Array): Keep {
  const least = Math.max(low, 0);
  return (from, to) => {
    for (let slot = from; slot < to; slot++) {
      const value = values[slot]!;
      if (value < least || value > high) passes[slot] = 0;
    }
  };
}

function keepSplit(db: ReadHandle, { splitIds }: EntryColumns, split: string | null, passes: Uint8Array): Keep {
  const id = split === null ? -1 : (db.get<{ id: number }>('SELECT id FROM split WHERE name = ?', split)?.id ?? -2);
  return (from, to) => {
    for (let slot = from; slot < to; slot++) if (splitIds[slot] !== id) passes[slot] = 0;
  };
}

function keepRequired({ positions }: EntryColumns, isRequired: boolean, passes: Uint8Array): Keep {
  return (from, to) => {
    for (let slot = from; slot < to; slot++) if (positions[slot]! >= 0 !== isRequired) passes[slot] = 0;
  };
}

/** Behind every text that begins with `prefix`, in SQLite's byte order; U+10FFFF is the highest code point. */
const HIGHEST = '\u{10FFFF}';
/** Keys read between two steps: a millisecond. */
const KEYS_AT_ONCE = 4_096;

/** `id` and `cacheId` come from the index too, so that the table is not touched. */
export const NUMBERS_BY_KEY_RANGE = `
  SELECT CAST(group_concat(id - CAST(? AS INTEGER)) AS BLOB) AS numbers FROM entry WHERE cacheId = ? AND key >= ? AND key < ?`;

/** Looked up first: half of the time that a limited query takes, which hands each row on through another one. */
const KEY_BEHIND = 'SELECT key FROM entry WHERE cacheId = ? AND key >= ? AND key < ? ORDER BY key LIMIT 1 OFFSET ?';

/** Slots whose name contains the text, or whose key begins with it; also of rows that are gone. */
export function* slotsWithText(db: ReadHandle, columns: EntryColumns, text: string): Steps<Uint8Array> {
  const found = yield* columns.names.containing(foldText(text), columns.slots);
  if (!found.includes(0)) return found;
  // Hashes are lower case, but often pasted in capitals.
  for (const prefix of new Set([text, text.toLowerCase()])) yield* addByKeyPrefix(db, columns, prefix, found);
  return found;
}

function* addByKeyPrefix(db: ReadHandle, columns: EntryColumns, prefix: string, found: Uint8Array): Steps<void> {
  const { first } = idsOfCache(columns.cacheId);
  const end = prefix + HIGHEST;
  for (let from = prefix; ; ) {
    const next = db.get<{ key: string }>(KEY_BEHIND, columns.cacheId, from, end, KEYS_AT_ONCE)?.key;
    const row = db.get<{ numbers: Uint8Array | null }>(NUMBERS_BY_KEY_RANGE, first, columns.cacheId, from, next ?? end);
    for (const number of parseIntegers(row?.numbers ?? null)) {
      const slot = columns.slotOf(number);
      if (slot >= 0 && slot < found.length) found[slot] = 1;
    }
    if (next === undefined) return;
    from = next;
    yield;
  }
}

/** The conditions that are given, without the text. */
function conditionsOf(db: ReadHandle, columns: EntryColumns, filter: EntryFilter, passes: Uint8Array): Keep[] {
  const { states, split, isRequired, minSizeBytes = 0, maxSizeBytes = Infinity, modifiedAfter = -1, modifiedBefore = Infinity } = filter;
  const conditions: Keep[] = [];
  if (states !== undefined || columns.hasRemoved()) conditions.push(keepStates(columns, states, passes));
  if (filter.minSizeBytes !== undefined || filter.maxSizeBytes !== undefined) conditions.push(keepBetween(columns.sizes, minSizeBytes, maxSizeBytes, passes));
  if (filter.modifiedAfter !== undefined || filter.modifiedBefore !== undefined) {
    conditions.push(keepBetween(columns.modifiedAtUs, Math.floor(modifiedAfter * 1000) + 1, Math.ceil(modifiedBefore * 1000) - 1, passes));
  }
  if (split !== undefined) conditions.push(keepSplit(db, columns, split, passes));
  if (isRequired !== undefined) conditions.push(keepRequired(columns, isRequired, passes));
  return conditions;
}

/**
 * One pass over a column for each condition that is given.
 *
 * @param withText what `slotsWithText` says about the filter's text, if it has one
 */
export function* filterSlots(db: ReadHandle, columns: EntryColumns, filter: EntryFilter, withText: Uint8Array | undefined): Steps<Matches> {
  const { slots } = columns;
  const passes = new Uint8Array(slots);
  if (withText === undefined) passes.fill(1);
  else passes.set(withText.subarray(0, slots));
  const conditions = conditionsOf(db, columns, filter, passes);
  for (const keep of conditions) yield* inPieces(0, slots, keep);
  if (withText === undefined && conditions.length === 0) return { passes, total: slots };
  let total = 0;
  yield* inPieces(0, slots, (from, to) => {
    total += passing(passes, from, to);
  });
  return { passes, total };
}

function passing(passes: Uint8Array, from: number, to: number): number {
  let total = 0;
  for (let slot = from; slot < to; slot++) total += passes[slot]!;
  return total;
}
