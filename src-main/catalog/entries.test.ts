import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ENTRY_STATES } from '../contract/entries.ts';
import { ENTRY_SORTS, openCatalog } from './index.ts';
import type { Catalog, Entry, EntryChange, EntryFilter, EntrySort, RequiredItem, StateCounts } from './index.ts';

let catalog: Catalog;
let cacheId: number;
beforeEach(() => {
  catalog = openCatalog({ path: ':memory:' });
  catalog.caches.upsert({ kind: 'image', directory: '/caches/other' });
  cacheId = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' }).id;
});
afterEach(() => catalog.close());

const keysOf = (filter: Omit<EntryFilter, 'cacheId'> & { sort?: EntrySort; descending?: boolean; offset?: number; limit?: number }): string[] =>
  catalog.entries.list({ cacheId, ...filter }).entries.map((entry) => entry.key);

describe('keys', () => {
  it('are those of the entries that pass, removed ones left out, however many', () => {
    catalog.entries.upsert(cacheId, Array.from({ length: 1_200 }, (_, i) => ({ key: `k${i}`, state: i % 3 === 0 ? ('cached' as const) : ('missing' as const) })));
    const keys = Array.from(catalog.entries.keys({ cacheId, states: ['cached'] })).flat();
    expect(keys.toSorted()).toEqual(Array.from({ length: 400 }, (_, i) => `k${i * 3}`).toSorted());
  });
});

describe('upsert', () => {
  it('keeps what is not given, and forgets what is null', () => {
    catalog.entries.upsert(cacheId, [{ key: 'a', name: 'A', split: 'train', shape: [1, 2, 3], dtype: 'float16', statistics: { min: 0, max: 1, mean: 0.5, nonFiniteCount: 0 } }]);
    catalog.entries.upsert(cacheId, [{ key: 'a', sizeBytes: 7, split: null }]);
    expect(catalog.entries.getByKey(cacheId, 'a')).toMatchObject({
      name: 'A', split: null, shape: [1, 2, 3], dtype: 'float16', sizeBytes: 7, state: 'missing', statistics: { min: 0, max: 1, mean: 0.5, nonFiniteCount: 0 },
    });
  });

  it('counts new rows only, also when a key comes twice', () => {
    expect(catalog.entries.upsert(cacheId, [{ key: 'a' }, { key: 'b' }, { key: 'a', name: 'later' }])).toBe(2);
    expect(catalog.entries.upsert(cacheId, [{ key: 'b' }, { key: 'c' }])).toBe(1);
    expect(catalog.entries.getByKey(cacheId, 'a')?.name).toBe('later');
    expect(keysOf({ sort: 'key' })).toEqual(['a', 'b', 'c']);
  });

  it('keeps the same key of two caches apart', () => {
    const other = catalog.caches.getByDirectory('/caches/other')!.id;
    catalog.entries.upsert(cacheId, [{ key: 'a', name: 'here' }]);
    catalog.entries.upsert(other, [{ key: 'a', name: 'there' }]);
    expect(catalog.entries.getByKey(other, 'a')?.name).toBe('there');
    expect(catalog.entries.count({ cacheId })).toBe(1);
    catalog.caches.remove(other);
    expect(catalog.entries.getByKey(other, 'a')).toBeUndefined();
    expect(catalog.entries.count({ cacheId })).toBe(1);
  });

  it('refuses an unknown cache and leaves nothing of a failed batch behind', () => {
    expect(() => catalog.entries.upsert(99, [{ key: 'a' }])).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    const failing = function* (): Generator<EntryChange> {
      yield { key: 'a' };
      throw new Error('listing failed');
    };
    expect(() => catalog.entries.upsert(cacheId, failing())).toThrow('listing failed');
    expect(catalog.entries.count({ cacheId })).toBe(0);
    expect(catalog.entries.upsert(cacheId, [{ key: 'a' }])).toBe(1);
  });

  it('records a publication: cached, without its last error', () => {
    catalog.entries.upsert(cacheId, [{ key: 'a', name: 'A', state: 'queued', error: { code: 'WORKER_LOST', message: 'The worker died.' } }]);
    catalog.entries.recordPublished(cacheId, { key: 'a', file: 'a.pt', sizeBytes: 9, modifiedAtMs: 1_700_000_000_000.25 });
    expect(catalog.entries.getByKey(cacheId, 'a')).toMatchObject({ state: 'cached', error: null, name: 'A', sizeBytes: 9, modifiedAtMs: 1_700_000_000_000.25 });
  });
});

