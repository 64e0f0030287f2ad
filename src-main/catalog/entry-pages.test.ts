import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRY_STATES } from '../contract/entries.ts';
import { ENTRY_SORTS, openCatalog } from './index.ts';
import type { Catalog, EntryChange, EntryQuery } from './index.ts';

/** More than are sorted whole for a first look. */
const ROWS = 9_000;
const READER = join(import.meta.dirname, 'reader-entry.ts');

const folder = mkdtempSync(join(tmpdir(), 'larder-pages-'));
let rows: readonly EntryChange[];
let cacheId: number;

/** Sizes and names repeat, some are not known, and neither rises with the number of the row. */
function rowOf(index: number): EntryChange {
  const scattered = (index * 7_919) % ROWS;
  const known = index % 11 === 0 ? {} : { sizeBytes: 1_000 + (scattered % 500), modifiedAtMs: 1.7e12 + scattered };
  return { key: createHash('md5').update(String(index)).digest('hex'), name: index % 13 === 0 ? null : `train_${scattered % 3_000}.nii.gz`, position: ROWS - index, state: ENTRY_STATES[index % 3]!, ...known };
}

const catalogs: Catalog[] = [];
function open(name: string, readerEntry?: string): Catalog {
  const catalog = openCatalog({ path: join(folder, `${name}.sqlite`), readerEntry });
  catalogs.push(catalog);
  cacheId = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' }).id;
  if (catalog.entries.count({ cacheId }) === 0) catalog.entries.upsert(cacheId, rows);
  return catalog;
}

beforeAll(() => {
  // Rows are written in the order of their keys, and equal ones are listed as they were written.
  rows = Array.from({ length: ROWS }, (_, index) => rowOf(index)).sort((a, b) => (a.key < b.key ? -1 : 1));
});
afterAll(() => {
  for (const catalog of catalogs) catalog.close();
  rmSync(folder, { recursive: true, force: true });
});

const FILTERS = [{}, { states: ['cached' as const] }, { text: '_77' }, { states: ['damaged' as const], text: 'TRAIN_1' }, { text: 'nowhere' }];

/** What every order, filter and direction begins with: sorted here by plain comparing. */
function expected({ sort = 'position', descending = false, states, text, offset = 0, limit = 100 }: Omit<EntryQuery, 'cacheId'>): string[] {
  const valueOf = (row: EntryChange): string | number => {
    if (sort === 'state') return ENTRY_STATES.indexOf(row.state!);
    return row[sort as 'name' | 'key' | 'position' | 'sizeBytes' | 'modifiedAtMs' | 'verifiedAtMs'] ?? (sort === 'name' ? '\u{10FFFF}' : Infinity);
  };
  const passing = rows.map((row, slot) => ({ row, slot })).filter(({ row }) => (states === undefined || states.includes(row.state as never)) && (text === undefined || row.name?.includes(text.toLowerCase()) === true || row.key.startsWith(text)));
  passing.sort((a, b) => {
    const [x, y] = [valueOf(a.row), valueOf(b.row)];
    return x === y ? a.slot - b.slot : x < y ? -1 : 1;
  });
  if (descending) passing.reverse();
  return passing.slice(offset, offset + limit).map(({ row }) => row.key);
}

describe('the first pages of a list', () => {
  it.each(ENTRY_SORTS)('begin as a whole sort by %s does, up and down, of whatever is asked for', async (sort) => {
    for (const filter of FILTERS) {
      for (const descending of [false, true]) {
        // A catalog that has just been opened knows no order.
        const catalog = open('shared');
        const query = { cacheId, sort, descending, ...filter };
        const [first, second] = [await catalog.pages.page({ ...query, limit: 60 }), await catalog.pages.page({ ...query, offset: 60, limit: 60 })];
        expect([...first.entries, ...second.entries].map(({ key }) => key), JSON.stringify(query)).toEqual(expected({ ...query, limit: 120 }));
        expect(first.total).toBe(catalog.entries.count({ cacheId, ...filter }));
        catalogs.pop()!.close();
      }
    }
  });
});

it('begin the same when they were made ready, and after a change', async () => {
  const catalog = open('ready');
  await catalog.pages.page({ cacheId, limit: 60 });
  // Time to make them ready; the answers are the same if it was not enough.
  await delay(50);
  for (const sort of ['name', 'state', 'sizeBytes', 'key'] as const) {
    const { entries, total } = await catalog.pages.page({ cacheId, sort, limit: 60 });
    expect(entries.map(({ key }) => key)).toEqual(expected({ sort, limit: 60 }));
    expect(total).toBe(ROWS);
  }
  catalog.entries.upsert(cacheId, [{ key: rows[4_000]!.key, name: 'aaa', state: 'cached', sizeBytes: 1 }]);
  for (const sort of ['name', 'sizeBytes'] as const) expect((await catalog.pages.page({ cacheId, sort, limit: 2 })).entries[0]!.key).toBe(rows[4_000]!.key);
});

it('hold every entry whose key begins with a text, however many there are', () => {
  const catalog = openCatalog({ path: ':memory:' });
  const { id } = catalog.caches.upsert({ kind: 'image', directory: '/caches/keys' });
  catalog.entries.upsert(id, Array.from({ length: ROWS }, (_, index) => ({ key: `k${String(index).padStart(4, '0')}`, name: null, state: 'cached' as const })));
  expect(['K', 'k', 'k00', 'k8999', 'k9'].map((text) => catalog.entries.count({ cacheId: id, text }))).toEqual([ROWS, ROWS, 100, 1, 0]);
  catalog.close();
});

describe.each([['here', undefined], ['in a thread', READER]])('pages answered %s', (_place, reader) => {
  it('see what was written just before', async () => {
    const catalog = open(`written-${reader === undefined ? 'here' : 'thread'}`, reader);
    const query = { cacheId, sort: 'name' as const, limit: 2 };
    await catalog.pages.page(query);
    catalog.entries.upsert(cacheId, [{ key: 'new', name: 'a first name', state: 'cached', sizeBytes: 5 }]);
    expect((await catalog.pages.page(query)).entries[0]?.key).toBe('new');
    expect(await catalog.pages.offsetOf(query, 'new')).toBe(0);
    expect((await catalog.pages.counts(cacheId)).counts).toEqual(catalog.entries.stateCounts(cacheId));
    expect(await catalog.pages.storage(cacheId, 1.8e12)).toEqual(catalog.entries.storage(cacheId, 1.8e12));
  });

  it('are refused for an unknown cache, and end when nobody waits any more', async () => {
    const catalog = open('shared', reader);
    await expect(catalog.pages.page({ cacheId: 99 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID', message: expect.stringContaining('99') as unknown });
    const abort = new AbortController();
    const page = catalog.pages.page({ cacheId, sort: 'name' }, abort.signal);
    abort.abort();
    await expect(page).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the thread that reads', () => {
  it('is done without where it cannot be had', async () => {
    const broken = join(folder, 'broken.mjs');
    writeFileSync(broken, 'throw new Error("no thread today");');
    const catalog = open('shared', broken);
    const query = { cacheId, sort: 'sizeBytes' as const, limit: 60 };
    expect((await catalog.pages.page(query)).entries.map(({ key }) => key)).toEqual(expected(query));
    expect((await catalog.pages.counts(cacheId)).counts).toEqual(catalog.entries.stateCounts(cacheId));
  });

  it('ends with the catalog, and what was asked with it', async () => {
    const catalog = open('shared', READER);
    const page = catalog.pages.page({ cacheId });
    catalogs.pop()!.close();
    await expect(page).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(catalog.pages.page({ cacheId })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
