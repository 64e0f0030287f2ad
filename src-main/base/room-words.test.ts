import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileError, isQuotaUsedUp, toWire } from './index.ts';

it('a full disk is told with how much is free, also at a path that is not there yet', () => {
  const error = toWire(fileError(Object.assign(new Error('no'), { code: 'ENOSPC' }), join(tmpdir(), 'not', 'there'), 'writing'));
  expect(error.code).toBe('DISK_FULL');
  expect(error.hint).toMatch(/^[\d.]+ (B|kB|MB|GB|TB) are free there\. Free some space/);
});

it('a quota is told as such, with what the disk itself tells, and what helps', () => {
  const error = toWire(fileError(Object.assign(new Error('no'), { code: 'Unknown system error -122', errno: -constants.errno.EDQUOT }), join(tmpdir(), 'not', 'there'), 'writing'));
  expect(error).toMatchObject({ code: 'DISK_FULL', message: expect.stringMatching(/^A quota is used up: writing /) as string, details: { errno: 'EDQUOT' } });
  expect(error.hint).toMatch(/^As the disk tells it, [\d.]+ (B|kB|MB|GB|TB) are free there\. Remove something of yours there or have the quota raised/);
});

it('whether a quota keeps from writing is tried, and leaves nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'larder-quota-'));
  expect(isQuotaUsedUp(folder)).toBe(false);
  expect(isQuotaUsedUp(join(folder, 'not there'))).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