describe('replaceRequired', () => {
  it('keeps facts about files, forgets rows without one, and adopts files nobody asked for', () => {
    catalog.entries.upsert(cacheId, [{ key: 'stray', file: 'stray.pt', sizeBytes: 3, state: 'foreign' }]);
    catalog.entries.replaceRequired(cacheId, ['a', 'b', 'c'].map((key) => ({ key, name: `n-${key}`, split: 'train' })));
    catalog.entries.recordPublished(cacheId, { key: 'a', file: 'a.pt', sizeBytes: 1 });
    const result = catalog.entries.replaceRequired(cacheId, ['stray', 'd', 'c'].map((key) => ({ key, name: null, split: 'valid' })));
    expect(result).toEqual({ required: 3, missing: 2 });
    const rows = catalog.entries.list({ cacheId, sort: 'position' }).entries.map(({ key, name, state, position, split }) => [key, name, state, position, split]);
    expect(rows).toEqual([
      ['stray', null, 'cached', 0, 'valid'],
      ['d', null, 'missing', 1, 'valid'],
      ['c', 'n-c', 'missing', 2, 'valid'],
      ['a', 'n-a', 'foreign', null, 'train'],
    ]);
    expect(catalog.caches.get(cacheId)?.requiredCount).toBe(3);
  });

  const asked: RequiredItem[] = ['a', 'b', 'c'].map((key) => ({ key, name: `n-${key}`, split: 'train', variant: 'one' }));
  const seen = (): unknown[] => catalog.entries.list({ cacheId, sort: 'position' }).entries.map(({ key, name, state, position, split, variant }) => [key, name, state, position, split, variant]);

  it('writes nothing where nothing has changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'larder-required-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    catalog.close();
    catalog = openCatalog({ path: join(folder, 'catalog.sqlite') });
    cacheId = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' }).id;
    const beside = new Database(join(folder, 'catalog.sqlite'), { readonly: true });
    onTestFinished(() => void beside.close());
    catalog.entries.replaceRequired(cacheId, asked);
    catalog.entries.recordPublished(cacheId, { key: 'a', file: 'a.pt', sizeBytes: 1 });
    const [before, rows] = [beside.pragma('data_version'), seen()];
    expect(catalog.entries.replaceRequired(cacheId, asked)).toEqual({ required: 3, missing: 2 });
    expect(catalog.entries.replaceRequired(cacheId, asked.map((item) => ({ ...item, name: null, variant: null })))).toEqual({ required: 3, missing: 2 });
    expect(beside.pragma('data_version')).toEqual(before);
    expect(seen()).toEqual(rows);
  });

  it.each<[string, RequiredItem[], unknown[]]>([
    ['a name', asked.with(1, { ...asked[1]!, name: 'other' }), ['b', 'other', 'missing', 1, 'train', 'one']],
    ['a split', asked.with(1, { ...asked[1]!, split: 'test' }), ['b', 'n-b', 'missing', 1, 'test', 'one']],
    ['a variant', asked.with(1, { ...asked[1]!, variant: 'two' }), ['b', 'n-b', 'missing', 1, 'train', 'two']],
    ['the order', asked.toReversed().with(1, asked[0]!).with(2, asked[1]!), ['a', 'n-a', 'missing', 1, 'train', 'one']],
    ['one that came', asked.toSpliced(1, 0, { ...asked[1]!, key: 'd' }), ['d', 'n-b', 'missing', 1, 'train', 'one']],
    ['one that went', asked.toSpliced(1, 1), ['c', 'n-c', 'missing', 1, 'train', 'one']],
    ['one in the place of another', asked.with(1, { ...asked[1]!, key: 'd' }), ['d', 'n-b', 'missing', 1, 'train', 'one']],
  ])('sees %s', (_, changed, second) => {
    catalog.entries.replaceRequired(cacheId, asked);
    expect(catalog.entries.replaceRequired(cacheId, changed)).toEqual({ required: changed.length, missing: changed.length });
    expect(seen()[1]).toEqual(second);
    expect(seen()).toHaveLength(changed.length);
  });

  it('sees an item that has become foreign, and one that was removed', () => {
    catalog.entries.replaceRequired(cacheId, asked);
    catalog.entries.upsert(cacheId, [{ key: 'b', state: 'foreign', file: 'b.pt' }]);
    catalog.entries.replaceRequired(cacheId, asked);
    expect(seen()[1]).toEqual(['b', 'n-b', 'cached', 1, 'train', 'one']);
    catalog.entries.remove(cacheId, ['b']);
    catalog.entries.replaceRequired(cacheId, asked);
    expect(seen()[1]).toEqual(['b', 'n-b', 'missing', 1, 'train', 'one']);
  });

  it('refuses a key that comes twice, and then changes nothing', () => {
    catalog.entries.replaceRequired(cacheId, [{ key: 'a', name: 'A', split: null }]);
    const twice = [{ key: 'b', name: 'B', split: null }, { key: 'b', name: 'B', split: null }];
    expect(() => catalog.entries.replaceRequired(cacheId, twice)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(keysOf({})).toEqual(['a']);
  });
});

