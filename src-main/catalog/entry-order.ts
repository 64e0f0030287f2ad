import type { Steps } from '../base/index.ts';
import { inPieces, runSteps } from '../base/index.ts';
import type { EntryColumns } from './entry-columns.ts';
import type { NameColumn } from './name-column.ts';
import type { EntrySort } from './entry.ts';

/** Sorts in memory; `key` comes from the unique index instead (entry-view.ts). */
export type ColumnSort = Exclude<EntrySort, 'key'>;

type NumericSort = Exclude<ColumnSort, 'name'>;

export function columnOf(columns: EntryColumns, sort: NumericSort): Float64Array | Uint8Array {
  switch (sort) {
    case 'position':
      return columns.positions;
    case 'state':
      return columns.states;
    case 'sizeBytes':
      return columns.sizes;
    case 'modifiedAtMs':
      return columns.modifiedAtUs;
    case 'verifiedAtMs':
      return columns.verifiedAtUs;
  }
}

/** Slots looked at between two steps: some milliseconds. */
const STEP_SLOTS = 32_768;

/** All slots in ascending order of a column; NULL last, ties by slot. */
export function sortSlots(columns: EntryColumns, sort: ColumnSort): Steps<Uint32Array> {
  return sort === 'name' ? sortByName(columns.names, columns.slots) : sortByNumber(columnOf(columns, sort), columns.slots);
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Whether the slots are in the order of their values already, those not known last: as they were written. */
  readonly isAscending: boolean;
}

/**
 * Least significant digit radix sort by 16 bits, over whole numbers less than 2^53 in distance. 1,000,000 sizes need two passes,
 * times within a month three.
 */
function* sortByNumber(values: Float64Array | Uint8Array, slots: number): Steps<Uint32Array> {
  let order = new Uint32Array(slots);
  yield* inPieces(0, slots, (from, to) => {
    for (let slot = from; slot < to; slot++) order[slot] = slot;
  });
  const { min, max, isAscending } = yield* boundsOf(values, slots);
  if (isAscending) return order;
  const unknown = max - min + 1;
  let scratch = new Uint32Array(slots);
  const digits = new Uint16Array(slots);
  for (let divisor = 1; divisor <= unknown; divisor *= 65536) {
    const counts = new Uint32Array(65537);
    const count = (from: number, to: number): void => {
      for (let slot = from; slot < to; slot++) {
        const value = values[slot]! < 0 ? unknown : values[slot]! - min;
        const digit = Math.floor(value / divisor) & 0xffff;
        digits[slot] = digit;
        counts[digit + 1]!++;
      }
    };
    const place = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        const slot = order[i]!;
        scratch[counts[digits[slot]!]!++] = slot;
      }
    };
    yield* inPieces(0, slots, count);
    for (let i = 0; i < 65536; i++) counts[i + 1]! += counts[i]!;
    yield* inPieces(0, slots, place);
    [order, scratch] = [scratch, order];
  }
  return order;
}

