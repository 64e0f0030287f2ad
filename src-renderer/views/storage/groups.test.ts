import { describe, expect, it } from 'vitest';
import type { CacheSummary, StorageShare } from '../../../src-main/contract/commands.ts';
import { GROUPINGS, groupShares } from './groups.ts';

const cache = (id: number, spacing: string): CacheSummary => ({ id, kind: 'volume', directory: `/c/${id}`, label: `c${id}`, parameters: [{ name: 'spacing', value: spacing }], configPath: null, formerConfigPath: null, unreadableConfig: null, isGone: false, isSample: false, required: null, present: 0, bytes: 0, damaged: 0, lastVerifiedAtMs: null, unverified: 0 });
const share = (change: Partial<StorageShare>): StorageShare => ({ state: 'cached', split: 'train', isRequired: true, maxAgeDays: 1, entries: 1, bytes: 10, ...change });

const ALL = [
  { cache: cache(1, '1 mm'), shares: [share({}), share({ split: 'valid', bytes: 5 }), share({ state: 'missing', bytes: 0, entries: 9 })] },
  { cache: cache(2, '1 mm'), shares: [share({ split: null, maxAgeDays: null, bytes: 100, entries: 2 })] },
];

describe('groups of storage', () => {
  it.each(GROUPINGS)('by %s adds up to all that takes space', (grouping) => {
    const groups = groupShares(ALL, grouping);
    expect(groups.reduce((sum, group) => sum + group.bytes, 0)).toBe(115);
    expect(groups.reduce((sum, group) => sum + group.entries, 0)).toBe(4);
  });

  it('joins caches of the same parameters', () => {
    expect(groupShares(ALL, 'parameters')).toMatchObject([{ name: '1 mm', bytes: 115, choices: [{ cacheId: 1 }, { cacheId: 2 }] }]);
  });

  it('offers to clear only what can be picked; an age goes with all that is older', () => {
    expect(groupShares(ALL, 'split').map(({ name, choices }) => [name, choices])).toEqual([
      ['no split', []],
      ['train', [{ cacheId: 1, split: 'train' }]],
      ['valid', [{ cacheId: 1, split: 'valid' }]],
    ]);
    const aged = [{ cache: cache(1, '1 mm'), shares: [share({}), share({ maxAgeDays: 30 })] }, ALL[1]!];
    expect(groupShares(aged, 'age').map(({ name, clearName, choices }) => [name, clearName, choices.map((choice) => [choice.cacheId, choice.olderThanMs! / 86_400_000])])).toEqual([
      ['up to a day', 'up to a day', []],
      ['up to 30 days', 'all older than 7 days', [[1, 7], [2, 7]]],
      ['older', 'all older than 365 days', [[2, 365]]],
    ]);
  });
});