describe('searching', () => {
  beforeEach(() => {
    catalog.entries.upsert(cacheId, [
      { key: 'abc0', name: 'Träin_Ä.nii' },
      { key: 'abd1', name: 'བོད་ཡིག' },
      { key: 'ffe2', name: 'line\nbreak, comma' },
      { key: '0a13', name: '' },
      { key: '0a14', name: null },
      { key: 'Name.TXT', name: 'ΣΟΦΟΣ abc' },
    ]);
  });

  it.each([
    ['träin_ä', ['abc0']],
    ['TRA\u0308IN', ['abc0']],
    ['ཡིག', ['abd1']],
    ['\n', ['ffe2']],
    [',', ['ffe2']],
    ['ab', ['Name.TXT', 'abc0', 'abd1']],
    ['ABD', ['abd1']],
    ['Name.T', ['Name.TXT']],
    ['σοφ', ['Name.TXT']],
    ['0a1', ['0a13', '0a14']],
    ['nowhere', []],
    ['%', []],
    ['', ['0a13', '0a14', 'Name.TXT', 'abc0', 'abd1', 'ffe2']],
  ])('%j finds %j', (text, keys) => expect(keysOf({ text, sort: 'key' })).toEqual(keys));

  it('finds exact names only by name', () => {
    expect(catalog.entries.getByName(cacheId, 'བོད་ཡིག').map((entry) => entry.key)).toEqual(['abd1']);
    expect(catalog.entries.getByName(cacheId, 'träin_Ä.nii')).toEqual([]);
  });

  it('follows renames, and finds nothing under the old name', () => {
    expect(catalog.entries.count({ cacheId, text: 'comma' })).toBe(1);
    catalog.entries.upsert(cacheId, [{ key: 'ffe2', name: 'dot' }]);
    expect(catalog.entries.count({ cacheId, text: 'comma' })).toBe(0);
    expect(keysOf({ text: 'DOT' })).toEqual(['ffe2']);
  });
});

