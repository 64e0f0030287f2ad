import { expect, it } from 'vitest';
import type { QuarantineRecord } from '../store/index.ts';
import { restoreOrder } from './restore-order.ts';

const record = (id: string, code: string): QuarantineRecord => ({ version: 1, id, file: 'a.pt', key: 'a', name: null, reason: { code, message: '' }, sizeBytes: 1, modifiedAtMs: 0, quarantinedAtMs: 0, larderVersion: '' });

it('gives the place to what a person cleared, not to what a repair took away, and to the newest of equals', () => {
  const records = [record('1', 'cleared'), record('2', 'crc-mismatch'), record('3', 'cleared'), record('4', 'truncated')];
  expect(restoreOrder(records, false)[0]?.id).toBe('3');
  expect(restoreOrder(records, true).at(-1)?.id).toBe('3');
  expect(restoreOrder(records, false).map(({ id }) => id)).toEqual(['3', '1', '4', '2']);
});
