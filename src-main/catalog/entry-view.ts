import type { Steps } from '../base/index.ts';
import { LarderError, runBehind, runInTurns, runSteps, throwIfAborted } from '../base/index.ts';
import type { ReadHandle } from './database.ts';
import { countStates } from './entry-counts.ts';
import { EntryColumns, REMOVED, parseIntegers, readSlice } from './entry-columns.ts';
import { filterSlots, slotsWithText } from './entry-filter.ts';
import type { Matches } from './entry-filter.ts';
import { firstByKey, firstSlots } from './first-slots.ts';
import { idsOfCache } from './entry-id.ts';
import type { IdRange } from './entry-id.ts';
import { resortSlots, sortSlots } from './entry-order.ts';
import { ENTRY_SORTS } from './entry.ts';
import type { EntryFilter, EntryOrder, EntrySort, StateCounts } from './entry.ts';

/** Rows read between two steps: some milliseconds. */
const SLICE_ROWS = 4_096;
/** Filters and sorted lists that are kept until something changes. */
const KEPT_LISTS = 8;
/** More changes than this part of the rows, and sorting anew is faster. */
const RESORT_PART = 0.02;

/** The unique index alone answers this, in its order. */
export const NUMBERS_BY_KEY = `
  SELECT count(*) AS count, max(key) AS last, CAST(group_concat(number) AS BLOB) AS numbers
  FROM (SELECT id - CAST(? AS INTEGER) AS number, key FROM entry WHERE cacheId = ? AND key > ? ORDER BY key LIMIT ?)`;

interface NumbersRow {
  readonly count: number;
  readonly last: string | null;
  readonly numbers: Uint8Array | null;
}

function filterKey(filter: EntryFilter): string {
  const { states, text, split, minSizeBytes, maxSizeBytes, modifiedAfter, modifiedBefore, isRequired } = filter;
  return JSON.stringify([states ?? 0, text ?? '', split === undefined ? 0 : [split], minSizeBytes ?? '', maxSizeBytes ?? '', modifiedAfter ?? '', modifiedBefore ?? '', isRequired ?? 0]);
}

/** Keeps under a key; the oldest is dropped. */
function keep<T>(kept: Map<string, T>, key: string, value: T): T {
  const oldest = kept.keys().next();
  if (kept.size >= KEPT_LISTS && !oldest.done) kept.delete(oldest.value);
  kept.set(key, value);
  return value;
}

/** The beginning of a sorted list. */
interface FirstSlots {
  readonly slots: Uint32Array;
  /** Length of the whole list. */
  readonly total: number;
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
  readonly #firsts = new Map<string, FirstSlots>();
  #isReady = false;
  /** Counts what was read since: a list made of columns before and after is none. */
  changes = 0;
  #counts: { readonly changes: number; readonly counts: StateCounts } | undefined;

  constructor(db: ReadHandle, cacheId: number) {
    this.#db = db;
    this.columns = new EntryColumns(cacheId);
  }

