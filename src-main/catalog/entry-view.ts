import { setImmediate as nextTurn } from 'node:timers/promises';
import { LarderError, throwIfAborted } from '../base/index.ts';
import type { ReadHandle } from './database.ts';
import { EntryColumns, REMOVED, parseIntegers, readSlice } from './entry-columns.ts';
import { filterSlots, slotsWithText } from './entry-filter.ts';
import type { Matches } from './entry-filter.ts';
import { idsOfCache } from './entry-id.ts';
import type { IdRange } from './entry-id.ts';
import { resortSlots, sortSlots } from './entry-order.ts';
import { ENTRY_SORTS } from './entry.ts';
import type { EntryFilter, EntryOrder, EntrySort } from './entry.ts';

/** Rows per slice: some 10 ms. */
const SLICE_ROWS = 16_384;
/** Filters and sorted lists that are kept until something changes. */
const KEPT_LISTS = 8;
/** More changes than this part of the rows, and sorting anew is faster. */
const RESORT_PART = 0.02;

/** The unique index alone answers this, in its order. */
export const NUMBERS_BY_KEY = `
  SELECT CAST(group_concat(number) AS BLOB) AS numbers FROM (SELECT id - CAST(? AS INTEGER) AS number FROM entry WHERE cacheId = ? ORDER BY key)`;

function filterKey(filter: EntryFilter): string {
  const { states, text, split, minSizeBytes, maxSizeBytes, modifiedAfter, modifiedBefore, isRequired } = filter;
  return JSON.stringify([states ?? 0, text ?? '', split === undefined ? 0 : [split], minSizeBytes ?? '', maxSizeBytes ?? '', modifiedAfter ?? '', modifiedBefore ?? '', isRequired ?? 0]);
}

/** What is kept under a key, made when it is asked for; the oldest is dropped. */
function remembered<T>(kept: Map<string, T>, key: string, make: () => T): T {
  let value = kept.get(key);
  if (value === undefined) {
    value = make();
    const oldest = kept.keys().next();
    if (kept.size >= KEPT_LISTS && !oldest.done) kept.delete(oldest.value);
    kept.set(key, value);
  }
  return value;
}

/**
 * The lists of one cache, answered from memory. Any window of any filtered and sorted list is three steps: a byte per row that
 * says whether it passes the filter, the sorted order of all rows, and both joined to the list of passing rows; each is kept, so
 * that further windows only cut the list and read their rows by id. SQL cannot do this within 50 ms for 1,000,000 rows:
 * `OFFSET` walks, and a filter that is not in the index of the sort looks at every row.
 */
export class CacheView {
  readonly columns: EntryColumns;
  readonly #db: ReadHandle;
  readonly #orders = new Map<EntrySort, Uint32Array>();
  /** Slots that may have to move in an order before it is used again. */
  readonly #moved = new Map<EntrySort, Set<number>>();
  readonly #texts = new Map<string, Uint8Array>();
  #textsVersion = 0;
  readonly #matches = new Map<string, Matches>();
  readonly #lists = new Map<string, Uint32Array>();

  constructor(db: ReadHandle, cacheId: number) {
    this.#db = db;
    this.columns = new EntryColumns(cacheId);
  }

