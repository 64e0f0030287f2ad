import type { Steps } from '../base/index.ts';
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

function keepStates(columns: EntryColumns, filter: EntryFilter, passes: Uint8Array): void {
  const wanted = new Uint8Array(256);
  if (filter.states) for (const state of filter.states) wanted[stateCode(state)] = 1;
  else wanted.fill(1, 0, REMOVED);
  for (let slot = 0; slot < columns.slots; slot++) passes[slot] = wanted[columns.states[slot]!]!;
}

/** Keeps what lies within the bounds, both inclusive; -1 (not known) never does. */
function keepBetween(values: Float64Array, low: number, high: number, passes: Uint8Array): void {
  for (let slot = 0; slot < passes.length; slot++) {
    const value = values[slot]!;
    if (value < 0 || value < low || value > high) passes[slot] = 0;
  }
}

function keepSplit(db: ReadHandle, columns: EntryColumns, split: string | null, passes: Uint8Array): void {
  const id = split === null ? -1 : (db.get<{ id: number }>('SELECT id FROM split WHERE name = ?', split)?.id ?? -2);
  for (let slot = 0; slot < passes.length; slot++) if (columns.splitIds[slot] !== id) passes[slot] = 0;
}

function keepRequired(columns: EntryColumns, isRequired: boolean, passes: Uint8Array): void {
  for (let slot = 0; slot < passes.length; slot++) if (columns.positions[slot]! >= 0 !== isRequired) passes[slot] = 0;
}

/** Behind every text that begins with `prefix`, in SQLite's byte order; U+10FFFF is the highest code point. */
const HIGHEST = '\u{10FFFF}';

/** `id` and `cacheId` come from the index too, so that the table is not touched. */
export const IDS_BY_KEY_PREFIX = `
  SELECT CAST(group_concat(id - CAST(? AS INTEGER)) AS BLOB) AS numbers FROM entry WHERE cacheId = ? AND key >= ? AND key < ?`;

/** Slots whose name contains the text, or whose key begins with it; also of rows that are gone. */
export function* slotsWithText(db: ReadHandle, columns: EntryColumns, text: string): Steps<Uint8Array> {
  const found = new Uint8Array(columns.slots).fill(1);
  yield* columns.names.keepContaining(foldText(text), found, columns.slots);
  for (const number of numbersByKeyPrefix(db, columns, text)) {
    const slot = columns.lowerBound(number);
    if (slot < columns.slots && columns.numbers[slot] === number) found[slot] = 1;
  }
  return found;
}

/** Entries whose key begins with the text, as numbers within the cache. Hashes are lower case, but often pasted in capitals. */
function numbersByKeyPrefix(db: ReadHandle, columns: EntryColumns, text: string): number[] {
  const { first } = idsOfCache(columns.cacheId);
  const prefixes = new Set([text, text.toLowerCase()]);
  return [...prefixes].flatMap((prefix) => {
    const row = db.get<{ numbers: Uint8Array | null }>(IDS_BY_KEY_PREFIX, first, columns.cacheId, prefix, prefix + HIGHEST);
    return row?.numbers ? Array.from(parseIntegers(row.numbers)) : [];
  });
}

/**
 * One pass over a column for each condition that is given.
 *
 * @param withText what `slotsWithText` says about the filter's text, if it has one
 */
export function* filterSlots(db: ReadHandle, columns: EntryColumns, filter: EntryFilter, withText: Uint8Array | undefined): Steps<Matches> {
  const passes = new Uint8Array(columns.slots);
  keepStates(columns, filter, passes);
  yield;
  const { minSizeBytes = 0, maxSizeBytes = Infinity, modifiedAfter = -1, modifiedBefore = Infinity } = filter;
  if (filter.minSizeBytes !== undefined || filter.maxSizeBytes !== undefined) keepBetween(columns.sizes, minSizeBytes, maxSizeBytes, passes);
  if (filter.modifiedAfter !== undefined || filter.modifiedBefore !== undefined) {
    keepBetween(columns.modifiedAtUs, Math.floor(modifiedAfter * 1000) + 1, Math.ceil(modifiedBefore * 1000) - 1, passes);
  }
  yield;
  if (filter.split !== undefined) keepSplit(db, columns, filter.split, passes);
  if (filter.isRequired !== undefined) keepRequired(columns, filter.isRequired, passes);
  yield;
  if (withText) for (let slot = 0; slot < passes.length; slot++) passes[slot]! &= withText[slot]!;
  let total = 0;
  for (let slot = 0; slot < passes.length; slot++) total += passes[slot]!;
  return { passes, total };
}