function* boundsOf(values: Float64Array | Uint8Array, slots: number): Steps<Bounds> {
  let min = Infinity;
  let max = 0;
  let isAscending = true;
  let before = 0;
  yield* inPieces(0, slots, (from, to) => {
    for (let slot = from; slot < to; slot++) {
      const value = values[slot]!;
      if (value < 0) {
        before = Infinity;
        continue;
      }
      if (value < before) isAscending = false;
      else before = value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  });
  return min === Infinity ? { min: 0, max: 0, isAscending } : { min, max, isAscending };
}

/** Below this many names comparing is faster than counting 257 buckets. */
const FEW = 32;

interface Group {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
}

/**
 * Most significant digit radix sort over the bytes of the names, with a stack of its own instead of recursion, since names may
 * share thousands of bytes. Bucket 0 is the end of a name; names that end together are equal and keep their order.
 */
function* sortByName(names: NameColumn, slots: number): Steps<Uint32Array> {
  const { order, named } = yield* namedFirst(names, slots);
  const scratch = new Uint32Array(named);
  const stack: Group[] = [{ from: 0, to: named, depth: 0 }];
  let sorted = 0;
  for (let group = stack.pop(); group; group = stack.pop()) {
    const size = group.to - group.from;
    if (size < FEW) insertionSort(names, order, group);
    else if (size > STEP_SLOTS) yield* splitGroup(names, order, scratch, group, stack);
    else runSteps(splitGroup(names, order, scratch, group, stack));
    sorted += size;
    if (sorted < STEP_SLOTS) continue;
    sorted = 0;
    yield;
  }
  return order;
}

function* namedFirst(names: NameColumn, slots: number): Steps<{ order: Uint32Array; named: number }> {
  const order = new Uint32Array(slots);
  let at = 0;
  yield* inPieces(0, slots, (from, to) => {
    for (let slot = from; slot < to; slot++) if (names.lengths[slot]! >= 0) order[at++] = slot;
  });
  const named = at;
  yield* inPieces(0, slots, (from, to) => {
    for (let slot = from; slot < to; slot++) if (names.lengths[slot]! < 0) order[at++] = slot;
  });
  return { order, named };
}

function* splitGroup(names: NameColumn, order: Uint32Array, scratch: Uint32Array, { from, to, depth }: Group, stack: Group[]): Steps<void> {
  const { bytes, starts, lengths } = names;
  const ends = new Uint32Array(258);
  yield* inPieces(from, to, (first, last) => {
    for (let i = first; i < last; i++) {
      const slot = order[i]!;
      ends[(depth < lengths[slot]! ? bytes[starts[slot]! + depth]! + 1 : 0) + 1]!++;
    }
  });
  for (let bucket = 0; bucket < 257; bucket++) ends[bucket + 1]! += ends[bucket]!;
  const next = ends.slice(0, 257);
  yield* inPieces(from, to, (first, last) => {
    for (let i = first; i < last; i++) {
      const slot = order[i]!;
      scratch[from + next[depth < lengths[slot]! ? bytes[starts[slot]! + depth]! + 1 : 0]!++] = slot;
    }
  });
  order.set(scratch.subarray(from, to), from);
  for (let bucket = 1; bucket < 257; bucket++) {
    const size = ends[bucket + 1]! - ends[bucket]!;
    if (size > 1) stack.push({ from: from + ends[bucket]!, to: from + ends[bucket + 1]!, depth: depth + 1 });
  }
}

function insertionSort(names: NameColumn, order: Uint32Array, { from, to, depth }: Group): void {
  for (let i = from + 1; i < to; i++) {
    const slot = order[i]!;
    let at = i;
    while (at > from && names.compareFrom(order[at - 1]!, slot, depth) > 0) {
      order[at] = order[at - 1]!;
      at--;
    }
    order[at] = slot;
  }
}

/** Ascending order of two slots; not known comes last, ties by slot. */
export function comparator(columns: EntryColumns, sort: ColumnSort): (a: number, b: number) => number {
  if (sort === 'name') return (a, b) => columns.names.compare(a, b) || a - b;
  const values = columnOf(columns, sort);
  const valueOf = (slot: number): number => (values[slot]! < 0 ? Number.MAX_VALUE : values[slot]!);
  return (a, b) => valueOf(a) - valueOf(b) || a - b;
}

/**
 * The same order after a few slots have changed or were added: they are taken out, and put back where a binary search finds their
 * place. Everything between is copied as a block, so that this costs two passes of copying however the names compare.
 */
export function resortSlots(columns: EntryColumns, sort: ColumnSort, order: Uint32Array, changed: Iterable<number>): Uint32Array {
  const compare = comparator(columns, sort);
  const moved = Uint32Array.from(changed).sort(compare);
  const rest = without(order, moved, columns.slots);
  const merged = new Uint32Array(rest.length + moved.length);
  let from = 0;
  for (let i = 0; i < moved.length; i++) {
    const to = upperBound(rest, moved[i]!, from, compare);
    merged.set(rest.subarray(from, to), from + i);
    merged[to + i] = moved[i]!;
    from = to;
  }
  merged.set(rest.subarray(from), from + moved.length);
  return merged;
}

function without(order: Uint32Array, removed: Uint32Array, slots: number): Uint32Array {
  const isRemoved = new Uint8Array(slots);
  for (let i = 0; i < removed.length; i++) isRemoved[removed[i]!] = 1;
  const rest = new Uint32Array(order.length);
  let at = 0;
  for (let i = 0; i < order.length; i++) {
    rest[at] = order[i]!;
    at += 1 - isRemoved[order[i]!]!;
  }
  return rest.subarray(0, at);
}

/** First index from `from` on whose slot belongs behind this one. */
function upperBound(order: Uint32Array, slot: number, from: number, compare: (a: number, b: number) => number): number {
  let low = from;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(order[middle]!, slot) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
