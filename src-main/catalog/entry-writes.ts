import type { EntryState } from '../contract/entries.ts';
import { LarderError } from '../base/index.ts';
import { assertCache } from './cache-rows.ts';
import type { EntryReader, EntryWriter } from './catalog.ts';
import type { RunResult, SqlValue, WriteHandle } from './database.ts';
import { nextRevision, recordChanges, recordReset } from './entry-change.ts';
import { keepCounts } from './entry-counts.ts';
import { idsOfCache, toRanges } from './entry-id.ts';
import { ENTRY_FIELDS, stateCode } from './entry-rows.ts';
import type { EntryField, SplitIds } from './entry-rows.ts';
import type { EntryChange, RequiredItem } from './entry.ts';
import { repeatable } from './repeatable.ts';

/** Rows brought into key order and written together: large enough to touch a page of the key index once for many keys. */
const SORTED_TOGETHER = 250_000;

/**
 * Batches in key order: neighbouring keys lie in the same page of the unique index. With keys in random order (md5) inserting
 * 1,000,000 rows took 1.6 to 2 times as long. Four characters are exact enough; equal ones keep their order.
 */
function* inKeyOrder<T extends { readonly key: string }>(rows: Iterable<T>): IterableIterator<T> {
  for (const batch of batches(rows)) {
    const order = new Float64Array(batch.length);
    for (let i = 0; i < batch.length; i++) order[i] = keyPrefix(batch[i]!.key) * 2 ** 20 + i;
    order.sort();
    for (const packed of order) yield batch[packed % 2 ** 20]!;
  }
}

/** The first four characters as a number of 28 bits; only a hint, so that characters beyond ASCII may fold onto others. */
function keyPrefix(key: string): number {
  let prefix = 0;
  for (let i = 0; i < 4; i++) prefix = prefix * 128 + (i < key.length ? key.charCodeAt(i) & 127 : 0);
  return prefix;
}

