import { expect, it } from 'vitest';
import type { StorageShare } from '../../../src-main/contract/commands.ts';
import { storageTables } from './storage-tables.ts';

const SHARES: readonly StorageShare[] = [
  { state: 'cached', split: 'train', isRequired: true, maxAgeDays: 7, entries: 2, bytes: 20 },
  { state: 'cached', split: 'valid', isRequired: true, maxAgeDays: 1, entries: 3, bytes: 30 },
  { state: 'damaged', split: 'train', isRequired: true, maxAgeDays: null, entries: 1, bytes: 9 },
  { state: 'missing', split: 'train', isRequired: true, maxAgeDays: null, entries: 5, bytes: 0 },
];

it('sums the same bytes by state, split and age', () => {
  expect(storageTables(SHARES)).toEqual({
    byState: [
      { name: 'missing', entries: 5, bytes: 0 },
      { name: 'cached', entries: 5, bytes: 50 },
      { name: 'damaged', entries: 1, bytes: 9 },
    ],
    bySplit: [
      { name: 'valid', entries: 3, bytes: 30 },
      { name: 'train', entries: 3, bytes: 29 },
    ],
    byAge: [
      { name: 'up to a day', entries: 3, bytes: 30 },
      { name: 'up to 7 days', entries: 2, bytes: 20 },
      { name: 'older', entries: 1, bytes: 9 },
    ],
  });
});