  matching(filter: EntryFilter): Matches {
    return remembered(this.#matches, filterKey(filter), () =>
      filterSlots(this.#db, this.columns, filter, filter.text ? this.#withText(filter.text) : undefined),
    );
  }

  /** Looking into every name is the dearest step; its answer holds until a name changes, however many files are published. */
  #withText(text: string): Uint8Array {
    if (this.#textsVersion !== this.columns.names.version) this.#texts.clear();
    this.#textsVersion = this.columns.names.version;
    return remembered(this.#texts, text, () => slotsWithText(this.#db, this.columns, text));
  }

  /** Slots that pass the filter, ascending. */
  list(filter: EntryFilter, sort: EntrySort): Uint32Array {
    return remembered(this.#lists, `${sort} ${filterKey(filter)}`, () => {
      const { passes, total } = this.matching(filter);
      return keepPassing(this.order(sort), passes, total);
    });
  }

  order(sort: EntrySort): Uint32Array {
    let order = this.#orders.get(sort);
    const moved = this.#moved.get(sort);
    if (order && !moved) return order;
    if (sort === 'key') order = this.#orderByKey();
    else order = order && moved ? resortSlots(this.columns, sort, order, moved) : sortSlots(this.columns, sort);
    this.#orders.set(sort, order);
    this.#moved.delete(sort);
    return order;
  }

  #orderByKey(): Uint32Array {
    const { columns } = this;
    const { first } = idsOfCache(columns.cacheId);
    const row = this.#db.get<{ numbers: Uint8Array | null }>(NUMBERS_BY_KEY, first, columns.cacheId);
    const numbers = parseIntegers(row?.numbers ?? null);
    const order = new Uint32Array(numbers.length);
    const offset = columns.slots > 0 ? columns.numbers[0]! : 0;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      const guess = number - offset;
      order[i] = columns.numbers[guess] === number ? guess : columns.lowerBound(number);
    }
    return order;
  }

  /** @returns false if all has to be read again */
  applyChanges(ranges: readonly IdRange[]): boolean {
    const changed = new Set<number>();
    const slotsBefore = this.columns.slots;
    for (const range of ranges) if (!this.#applyRange(range, changed)) return false;
    for (let slot = slotsBefore; slot < this.columns.slots; slot++) changed.add(slot);
    if (changed.size > 0) this.#forgetLists([...changed], slotsBefore);
    return true;
  }

  #applyRange(range: IdRange, changed: Set<number>): boolean {
    const { columns } = this;
    const { first } = idsOfCache(columns.cacheId);
    const end = columns.lowerBound(range.last - first + 1);
    for (let slot = columns.lowerBound(range.first - first); slot < end; slot++) {
      columns.states[slot] = REMOVED;
      changed.add(slot);
    }
    return readRange(this.#db, columns, range);
  }

  #forgetLists(changed: readonly number[], slotsBefore: number): void {
    this.#matches.clear();
    this.#lists.clear();
    const isGrown = this.columns.slots > slotsBefore;
    for (const sort of this.#orders.keys()) {
      if (sort !== 'key') this.#move(sort, changed);
      else if (isGrown) this.#orders.delete(sort);
    }
  }

  #move(sort: EntrySort, changed: readonly number[]): void {
    const moved = this.#moved.get(sort) ?? new Set();
    for (const slot of changed) moved.add(slot);
    this.#moved.set(sort, moved);
    if (moved.size <= this.columns.slots * RESORT_PART) return;
    this.#orders.delete(sort);
    this.#moved.delete(sort);
  }
}

/** @param total how many pass; the list has one place more, so that writing needs no branch */
function keepPassing(order: Uint32Array, passes: Uint8Array, total: number): Uint32Array {
  const list = new Uint32Array(total + 1);
  let at = 0;
  for (let i = 0; i < order.length; i++) {
    const slot = order[i]!;
    list[at] = slot;
    at += passes[slot]!;
  }
  return list.subarray(0, total);
}

function readRange(db: ReadHandle, columns: EntryColumns, range: IdRange): boolean {
  for (let from = range.first; from <= range.last; ) {
    const slice = readSlice(db, columns.cacheId, { first: from, last: range.last }, SLICE_ROWS);
    if (!columns.apply(slice)) return false;
    if (slice.count < SLICE_ROWS) return true;
    from = idsOfCache(columns.cacheId).first + slice.numbers[slice.count - 1]! + 1;
  }
  return true;
}

interface Revisions {
  readonly revision: number;
  readonly resetRevision: number;
}

/** Rows of all views together before the one used longest ago is dropped: some 350 MB. */
const MAX_ROWS = 4_000_000;

