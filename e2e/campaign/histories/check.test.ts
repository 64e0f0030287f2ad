import { expect, it } from 'vitest';
import { makeEntries } from '../damage/entries.ts';
import type { CacheState } from '../faults/check.ts';
import { historyViolations, isSameContent } from './check.ts';
import type { Step } from './steps.ts';

const [first, second] = (await makeEntries(2)).map(({ key, bytes }) => ({ file: `${key}.pt`, bytes: Buffer.from(bytes) })) as [{ file: string; bytes: Buffer }, { file: string; bytes: Buffer }];
const damaged = { file: first.file, bytes: first.bytes.subarray(0, 4000) };
const state = (entries: readonly (typeof first)[], aside: readonly (typeof first)[] = []): CacheState => ({ entries: new Map(entries.map(({ file, bytes }) => [file, bytes])), aside, leftovers: [] });
const command = (mayRemove: 'nothing' | 'entry' | 'quarantine', ...words: string[]): Extract<Step, { type: 'command' }> => ({ type: 'command', words, mayRemove, file: first.file });

it('lets a repair set aside and remake, a clear clear, a purge purge and a restore restore', () => {
  expect(historyViolations(command('nothing', 'fix'), state([damaged, second]), state([first, second], [damaged]))).toEqual([]);
  expect(historyViolations(command('entry', 'clear'), state([first, second]), state([second]))).toEqual([]);
  expect(historyViolations(command('quarantine', 'quarantine', 'purge'), state([second], [damaged]), state([second]))).toEqual([]);
  expect(historyViolations(command('nothing', 'quarantine', 'restore'), state([second], [damaged]), state([second, damaged]))).toEqual([]);
});

it('sees a damaged file that was thrown away, another that went along, and a restore of other bytes', () => {
  expect(historyViolations(command('nothing', 'fix'), state([damaged]), state([first]))[0]).toMatch(/neither in the cache nor set aside/);
  expect(historyViolations(command('entry', 'clear'), state([first, second]), state([]))[0]).toContain(second.file);
  expect(historyViolations(command('nothing', 'quarantine', 'restore'), state([], [damaged]), state([first], [damaged]))[0]).toMatch(/not put back/);
  expect(historyViolations(command('nothing', 'verify'), state([first]), { ...state([first]), leftovers: ['staging/1'] })[0]).toMatch(/left over/);
});

it('takes bytes behind an archive for the same content, and a flipped bit or another entry not', () => {
  const flipped = Buffer.from(first.bytes);
  flipped[first.bytes.length >> 1]! ^= 1;
  expect(isSameContent(first.bytes, Buffer.concat([first.bytes, Buffer.alloc(9)]))).toBe(true);
  expect(isSameContent(first.bytes, flipped)).toBe(false);
  expect(isSameContent(first.bytes, second.bytes)).toBe(false);
});
