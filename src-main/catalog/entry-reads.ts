import type { WireError } from '../contract/errors.ts';
import { LarderError, runSteps } from '../base/index.ts';
import type { EntryReader } from './catalog.ts';
import type { ReadHandle } from './database.ts';
import { groupStorage } from './entry-counts.ts';
import { idsOfCache } from './entry-id.ts';
import { namedTextsOf } from './entry-texts.ts';
import { factsOf, formsOf, hasRequired, namedKeysOf, namesOf, undescribedKeys } from './entry-facts.ts';
import { findEntry, findEntryByKey, stateCode, stateOf } from './entry-rows.ts';
import { windowOf } from './entry-view.ts';
import type { CacheView, EntryViews } from './entry-view.ts';
import type { Entry, EntryFilter, EntryOrder, EntryPage, EntryProvenance, EntryQuery, StateCounts, NamedEntry } from './entry.ts';
import { fromJson } from './json-column.ts';
import { foldText } from './name-column.ts';

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 10_000;

export function assertWindow(offset: number, limit: number): void {
  if (Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(limit) && limit >= 0) return;
  throw new LarderError('ARGUMENT_INVALID', `A page needs whole numbers from 0; got offset ${offset} and limit ${limit}.`);
}

function listEntries(db: ReadHandle, views: EntryViews, query: EntryQuery): EntryPage {
  const { offset = 0, limit = DEFAULT_LIMIT, sort = 'position' } = query;
  assertWindow(offset, limit);
  return db.snapshot(() => {
    const view = views.get(query.cacheId);
    const list = view.list(query, sort);
    const slots = windowOf(list, query, offset, Math.min(limit, MAX_LIMIT));
    return { entries: readSlots(db, view, slots), total: list.length };
  });
}

export function readSlots(db: ReadHandle, { columns }: CacheView, slots: readonly number[]): Entry[] {
  return slots.flatMap((slot) => findEntry(db, columns.idOf(slot)) ?? []);
}

const STEP = 500;

function* iterateEntries(db: ReadHandle, views: EntryViews, query: EntryFilter & EntryOrder): IterableIterator<Entry> {
  const view = views.get(query.cacheId);
  const list = view.list(query, query.sort ?? 'position');
  // On one snapshot each: a read of its own for every row takes three times as long.
  for (let offset = 0; offset < list.length; offset += STEP) yield* db.snapshot(() => readSlots(db, view, windowOf(list, query, offset, STEP)));
}

const KEYS = 'SELECT key FROM entry WHERE id IN (SELECT value FROM json_each(?))';

function* entryKeys(db: ReadHandle, views: EntryViews, filter: EntryFilter): IterableIterator<readonly string[]> {
  const view = views.get(filter.cacheId);
  const list = view.list(filter, 'position');
  for (let offset = 0; offset < list.length; offset += STEP) {
    const ids = windowOf(list, {}, offset, STEP).map((slot) => view.columns.idOf(slot));
    yield db.all<{ key: string }>(KEYS, JSON.stringify(ids)).map(({ key }) => key);
  }
}

const NAMED = `
  SELECT key, name, variant FROM entry
  WHERE cacheId = ? AND key > ? AND key <= ? AND name IS NOT NULL AND variant IS NOT NULL
  ORDER BY key LIMIT ?`;
const NAMED_AT_ONCE = 5_000;

/** In key order straight from the table: a tenth of the time that whole rows take, and no column in memory. */
function* namedEntries(db: ReadHandle, cacheId: number, range: { readonly after: string; readonly last: string }): IterableIterator<NamedEntry> {
  for (let { after } = range; ; ) {
    const rows = db.all<NamedEntry>(NAMED, cacheId, after, range.last, NAMED_AT_ONCE);
    yield* rows;
    if (rows.length < NAMED_AT_ONCE) return;
    after = rows.at(-1)!.key;
  }
}

const WITH_ERROR = 'SELECT key, errorJson FROM entry WHERE cacheId = ? AND key > ? AND key <= ? AND errorJson IS NOT NULL';
const LAST_OF_STEP = 'SELECT key FROM entry WHERE cacheId = ? AND key > ? ORDER BY key LIMIT 1 OFFSET ?';
/** Behind every key. */
const LAST_KEY = '\u{10ffff}';

function* entryErrors(db: ReadHandle, cacheId: number): IterableIterator<{ key: string; error: WireError }[]> {
  for (let after = ''; after !== LAST_KEY; ) {
    const last = db.get<{ key: string }>(LAST_OF_STEP, cacheId, after, NAMED_AT_ONCE - 1)?.key ?? LAST_KEY;
    yield db.all<{ key: string; errorJson: string }>(WITH_ERROR, cacheId, after, last).flatMap(({ key, errorJson }) => {
      const error = fromJson<WireError>(errorJson);
      return error === null ? [] : [{ key, error }];
    });
    after = last;
  }
}

function provenanceOf(db: ReadHandle, cacheId: number, key: string): EntryProvenance | undefined {
  const row = db.get<Omit<EntryProvenance, 'state'> & { state: number }>('SELECT name, variant, state, maker, pixels FROM entry WHERE cacheId = ? AND key = ?', cacheId, key);
  return row === undefined ? undefined : { ...row, state: stateOf(db, row.state) };
}

function offsetOf(db: ReadHandle, views: EntryViews, query: EntryFilter & EntryOrder, key: string): number | undefined {
  return db.snapshot(() => {
    const row = db.get<{ id: number }>('SELECT id FROM entry WHERE cacheId = ? AND key = ?', query.cacheId, key);
    const view = views.get(query.cacheId);
    const slot = row && view.columns.findSlot(row.id);
    if (slot === undefined) return undefined;
    const list = view.list(query, query.sort ?? 'position');
    const index = list.indexOf(slot);
    if (index < 0) return undefined;
    return query.descending ? list.length - 1 - index : index;
  });
}