/** What `list` promises, written down the slow way. */
function expected(entries: readonly Entry[], filter: EntryFilter, sort: EntrySort, descending: boolean): string[] {
  const { text, states, split, minSizeBytes, maxSizeBytes, modifiedAfter, modifiedBefore, isRequired } = filter;
  const kept = entries.filter(
    (entry) =>
      (!states || states.includes(entry.state)) &&
      (split === undefined || entry.split === split) &&
      (!text || (entry.name ?? '').toLowerCase().includes(text) || entry.key.startsWith(text)) &&
      (minSizeBytes === undefined || (entry.sizeBytes ?? -1) >= minSizeBytes) &&
      (maxSizeBytes === undefined || (entry.sizeBytes !== null && entry.sizeBytes <= maxSizeBytes)) &&
      (modifiedAfter === undefined || (entry.modifiedAtMs ?? -1) > modifiedAfter) &&
      (modifiedBefore === undefined || (entry.modifiedAtMs !== null && entry.modifiedAtMs < modifiedBefore)) &&
      (isRequired === undefined || (entry.position !== null) === isRequired),
  );
  const valueOf = (entry: Entry): string | number | null =>
    sort === 'state' ? ENTRY_STATES.indexOf(entry.state) : sort === 'name' ? (entry.name?.toLowerCase() ?? null) : entry[sort];
  const compare = (a: Entry, b: Entry): number => {
    const [x, y] = [valueOf(a), valueOf(b)];
    if (x === y) return a.id - b.id;
    if (x === null || y === null) return x === null ? 1 : -1;
    return x < y ? -1 : 1;
  };
  kept.sort(compare);
  if (descending) kept.reverse();
  return kept.map((entry) => entry.key);
}

const hex = fc.stringMatching(/^[0-9a-f]{3}$/);
const change: fc.Arbitrary<EntryChange> = fc.record(
  {
    key: hex,
    name: fc.option(fc.stringMatching(/^[abAB_]{0,6}$/)),
    split: fc.option(fc.constantFrom('train', 'valid')),
    state: fc.constantFrom(...ENTRY_STATES),
    position: fc.option(fc.nat(50)),
    sizeBytes: fc.option(fc.oneof(fc.nat(5), fc.constantFrom(2 ** 40, 2 ** 33 + 1))),
    modifiedAtMs: fc.option(fc.oneof(fc.nat(5), fc.constant(1_763_000_000_000.5))),
    verifiedAtMs: fc.option(fc.nat(5)),
  },
  { requiredKeys: ['key'] },
);
const filters = fc.record(
  {
    states: fc.subarray([...ENTRY_STATES]),
    text: fc.oneof(fc.stringMatching(/^[ab_]{0,3}$/), hex),
    split: fc.option(fc.constantFrom('train', 'test')),
    minSizeBytes: fc.nat(6),
    maxSizeBytes: fc.nat(6),
    modifiedAfter: fc.nat(6),
    modifiedBefore: fc.nat(6),
    isRequired: fc.boolean(),
  },
  { requiredKeys: [] },
);
const step = fc.record({ changes: fc.array(change, { maxLength: 40 }), removed: fc.array(hex, { maxLength: 3 }), filter: filters, sort: fc.constantFrom(...ENTRY_SORTS), descending: fc.boolean() });

