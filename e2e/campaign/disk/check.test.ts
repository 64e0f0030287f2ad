import { expect, it } from 'vitest';
import { backViolations, fullDiskViolations, mustWorkViolations, quotaViolations, staleIndexViolations, waitViolations } from './check.ts';

const result = (code: number, stderr: string): Parameters<typeof fullDiskViolations>[0] => ({ code, signal: null, stdout: '', stderr });

it('takes a stop in words with numbers, and an end that met nothing', () => {
  expect(fullDiskViolations(result(0, ''))).toEqual([]);
  expect(fullDiskViolations(result(3, 'error: The disk is full: 262.1 kB are needed, and 0 B are free. [DISK_FULL]'))).toEqual([]);
});

it('sees another error, a stop without numbers, an item blamed for it, and a stack', () => {
  expect(fullDiskViolations(result(3, 'error: broken [IO_FAILED]'))[0]).toMatch(/IO_FAILED/);
  expect(fullDiskViolations(result(3, 'error: The disk is full. [DISK_FULL]'))[0]).toMatch(/how much/);
  expect(fullDiskViolations(result(1, 'scan_1 could not be made'))[0]).toMatch(/exit 1/);
  expect(fullDiskViolations(result(3, 'Error: x\n    at open (/a.ts:1:2)\n'))[0]).toMatch(/fault of Larder/);
});

it('sees what does not work without a free byte, and what only says so', () => {
  expect(mustWorkViolations('clear', result(0, ''), true)).toEqual([]);
  expect(mustWorkViolations('clear', result(3, '[DISK_FULL]'), false)[0]).toMatch(/did not work/);
  expect(mustWorkViolations('clear', result(0, ''), false)[0]).toMatch(/was not/);
});

it('sees a quota that is told as a full disk, and takes one that is told as it is', () => {
  expect(quotaViolations(result(0, ''))).toEqual([]);
  expect(quotaViolations(result(3, 'error: A quota is used up: 262.1 kB are needed, and 8.1 MB are free. [DISK_FULL]'))).toEqual([]);
  expect(quotaViolations(result(3, 'error: The disk is full: 262.1 kB are needed, and 8.1 MB are free. [DISK_FULL]'))[0]).toMatch(/does not say that a quota/);
  expect(quotaViolations(result(3, 'error: A quota is used up. [DISK_FULL]'))[0]).toMatch(/how much/);
  expect(quotaViolations(result(3, 'error: no quota of 5 MB [IO_FAILED]'))[0]).toMatch(/IO_FAILED/);
});

it('sees an index that lists what is gone while nothing is told of it', () => {
  expect(staleIndexViolations(result(0, ''), [])).toEqual([]);
  expect(staleIndexViolations(result(0, 'The full disk has no room for cache_index.json: it does not say what is in the cache now.'), ['the index lists a'])).toEqual([]);
  expect(staleIndexViolations(result(0, ''), ['the index lists a'])).toEqual(['the index lists a, and nothing is told of it']);
});

const QUOTA_WORDS = 'error: A quota is used up: 262.1 kB are needed, and 8.1 MB are free. [DISK_FULL]';

it('sees a command that was to wait and did not, but for one that could not even write into the catalog', () => {
  const refused = result(3, QUOTA_WORDS);
  expect(waitViolations(result(0, ''), { isWaiting: true, isCatalogOnIt: false })).toEqual([]);
  expect(waitViolations(refused, { isWaiting: false, isCatalogOnIt: true })).toEqual([]);
  expect(waitViolations(refused, { isWaiting: true, isCatalogOnIt: true })[0]).toMatch(/to wait and to go on/);
  expect(waitViolations(refused, { isWaiting: false, isCatalogOnIt: false })[0]).toMatch(/to wait and to go on/);
});

it('sees what was not put back, unless a quota refused it in words and it is back with room', () => {
  const [done, refused] = [result(0, ''), result(3, QUOTA_WORDS)];
  expect(backViolations('restore', done, true, { result: done, isDone: true })).toEqual([]);
  expect(backViolations('restore', refused, false, { result: done, isDone: true })).toEqual([]);
  expect(backViolations('restore', done, false, { result: done, isDone: true })[0]).toMatch(/was not/);
  expect(backViolations('restore', result(3, 'error: broken [IO_FAILED]'), false, { result: done, isDone: true })[0]).toMatch(/IO_FAILED/);
  expect(backViolations('restore', refused, false, { result: refused, isDone: false })[0]).toMatch(/with room again did not work/);
});
