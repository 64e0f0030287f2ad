import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EntryMatch } from '../contract/commands.ts';
import type { Catalog } from '../catalog/index.ts';
import { openCatalog } from '../catalog/index.ts';
import type { KindItem } from '../kinds/index.ts';
import { hasConditions, matchesUnmade, matchingKeys, withoutConditions } from './chosen-keys.ts';
import type { EngineContext } from './context.ts';

const DAY_MS = 86_400_000;
const { signal } = new AbortController();
const keyOf = (index: number): string => index.toString(16).padStart(32, '0');

let catalog: Catalog;
let cacheId: number;
beforeEach(() => {
  catalog = openCatalog({ path: ':memory:' });
  cacheId = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' }).id;
});
afterEach(() => catalog.close());

async function matching(request: EntryMatch, among?: ReadonlySet<string>): Promise<number[]> {
  const keys = await matchingKeys({ catalog } as EngineContext, cacheId, request, among, signal);
  return Array.from(keys, (key) => Number.parseInt(key, 16)).sort((a, b) => a - b);
}

describe('entries that are chosen by what they have in common', () => {
  it('are those that fulfil every condition', async () => {
    const nowMs = Date.now();
    catalog.entries.upsert(cacheId, [
      { key: keyOf(1), name: 'train_1', split: 'train', state: 'cached', sizeBytes: 10, modifiedAtMs: nowMs - 40 * DAY_MS },
      { key: keyOf(2), name: 'train_2', split: 'train', state: 'damaged', sizeBytes: 20, modifiedAtMs: nowMs - 2 * DAY_MS },
      { key: keyOf(3), name: 'valid_1', split: 'valid', state: 'cached', sizeBytes: 30, modifiedAtMs: nowMs - 40 * DAY_MS },
      { key: keyOf(4), name: 'valid_2', split: 'valid', state: 'missing' },
    ]);
    expect(await matching({ states: ['cached', 'missing'] })).toEqual([1, 3, 4]);
    expect(await matching({ text: 'TRAIN' })).toEqual([1, 2]);
    expect(await matching({ split: 'valid', states: ['cached'] })).toEqual([3]);
    expect(await matching({ minSizeBytes: 20 })).toEqual([2, 3]);
    expect(await matching({ maxSizeBytes: 20, olderThanMs: 30 * DAY_MS })).toEqual([1]);
    expect(await matching({ newerThanMs: 30 * DAY_MS })).toEqual([2]);
    expect(await matching({ text: 'train', states: ['missing'] })).toEqual([]);
    expect(await matching({ states: ['cached'] }, new Set([keyOf(3), keyOf(4)]))).toEqual([3]);
  });

  it('are found beyond what one call may name, while others have their turn', async () => {
    const rows = 30_000;
    catalog.entries.upsert(cacheId, Array.from({ length: rows }, (_, i) => ({ key: keyOf(i), state: i % 2 === 0 ? ('cached' as const) : ('missing' as const) })));
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    const found = await matching({ states: ['cached'] });
    clearInterval(others);
    expect(found.length).toBe(rows / 2);
    expect(turns).toBeGreaterThan(1);
  });

  it('are all of them where nothing is said, which an empty object and names alone do not', () => {
    expect([hasConditions({}), hasConditions({ states: [] }), hasConditions({ olderThanMs: 0 })]).toEqual([false, true, true]);
    expect(withoutConditions({ only: ['a'], states: ['missing'], text: 'x', newerThanMs: 1 })).toEqual({ only: ['a'] });
  });

  it('of which there is no row yet are missing, without size and age', () => {
    const item = { key: 'ab12', name: 'Train_1', split: 'train' } as KindItem;
    const yes: readonly EntryMatch[] = [{}, { states: ['missing', 'damaged'] }, { split: 'train' }, { text: 'train' }, { text: 'AB' }];
    const no: readonly EntryMatch[] = [{ states: ['cached'] }, { split: 'valid' }, { text: '2' }, { minSizeBytes: 0 }, { olderThanMs: 0 }];
    expect([yes.every((request) => matchesUnmade(item, request)), no.some((request) => matchesUnmade(item, request))]).toEqual([true, false]);
  });
});