describe('list', () => {
  it('agrees with filtering and sorting one by one, whatever was written before', () => {
    let number = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const id = catalog.caches.upsert({ kind: 'volume', directory: `/caches/property-${number++}` }).id;
        for (const { changes, removed, filter, sort, descending } of steps) {
          catalog.entries.upsert(id, changes);
          catalog.entries.remove(id, [...removed, ...changes.slice(0, 1).map(({ key }) => key)]);
          const query = { ...filter, cacheId: id, sort, descending };
          const all = [...new Set(steps.flatMap((one) => one.changes.map(({ key }) => key)))].flatMap((key) => catalog.entries.getByKey(id, key) ?? []);
          const keys = expected(all, query, sort, descending);
          expect([...catalog.entries.iterate(query)].map((entry) => entry.key)).toEqual(keys);
          expect(catalog.entries.count(query)).toBe(keys.length);
          expect(catalog.entries.list({ ...query, offset: 2, limit: 3 })).toMatchObject({ total: keys.length, entries: keys.slice(2, 5).map((key) => ({ key })) });
          for (const [index, key] of keys.entries()) expect(catalog.entries.offsetOf(query, key)).toBe(index);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('answers windows beyond the end with nothing, and refuses windows that are none', () => {
    catalog.entries.upsert(cacheId, [{ key: 'a' }]);
    expect(catalog.entries.list({ cacheId, offset: 5 })).toEqual({ entries: [], total: 1 });
    expect(() => catalog.entries.list({ cacheId, offset: -1 })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(() => catalog.entries.list({ cacheId: 99 })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });

  it('is the same after reading ahead, over more rows than one slice', async () => {
    const rows = Array.from({ length: 40_000 }, (_, i) => ({ key: `k${(i * 7919) % 40_000}`, name: `n${i % 97}`, position: i }));
    catalog.entries.upsert(cacheId, rows);
    await catalog.entries.warm(cacheId);
    expect(keysOf({ sort: 'position', offset: 33_333, limit: 2 })).toEqual([rows[33_333]!.key, rows[33_334]!.key]);
    expect(catalog.entries.count({ cacheId, text: 'n96' })).toBe(412);
    expect(catalog.entries.count({ cacheId, text: 'n9' })).toBe(412 * 7 + 413);
    await expect(catalog.entries.warm(cacheId, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('is the same for lists prepared while rows come, go and change', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => ({ key: `k${String((i * 7919) % 60_000).padStart(5, '0')}`, name: `n${i % 97}`, position: i, sizeBytes: i % 1000 }));
    catalog.entries.upsert(cacheId, rows);
    for (const sort of ['key', 'name', 'sizeBytes'] as const) {
      const query = { cacheId, sort, text: 'n9' };
      const preparing = catalog.entries.prepare(query);
      await new Promise((resolve) => setImmediate(resolve));
      catalog.entries.upsert(cacheId, [{ key: `a-${sort}`, name: 'n9', sizeBytes: 5 }, { key: 'k00010', name: `n9 ${sort}` }]);
      catalog.entries.remove(cacheId, ['k59999', 'k00000']);
      await preparing;
      const all = [...catalog.entries.iterate({ cacheId, text: 'n9' })];
      const listed = catalog.entries.list({ ...query, limit: 10_000 });
      expect(listed.total).toBe(all.length);
      expect(listed.entries.map(({ key }) => key).slice(0, 50)).toEqual(expected(all, query, sort, false).slice(0, 50));
      expect(catalog.entries.getByKey(cacheId, `a-${sort}`)?.name).toBe('n9');
    }
  });

  it('gives way while it prepares, and stops when nobody wants it any more', async () => {
    catalog.entries.upsert(cacheId, Array.from({ length: 60_000 }, (_, i) => ({ key: `k${i}`, name: `n${i}` })));
    const abort = new AbortController();
    const preparing = catalog.entries.prepare({ cacheId, sort: 'name' }, abort.signal);
    setImmediate(() => abort.abort());
    await expect(preparing).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(catalog.entries.list({ cacheId, sort: 'name', limit: 1 }).total).toBe(60_000);
  });
});

describe('sample', () => {
  it('takes cached entries from all over the cache, each once', () => {
    catalog.entries.upsert(cacheId, Array.from({ length: 100 }, (_, i) => ({ key: `k${String(i).padStart(2, '0')}`, state: i % 10 === 5 ? ('cached' as const) : ('missing' as const) })));
    // Every quarter begins at 0, 25, 50, 75; the next cached ones are those that end in 5.
    expect(catalog.entries.sample(cacheId, 4).map(({ key }) => key)).toEqual(['k05', 'k25', 'k55', 'k75']);
    expect(catalog.entries.sample(cacheId, 20).map(({ key }) => key)).toEqual(['k05', 'k15', 'k25', 'k35', 'k45', 'k55', 'k65', 'k75', 'k85', 'k95']);
  });

  it('is empty where nothing is cached', () => {
    expect(catalog.entries.sample(cacheId, 4)).toEqual([]);
    catalog.entries.upsert(cacheId, [{ key: 'a', state: 'missing' }]);
    expect(catalog.entries.sample(cacheId, 4)).toEqual([]);
  });
});

describe('counts', () => {
  it('sums entries, required ones and bytes by state', () => {
    catalog.entries.upsert(cacheId, [
      { key: 'a', state: 'cached', sizeBytes: 5, position: 0 },
      { key: 'b', state: 'cached', sizeBytes: 6 },
      { key: 'c', state: 'missing', position: 1 },
    ]);
    const counts = catalog.entries.stateCounts(cacheId);
    expect(counts.cached).toMatchObject({ entries: 2, required: 1, bytes: 11 });
    expect(counts.missing).toMatchObject({ entries: 1, required: 1, bytes: 0 });
    catalog.entries.remove(cacheId, ['b']);
    expect(catalog.entries.stateCounts(cacheId).cached).toMatchObject({ entries: 1, required: 1, bytes: 5 });
  });

  it('tells how many nobody has read as they are now, and sorts them behind the others', () => {
    const verified = { state: 'cached', verifiedAtMs: 7, verifiedSizeBytes: 5 } as const;
    catalog.entries.upsert(cacheId, ['a', 'b', 'c'].map((key) => ({ key, ...verified })));
    expect(catalog.entries.stateCounts(cacheId).cached.unverified).toBe(0);
    // As when the file has changed since.
    catalog.entries.upsert(cacheId, [{ key: 'b', state: 'cached', verifiedSizeBytes: null }, { key: 'd', state: 'cached' }]);
    expect(catalog.entries.stateCounts(cacheId).cached).toMatchObject({ entries: 4, unverified: 2 });
    expect(catalog.entries.list({ cacheId, sort: 'verifiedAtMs' }).entries.map(({ key }) => key)).toEqual(['a', 'c', 'b', 'd']);
  });

  it('does not take for counts what a version before has counted', async () => {
    catalog.entries.upsert(cacheId, [{ key: 'a', state: 'cached' }]);
    const counted = await catalog.pages.counts(cacheId);
    catalog.entries.keepCounts(cacheId, counted);
    expect(catalog.entries.savedCounts(cacheId)).toEqual(counted.counts);
    const before = JSON.parse(JSON.stringify(counted.counts, (key, value: unknown) => (key === 'unverified' ? undefined : value))) as StateCounts;
    catalog.entries.keepCounts(cacheId, { ...counted, counts: before });
    expect(catalog.entries.savedCounts(cacheId)).toBeNull();
    expect(catalog.entries.stateCounts(cacheId).cached.unverified).toBe(1);
  });

  it('groups storage by age: a bound belongs to the younger group', () => {
    const day = 86_400_000;
    const now = 1000 * day;
    catalog.entries.upsert(cacheId, [
      { key: 'a', state: 'cached', sizeBytes: 1, modifiedAtMs: now - day, split: 'train' },
      { key: 'b', state: 'cached', sizeBytes: 2, modifiedAtMs: now - day - 1, split: 'train' },
      { key: 'c', state: 'cached', sizeBytes: 4, modifiedAtMs: now - 400 * day, position: 0 },
      { key: 'd', state: 'cached', sizeBytes: 8 },
    ]);
    const groups = catalog.entries.storage(cacheId, now).map(({ maxAgeDays, split, isRequired, bytes }) => [maxAgeDays, split, isRequired, bytes]);
    expect(groups).toHaveLength(4);
    expect(groups).toEqual(expect.arrayContaining([[1, 'train', false, 1], [7, 'train', false, 2], [null, null, true, 4], [null, null, false, 8]]));
  });
});
