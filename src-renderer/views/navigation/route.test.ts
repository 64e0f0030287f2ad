import { describe, expect, it } from 'vitest';
import { CACHE_TABS, cacheHash, hashOf, parseRoute } from './route.ts';

describe('places in the app', () => {
  it.each([
    ['', '#/'],
    ['#/', '#/'],
    ['#/jobs', '#/jobs'],
    ['#/new', '#/new'],
    ['#/storage', '#/storage'],
    ['#/settings', '#/settings'],
    ['#/cache/7', '#/cache/7/items'],
    ['#/cache/7/nothing', '#/cache/7/items'],
    ['#/cache/7/items/', '#/cache/7/items'],
    ['#/cache/7/items/a1b2', '#/cache/7/items/a1b2'],
    ['#/cache/7/items/a%2Fb', '#/cache/7/items/a%2Fb'],
    ['#/cache/7/findings/a1b2', '#/cache/7/findings'],
    ['#/cache/0/items', '#/'],
    ['#/cache/-1/items', '#/'],
    ['#/cache/1e3/items', '#/'],
    ['#/cache/x', '#/'],
    ['#/elsewhere', '#/'],
    ['#/%', '#/'],
  ])('%s is %s', (hash, place) => {
    expect(hashOf(parseRoute(hash))).toBe(place);
  });

  it('keeps every tab of a cache over a reload', () => {
    for (const tab of CACHE_TABS) expect(parseRoute(cacheHash(12, tab))).toEqual({ screen: 'cache', cacheId: 12, tab, entryKey: null });
  });
});