function entriesByName(db: ReadHandle, views: EntryViews, cacheId: number, name: string): Entry[] {
  return db.snapshot(() => {
    const view = views.get(cacheId);
    const { names, slots } = view.columns;
    const folded = foldText(name);
    const candidates = runSteps(names.containing(folded, slots));
    const found: number[] = [];
    for (let slot = candidates.indexOf(1); slot >= 0; slot = candidates.indexOf(1, slot + 1)) {
      if (names.lengths[slot] === folded.length) found.push(slot);
    }
    return readSlots(db, view, found).filter((entry) => entry.name === name);
  });
}

/** Each by itself: of both at once SQLite looks at every row. */
const FIRST = 'SELECT min(id) AS id FROM entry WHERE id BETWEEN ? AND ?';
const LAST = 'SELECT max(id) AS id FROM entry WHERE id BETWEEN ? AND ?';
const NEXT_CACHED = 'SELECT id FROM (SELECT id, state FROM entry WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?) WHERE state = ? LIMIT 1';
/** Rows looked at for each one that is wanted. */
const SAMPLE_REACH = 500;

function sampleEntries(db: ReadHandle, cacheId: number, count: number): readonly Entry[] {
  return db.snapshot(() => {
    const range = idsOfCache(cacheId);
    const end = (sql: string): number | null => db.get<{ id: number | null }>(sql, range.first, range.last)?.id ?? null;
    const [first, last] = [end(FIRST), end(LAST)];
    if (first === null || last === null) return [];
    const found = new Set<number>();
    for (let i = 0; i < count; i++) {
      const from = first + Math.floor(((last - first + 1) * i) / count);
      const row = db.get<{ id: number }>(NEXT_CACHED, from, last, SAMPLE_REACH, stateCode('cached'));
      if (row !== undefined) found.add(row.id);
    }
    return [...found].flatMap((id) => findEntry(db, id) ?? []);
  });
}

interface SavedCounts {
  readonly revision: number;
  readonly countsRevision: number | null;
  readonly countsJson: string | null;
}

function savedCounts(db: ReadHandle, cacheId: number): StateCounts | null {
  const saved = db.get<SavedCounts>('SELECT revision, countsRevision, countsJson FROM cache WHERE id = ?', cacheId);
  const counts = saved && saved.countsRevision === saved.revision ? fromJson<StateCounts>(saved.countsJson) : null;
  // Versions before counted less.
  return counts?.cached.unverified === undefined ? null : counts;
}

/** The library shows the counts of every cache; those of a cache that is not open come from the last time they were counted. */
const ALIKE = `
  SELECT count(*) AS contents, coalesce(sum(each), 0) AS entries
  FROM (SELECT count(*) AS each FROM entry WHERE cacheId = ? AND pixels IS NOT NULL AND file IS NOT NULL GROUP BY pixels HAVING each > 1)`;

function stateCounts(db: ReadHandle, views: EntryViews, cacheId: number): StateCounts {
  return db.snapshot(() => savedCounts(db, cacheId) ?? views.get(cacheId).counts());
}

/** The index of the keys has as many as the table has rows, as of one moment: rows behind a damaged one are found by their keys only. */
function isWhole(db: ReadHandle, cacheId: number): boolean {
  const { first, last } = idsOfCache(cacheId);
  return db.snapshot(() => {
    const byKey = db.get<{ rows: number }>('SELECT count(*) AS rows FROM entry WHERE cacheId = ?', cacheId)!.rows;
    const byId = db.get<{ rows: number }>('SELECT count(*) AS rows FROM entry NOT INDEXED WHERE id BETWEEN ? AND ?', first, last)!.rows;
    return byKey === byId;
  });
}

export function entryReader(db: ReadHandle, views: EntryViews): EntryReader {
  return {
    list: (query) => listEntries(db, views, query),
    count: (filter) => views.get(filter.cacheId).matching(filter).total,
    offsetOf: (query, key) => offsetOf(db, views, query, key),
    iterate: (query) => iterateEntries(db, views, query),
    keys: (filter) => entryKeys(db, views, filter),
    named: (cacheId, range) => namedEntries(db, cacheId, range),
    errors: (cacheId) => entryErrors(db, cacheId),
    namedKeys: (cacheId) => namedKeysOf(db, cacheId),
    namedTexts: (cacheId, form) => namedTextsOf(db, cacheId, form),
    sample: (cacheId, count) => sampleEntries(db, cacheId, count),
    facts: (cacheId) => factsOf(db, cacheId),
    names: (cacheId) => namesOf(db, cacheId),
    undescribed: (cacheId) => undescribedKeys(db, cacheId),
    forms: (cacheId) => formsOf(db, cacheId),
    hasRequired: (cacheId) => hasRequired(db, cacheId),
    isWhole: (cacheId) => isWhole(db, cacheId),
    provenanceOf: (cacheId, key) => provenanceOf(db, cacheId, key),
    getByKey: (cacheId, key) => findEntryByKey(db, cacheId, key),
    getByName: (cacheId, name) => entriesByName(db, views, cacheId, name),
    stateCounts: (cacheId) => stateCounts(db, views, cacheId),
    alike: (cacheId) => db.get<{ contents: number; entries: number }>(ALIKE, cacheId)!,
    storage: (cacheId, nowMs) => db.snapshot(() => groupStorage(db, views.get(cacheId).columns, nowMs)),
    load: (cacheId, signal) => views.load(cacheId, signal),
    prepare: (query, signal) => views.prepare(query, signal),
    warm: (cacheId, signal) => views.warm(cacheId, signal),
    savedCounts: (cacheId) => savedCounts(db, cacheId),
  };
}