  /** Counted once between two changes. */
  counts(): StateCounts {
    if (this.#counts?.changes !== this.changes) this.#counts = { changes: this.changes, counts: countStates(this.columns) };
    return this.#counts.counts;
  }

  matching(filter: EntryFilter): Matches {
    return runSteps(this.#matching(filter));
  }

  /** Slots that pass the filter, in the order asked for. */
  list(filter: EntryFilter, sort: EntrySort): Uint32Array {
    return runSteps(this.listing(filter, sort));
  }

  /** As `list`. What changes between two steps makes the result worthless: it is not kept, and must not be used. */
  *listing(filter: EntryFilter, sort: EntrySort): Steps<Uint32Array> {
    const key = `${sort} ${filterKey(filter)}`;
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const { passes, total } = yield* this.#matching(filter);
    const order = yield* this.ordering(sort);
    const { changes } = this;
    const list = yield* keepPassing(order, passes, total);
    return changes === this.changes ? keep(this.#lists, key, list) : list;
  }

  *#matching(filter: EntryFilter): Steps<Matches> {
    const key = filterKey(filter);
    const known = this.#matches.get(key);
    if (known !== undefined) return known;
    const { changes } = this;
    const withText = filter.text ? yield* this.#withText(filter.text) : undefined;
    const matches = yield* filterSlots(this.#db, this.columns, filter, withText);
    return changes === this.changes ? keep(this.#matches, key, matches) : matches;
  }

  /** Looking into every name is the dearest step; its answer holds until a name changes, however many files are published. */
  *#withText(text: string): Steps<Uint8Array> {
    const { version } = this.columns.names;
    if (this.#textsVersion !== version) this.#texts.clear();
    this.#textsVersion = version;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const { slots } = this.columns;
    const found = yield* slotsWithText(this.#db, this.columns, text);
    return version === this.columns.names.version && slots === this.columns.slots ? keep(this.#texts, text, found) : found;
  }

  /**
   * The first slots of a list where its order would have to be made for them.
   *
   * @returns undefined where the list itself costs no more, or something has changed meanwhile
   */
  *first(filter: EntryFilter, { sort = 'position', descending = false }: EntryOrder, wanted: number): Steps<FirstSlots | undefined> {
    const key = `${sort} ${descending} ${filterKey(filter)}`;
    const known = this.#firsts.get(key);
    if (known !== undefined && known.slots.length >= Math.min(wanted, known.total)) return known;
    if (this.#lists.has(`${sort} ${filterKey(filter)}`) || (this.#orders.has(sort) && !this.#moved.has(sort))) return undefined;
    const { changes } = this;
    const matches = yield* this.#matching(filter);
    const slots = sort === 'key' ? yield* firstByKey(this.#db, this.columns, matches, { descending }, wanted) : yield* firstSlots(this.columns, matches, { sort, descending }, wanted);
    return slots === undefined || changes !== this.changes ? undefined : keep(this.#firsts, key, { slots, total: matches.total });
  }

  /**
   * What is likely to be asked first of a list that has just been opened: its beginning in other orders, and a search. Whoever asks
   * sooner than this comes to an end finds at least some of its code compiled.
   */
  *makeReady(wanted: number): Steps<void> {
    if (this.#isReady) return;
    this.#isReady = true;
    const all = { cacheId: this.columns.cacheId };
    yield* this.first(all, { sort: 'name' }, wanted);
    yield* this.columns.names.rehearse(this.columns.slots);
    for (const sort of ['state', 'sizeBytes', 'key'] as const) yield* this.first(all, { sort }, wanted);
  }

  *ordering(sort: EntrySort): Steps<Uint32Array> {
    const known = this.#orders.get(sort);
    const moved = this.#moved.get(sort);
    if (known && !moved) return known;
    const { changes } = this;
    let order: Uint32Array;
    if (sort === 'key') order = yield* this.#orderByKey();
    else if (known && moved) order = resortSlots(this.columns, sort, known, moved);
    else order = yield* sortSlots(this.columns, sort);
    if (changes !== this.changes) return order;
    this.#orders.set(sort, order);
    this.#moved.delete(sort);
    return order;
  }

  *#orderByKey(): Steps<Uint32Array> {
    const { columns } = this;
    const { first } = idsOfCache(columns.cacheId);
    const order = new Uint32Array(columns.slots);
    let at = 0;
    for (let after = ''; ; ) {
      const row = this.#db.get<NumbersRow>(NUMBERS_BY_KEY, first, columns.cacheId, after, SLICE_ROWS)!;
      for (const number of parseIntegers(row.numbers)) {
        const slot = columns.slotOf(number);
        // Rows that have come between two steps are not known yet; they bring a new order with them.
        if (slot >= 0) order[at++] = slot;
      }
      if (row.count < SLICE_ROWS || row.last === null) return order.subarray(0, at);
      after = row.last;
      yield;
    }
  }

  /** @returns false if all has to be read again */
  applyChanges(ranges: readonly IdRange[]): boolean {
    this.changes++;
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
    return runSteps(readRange(this.#db, columns, range));
  }

  #forgetLists(changed: readonly number[], slotsBefore: number): void {
    this.#matches.clear();
    this.#lists.clear();
    this.#firsts.clear();
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

/** Slots looked at between two steps. */
const STEP_SLOTS = 65_536;

/** @param total how many pass; the list has one place more, so that writing needs no branch */
function* keepPassing(order: Uint32Array, passes: Uint8Array, total: number): Steps<Uint32Array> {
  const list = new Uint32Array(total + 1);
  let at = 0;
  for (let from = 0; from < order.length; from += STEP_SLOTS) {
    const to = Math.min(from + STEP_SLOTS, order.length);
    for (let i = from; i < to; i++) {
      const slot = order[i]!;
      list[at] = slot;
      at += passes[slot]!;
    }
    yield;
  }
  return list.subarray(0, total);
}

/** @returns false if all has to be read again */
function* readRange(db: ReadHandle, columns: EntryColumns, range: IdRange): Steps<boolean> {
  for (let from = range.first; from <= range.last; ) {
    const slice = readSlice(db, columns.cacheId, { first: from, last: range.last }, SLICE_ROWS);
    if (!columns.apply(slice)) return false;
    if (slice.count < SLICE_ROWS) return true;
    from = idsOfCache(columns.cacheId).first + slice.numbers[slice.count - 1]! + 1;
    yield;
  }
  return true;
}

/** So many that a rehearsal over them has the loops compiled; reading them takes half a second. */
const REHEARSED_ROWS = 262_144;

/**
 * As `readRange`. On the way the loops of a search and of a filter run over the rows that are there, for a fiftieth of the time that
 * reading a million takes: who asks as soon as the list is open waits for no compiler.
 */
function* readRehearsing(db: ReadHandle, columns: EntryColumns, range: IdRange): Steps<boolean> {
  let isRehearsed = false;
  const reading = readRange(db, columns, range);
  for (;;) {
    const { done, value } = reading.next();
    if (done === true) return value;
    if (!isRehearsed && columns.slots >= REHEARSED_ROWS) {
      isRehearsed = true;
      yield* columns.names.rehearse(columns.slots);
      yield* filterSlots(db, columns, { cacheId: columns.cacheId, states: ['damaged'] }, undefined);
    }
    yield;
  }
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
  readonly #loading = new Map<number, Promise<void>>();
  readonly #closing = new AbortController();

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
    runSteps(readRange(this.#db, view.columns, idsOfCache(cacheId)));
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

  /** Whether `get` answers without reading all rows. */
  isCurrent(cacheId: number): boolean {
    const view = this.#views.get(cacheId);
    return view !== undefined && view.columns.revision >= this.revisions(cacheId).resetRevision;
  }

  /** Reads the rows in turns with other work. What changes meanwhile is caught up by `get`. */
  async load(cacheId: number, signal?: AbortSignal): Promise<void> {
    if (this.isCurrent(cacheId)) return;
    // Whoever asks for the same waits for the same; given up only by all of them together, which is never: it is wanted soon again.
    const loading = this.#loading.get(cacheId) ?? this.#load(cacheId).finally(() => this.#loading.delete(cacheId));
    this.#loading.set(cacheId, loading);
    await loading;
    throwIfAborted(signal);
  }

  async #load(cacheId: number): Promise<void> {
    const view = new CacheView(this.#db, cacheId);
    view.columns.revision = this.revisions(cacheId).revision;
    const isWhole = await runInTurns(readRehearsing(this.#db, view.columns, idsOfCache(cacheId)), this.#closing.signal);
    if (isWhole && !this.isCurrent(cacheId)) this.#keep(cacheId, view);
  }

  /** A list in turns with other work; `list` finds it ready unless something has changed in that very moment. */
  async prepare(query: EntryFilter & EntryOrder, signal?: AbortSignal): Promise<void> {
    await this.load(query.cacheId, signal);
    await runInTurns(this.get(query.cacheId).listing(query, query.sort ?? 'position'), signal ?? this.#closing.signal);
  }

  /** As `prepare`, for later: only while nothing else is asked. What is likely to be asked before comes first. */
  async prepareBehind(query: EntryFilter & EntryOrder, wanted: number, isHeld: () => boolean): Promise<void> {
    await runBehind(this.get(query.cacheId).makeReady(wanted), isHeld, this.#closing.signal);
    await runBehind(this.get(query.cacheId).listing(query, query.sort ?? 'position'), isHeld, this.#closing.signal);
  }

  /** Every sorted order, in turns with other work. */
  async warm(cacheId: number, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await this.load(cacheId, signal);
    for (const sort of ENTRY_SORTS) await runInTurns(this.get(cacheId).ordering(sort), signal ?? this.#closing.signal);
  }

  clear(): void {
    this.#closing.abort();
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