function* batches<T>(rows: Iterable<T>): IterableIterator<T[]> {
  let batch: T[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < SORTED_TOGETHER) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function splitIds(db: WriteHandle): SplitIds {
  const known = new Map<string, number>();
  return (split) => {
    if (split == null) return null;
    let id = known.get(split);
    if (id === undefined) {
      db.run('INSERT INTO split (name) VALUES (?) ON CONFLICT (name) DO NOTHING', split);
      id = db.get<{ id: number }>('SELECT id FROM split WHERE name = ?', split)!.id;
      known.set(split, id);
    }
    return id;
  };
}

/** Offers row ids behind the last one of the cache, and sees by SQLite's last insert id whether a row was new. */
class RowIds {
  readonly first: number;
  next: number;

  constructor(db: WriteHandle, cacheId: number) {
    const { first, last } = idsOfCache(cacheId);
    const top = db.get<{ id: number | null }>('SELECT max(id) AS id FROM entry WHERE id BETWEEN ? AND ?', first, last)?.id;
    // After a transaction that was rolled back the last insert id may be the one that would be offered now.
    const stale = db.get<{ id: number }>('SELECT last_insert_rowid() AS id')?.id;
    const next = (top ?? first - 1) + 1;
    this.first = next === stale ? next + 1 : next;
    this.next = this.first;
  }

  wasNew(result: RunResult): boolean {
    if (result.changes === 0 || result.lastId !== this.next) return false;
    this.next++;
    return true;
  }
}

interface UpsertPlan {
  readonly fields: readonly EntryField[];
  readonly run: (values: readonly SqlValue[]) => RunResult;
}

/**
 * The statement for rows with just these fields: what is not given is neither bound nor overwritten. A row that a damaged index
 * leads to is changed only if it is the right one.
 */
function upsertPlan(db: WriteHandle, fields: readonly EntryField[]): UpsertPlan {
  const columns = fields.map(({ column }) => column);
  const inserted = columns.includes('state') ? columns : [...columns, 'state'];
  const marks = inserted.map(() => '?').join(', ');
  const sets = columns.map((column) => `${column} = excluded.${column}`).join(', ') || 'key = excluded.key';
  const sql = `
    INSERT INTO entry (id, cacheId, key, ${inserted.join(', ')}) VALUES (?, ?, ?, ${marks})
    ON CONFLICT (cacheId, key) DO UPDATE SET ${sets} WHERE entry.key = excluded.key`;
  return { fields, run: db.runner(sql) };
}

class EntryUpsert {
  readonly #db: WriteHandle;
  readonly #cacheId: number;
  readonly #plans = new Map<number, UpsertPlan>();
  readonly #splitIds: SplitIds;
  readonly ids: RowIds;
  /** Keys of rows that were there before. */
  readonly updatedKeys: string[] = [];

  constructor(db: WriteHandle, cacheId: number) {
    this.#db = db;
    this.#cacheId = cacheId;
    this.#splitIds = splitIds(db);
    this.ids = new RowIds(db, cacheId);
  }

  #planFor(change: EntryChange): UpsertPlan {
    let mask = 0;
    for (let i = 0; i < ENTRY_FIELDS.length; i++) if (change[ENTRY_FIELDS[i]!.field] !== undefined) mask |= 1 << i;
    let plan = this.#plans.get(mask);
    if (!plan) {
      plan = upsertPlan(
        this.#db,
        ENTRY_FIELDS.filter((_, i) => mask & (1 << i)),
      );
      this.#plans.set(mask, plan);
    }
    return plan;
  }

  write(change: EntryChange): void {
    const { fields, run } = this.#planFor(change);
    const values: SqlValue[] = [this.ids.next, this.#cacheId, change.key];
    for (const { field, encode } of fields) values.push(encode(change[field], this.#splitIds));
    if (change.state === undefined) values.push(stateCode(change.file == null ? 'missing' : 'cached'));
    const result = run(values);
    if (result.changes === 0) throw this.#db.damaged(`the index leads from the key ${change.key} to another row`);
    if (!this.ids.wasNew(result)) this.updatedKeys.push(change.key);
  }
}

/** Rows that the index of the keys leads to, without a look at the rows themselves. */
const FOUND_BY_KEY = `
  SELECT count(*) AS found, coalesce(sum(EXISTS (SELECT 1 FROM entry AS byKey INDEXED BY sqlite_autoindex_entry_1 WHERE byKey.cacheId = ? AND byKey.key = row.key AND byKey.id = row.id)), 0) AS byKey
  FROM entry AS row NOT INDEXED WHERE id >= ? AND id < ?`;

const checked = new WeakMap<WriteHandle, Set<number>>();

/**
 * Before the first new row of a cache stays, all its rows must be found by their keys: where a damaged index, which SQLite
 * believes, does not lead to a row, what should change it becomes a second one. Once a process; half a second for 1,000,000 rows.
 *
 * @param end row id behind those that were there
 * @throws CATALOG_DAMAGED
 */
function assertFoundByKey(db: WriteHandle, cacheId: number, end: number): void {
  const of = checked.get(db) ?? new Set<number>();
  if (of.has(cacheId)) return;
  const { found, byKey } = db.get<{ found: number; byKey: number }>(FOUND_BY_KEY, cacheId, idsOfCache(cacheId).first, end)!;
  if (found !== byKey) throw db.damaged(`${found - byKey} rows of cache ${cacheId} are not found by their keys`);
  checked.set(db, of.add(cacheId));
}

const ID_OF_KEY = 'SELECT id FROM entry WHERE cacheId = ? AND key = ?';

function idsOfKeys(db: WriteHandle, cacheId: number, keys: Iterable<string>): number[] {
  const ids: number[] = [];
  for (const key of keys) {
    const row = db.get<{ id: number }>(ID_OF_KEY, cacheId, key);
    if (row) ids.push(row.id);
  }
  return ids;
}

/** Looking up this many keys costs as much as reading a large cache's columns again. */
const MAX_LOOKUPS = 50_000;

function upsertEntries(db: WriteHandle, cacheId: number, given: Iterable<EntryChange>): number {
  const changes = repeatable(given);
  return db.transaction(() => {
    assertCache(db, cacheId);
    const revision = nextRevision(db, cacheId);
    const upsert = new EntryUpsert(db, cacheId);
    for (const change of inKeyOrder(changes)) upsert.write(change);
    const { ids, updatedKeys } = upsert;
    if (ids.next > ids.first) assertFoundByKey(db, cacheId, ids.first);
    if (updatedKeys.length > MAX_LOOKUPS) recordReset(db, cacheId, revision);
    else {
      const added = ids.next > ids.first ? [{ first: ids.first, last: ids.next - 1 }] : [];
      const updated = idsOfKeys(db, cacheId, updatedKeys).filter((id) => id < ids.first);
      recordChanges(db, cacheId, revision, [...toRanges(updated), ...added]);
    }
    return ids.next - ids.first;
  });
}

function setState(db: WriteHandle, cacheId: number, key: string, state: EntryState): boolean {
  return db.transaction(() => {
    const row = db.get<{ id: number }>('UPDATE entry SET state = ? WHERE cacheId = ? AND key = ? RETURNING id', stateCode(state), cacheId, key);
    if (!row) return false;
    recordChanges(db, cacheId, nextRevision(db, cacheId), [{ first: row.id, last: row.id }]);
    return true;
  });
}

function removeEntries(db: WriteHandle, cacheId: number, given: Iterable<string>): number {
  const keys = repeatable(given);
  return db.transaction(() => {
    const ids = [...new Set(idsOfKeys(db, cacheId, keys))];
    if (ids.length === 0) return 0;
    const remove = db.runner('DELETE FROM entry WHERE id = ?');
    for (const id of ids) remove([id]);
    recordChanges(db, cacheId, nextRevision(db, cacheId), toRanges(ids));
    return ids.length;
  });
}

/** A file nobody asked for until now is an entry after all; everything else keeps its state. */
const REQUIRE = `
  INSERT INTO entry (id, cacheId, key, name, splitId, variant, state, position, planRevision) VALUES (?, ?, ?, ?, ?, ?, ${stateCode('missing')}, ?, ?)
  ON CONFLICT (cacheId, key) DO UPDATE SET
    name = coalesce(excluded.name, name), splitId = excluded.splitId, variant = coalesce(excluded.variant, variant), position = excluded.position, planRevision = excluded.planRevision,
    state = CASE state WHEN ${stateCode('foreign')} THEN ${stateCode('cached')} ELSE state END
  WHERE planRevision IS NOT excluded.planRevision AND entry.key = excluded.key`;

const LEFT_OUT = 'id BETWEEN ? AND ? AND position IS NOT NULL AND planRevision IS NOT ?';
const FORGET_LEFT_OUT = `DELETE FROM entry WHERE ${LEFT_OUT} AND file IS NULL`;
const RELEASE_LEFT_OUT = `
  UPDATE entry SET position = NULL, state = CASE state WHEN ${stateCode('cached')} THEN ${stateCode('foreign')} ELSE state END
  WHERE ${LEFT_OUT}`;

function* numbered(items: Iterable<RequiredItem>): IterableIterator<RequiredItem & { readonly position: number }> {
  let index = 0;
  for (const item of items) yield { ...item, position: item.position ?? index++ };
}

interface RequiredRow {
  readonly id: number;
  readonly key: string;
  readonly name: string | null;
  readonly splitId: number | null;
  readonly variant: string | null;
  readonly position: number;
  readonly state: number;
}

const REQUIRED_ROWS = 'SELECT id, key, name, splitId, variant, position, state FROM entry WHERE id > ? AND id <= ? AND position IS NOT NULL ORDER BY id LIMIT ?';
const ROWS_AT_ONCE = 5_000;

/**
 * How many items there are, where the table says of every one what `REQUIRE` would write, and requires
 * nothing else. Every command that knows the lists asks; reading costs half of what writing costs, and
 * whoever shows the cache need not read it again.
 */
function requiredAlready(db: WriteHandle, cacheId: number, items: Iterable<RequiredItem>): number | undefined {
  const wanted = new Map<string, RequiredItem>();
  let count = 0;
  for (const item of numbered(items)) {
    wanted.set(item.key, item);
    count++;
  }
  const known = db.get<{ requiredCount: number | null }>('SELECT requiredCount FROM cache WHERE id = ?', cacheId)?.requiredCount;
  if (wanted.size !== count || known !== count) return undefined;
  const splits = splitIds(db);
  const isSame = ({ key, name, splitId, variant, position, state }: RequiredRow): boolean => {
    const item = wanted.get(key);
    return item !== undefined && item.position === position && (item.name === null || item.name === name) && (item.variant == null || item.variant === variant) && splits(item.split) === splitId && state !== stateCode('foreign');
  };
  const { first, last } = idsOfCache(cacheId);
  for (let after = first - 1, seen = 0; ; ) {
    const rows = db.all<RequiredRow>(REQUIRED_ROWS, after, last, ROWS_AT_ONCE);
    if (!rows.every(isSame)) return undefined;
    seen += rows.length;
    if (rows.length < ROWS_AT_ONCE) return seen === count ? count : undefined;
    after = rows.at(-1)!.id;
  }
}

function isOnce(key: string, items: Iterable<RequiredItem>): boolean {
  let count = 0;
  for (const item of items) if (item.key === key) count++;
  return count === 1;
}

function replaceRequired(db: WriteHandle, cacheId: number, given: Iterable<RequiredItem>): { required: number; missing: number } {
  const items = repeatable(given);
  return db.transaction(() => {
    assertCache(db, cacheId);
    const already = requiredAlready(db, cacheId, items);
    if (already !== undefined) return { required: already, missing: countMissing(db, cacheId) };
    const revision = nextRevision(db, cacheId);
    const ids = new RowIds(db, cacheId);
    const splits = splitIds(db);
    const require = db.runner(REQUIRE);
    let required = 0;
    for (const { key, name, split, variant, position } of inKeyOrder(numbered(items))) {
      const result = require([ids.next, cacheId, key, name, splits(split), variant ?? null, position, revision]);
      if (result.changes === 0) {
        assertFoundByKey(db, cacheId, ids.next);
        if (isOnce(key, items)) throw db.damaged(`the row of ${key} was required by this very plan before`);
        throw new LarderError('ARGUMENT_INVALID', `The item ${name ?? key} is required twice (key ${key}).`);
      }
      ids.wasNew(result);
      required++;
    }
    if (ids.next > ids.first) assertFoundByKey(db, cacheId, ids.first);
    const { first, last } = idsOfCache(cacheId);
    db.run(FORGET_LEFT_OUT, first, last, revision);
    db.run(RELEASE_LEFT_OUT, first, last, revision);
    db.run('UPDATE cache SET requiredCount = ? WHERE id = ?', required, cacheId);
    recordReset(db, cacheId, revision);
    return { required, missing: countMissing(db, cacheId) };
  });
}

function countMissing(db: WriteHandle, cacheId: number): number {
  const { first, last } = idsOfCache(cacheId);
  const sql = `SELECT count(*) AS missing FROM entry WHERE id BETWEEN ? AND ? AND position IS NOT NULL AND state = ${stateCode('missing')}`;
  return db.get<{ missing: number }>(sql, first, last)?.missing ?? 0;
}

export function entryWriter(db: WriteHandle, reader: EntryReader): EntryWriter {
  return {
    ...reader,
    keepCounts: (cacheId, counted) => keepCounts(db, cacheId, counted),
    upsert: (cacheId, changes) => upsertEntries(db, cacheId, changes),
    setState: (cacheId, key, state) => setState(db, cacheId, key, state),
    recordPublished: (cacheId, entry) => void upsertEntries(db, cacheId, [{ ...entry, state: 'cached', error: null }]),
    remove: (cacheId, keys) => removeEntries(db, cacheId, keys),
    replaceRequired: (cacheId, items) => replaceRequired(db, cacheId, items),
  };
}