/** The views of a catalog's caches, brought up to date whenever one is asked for. */
export class EntryViews {
  readonly #db: ReadHandle;
  /** Used last comes last. */
  readonly #views = new Map<number, CacheView>();

  constructor(db: ReadHandle) {
    this.#db = db;
  }

  has(cacheId: number): boolean {
    return this.#views.has(cacheId);
  }

  all(): Iterable<CacheView> {
    return this.#views.values();
  }

  /** @throws ARGUMENT_INVALID for an unknown cache */
  get(cacheId: number): CacheView {
    return this.#db.snapshot(() => {
      const known = this.#views.get(cacheId);
      const revisions = this.revisions(cacheId);
      const view = known && this.#isUpdated(known, revisions) ? known : this.#read(cacheId, revisions);
      view.columns.revision = revisions.revision;
      this.#keep(cacheId, view);
      return view;
    });
  }

  revisions(cacheId: number): Revisions {
    const row = this.#db.get<Revisions>('SELECT revision, resetRevision FROM cache WHERE id = ?', cacheId);
    if (row) return row;
    this.#views.delete(cacheId);
    throw new LarderError('ARGUMENT_INVALID', `The catalog has no cache with id ${cacheId}.`, { hint: 'Open the cache again; it may have been removed from the library.' });
  }

  #isUpdated(view: CacheView, { revision, resetRevision }: Revisions): boolean {
    const known = view.columns.revision;
    if (known === revision) return true;
    if (known < resetRevision) return false;
    const sql = 'SELECT firstId AS first, lastId AS last FROM entryChange WHERE cacheId = ? AND revision > ?';
    return view.applyChanges(this.#db.all<IdRange>(sql, view.columns.cacheId, known));
  }

  #read(cacheId: number, { revision }: Revisions): CacheView {
    const view = new CacheView(this.#db, cacheId);
    readRange(this.#db, view.columns, idsOfCache(cacheId));
    view.columns.revision = revision;
    return view;
  }

  #keep(cacheId: number, view: CacheView): void {
    this.#views.delete(cacheId);
    this.#views.set(cacheId, view);
    let rows = 0;
    for (const { columns } of this.#views.values()) rows += columns.slots;
    for (const oldest of this.#views.keys()) {
      if (rows <= MAX_ROWS || oldest === cacheId) break;
      rows -= this.#views.get(oldest)!.columns.slots;
      this.#views.delete(oldest);
    }
  }

  /** Reads and sorts ahead, giving way to other work after every slice. What changes meanwhile is caught up by `get`. */
  async warm(cacheId: number, signal?: AbortSignal): Promise<void> {
    if (!this.has(cacheId)) {
      const view = new CacheView(this.#db, cacheId);
      view.columns.revision = this.revisions(cacheId).revision;
      const { first, last } = idsOfCache(cacheId);
      for (let from = first; ; ) {
        throwIfAborted(signal);
        const slice = readSlice(this.#db, cacheId, { first: from, last }, SLICE_ROWS);
        if (!view.columns.apply(slice)) return;
        if (slice.count < SLICE_ROWS) break;
        from = first + slice.numbers[slice.count - 1]! + 1;
        await nextTurn();
      }
      if (!this.has(cacheId)) this.#keep(cacheId, view);
    }
    for (const sort of ENTRY_SORTS) {
      throwIfAborted(signal);
      this.get(cacheId).order(sort);
      await nextTurn();
    }
  }

  clear(): void {
    this.#views.clear();
  }
}

/** A window of a list, read from its end when descending. */
export function windowOf(list: Uint32Array, order: EntryOrder, offset: number, limit: number): number[] {
  const slots: number[] = [];
  const end = Math.min(list.length, offset + limit);
  for (let i = offset; i < end; i++) slots.push(list[order.descending ? list.length - 1 - i : i]!);
  return slots;
}
