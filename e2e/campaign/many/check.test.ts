import { expect, it } from 'vitest';
import { makeEntries } from '../damage/entries.ts';
import { ReaderCheck, endOfCommandViolations, pythonViolations } from './check.ts';

const [first, second] = (await makeEntries(2)).map(({ bytes }) => Buffer.from(bytes)) as [Buffer, Buffer];
const wanted = new Map([['1.pt', first], ['2.pt', second]]);

it('lets an entry be gone that somebody was told to remove', () => {
  const check = new ReaderCheck(wanted, new Set(['1.pt']));
  check.add({ read: new Map([['1.pt', first]]) });
  expect(check.violations).toEqual([]);
  expect(check.files).toBe(1);
});

it('sees half a file, the content of another and a lost entry', () => {
  const check = new ReaderCheck(wanted, new Set(['1.pt']));
  check.add({ read: new Map([['1.pt', first.subarray(0, 5000)]]) });
  check.add({ read: new Map([['1.pt', second]]) });
  check.add({ read: new Map([['2.pt', second]]) });
  expect(check.violations[0]).toMatch(/no whole file/);
  expect(check.violations[1]).toMatch(/other numbers/);
  expect(check.violations[2]).toMatch(/did not find 1\.pt/);
});

it('sees what Python says and how a command ends', () => {
  expect(pythonViolations(['pass 12', 'bad 1.pt EOFError', 'pass 3'])).toEqual({ violations: ['Python: bad 1.pt EOFError'], files: 15 });
  expect(endOfCommandViolations('clear', 3, 'CACHE_IN_USE', '')).toEqual([]);
  expect(endOfCommandViolations('clear', 3, 'IO_FAILED', 'it said')[0]).toMatch(/IO_FAILED: it said/);
  expect(endOfCommandViolations('clear', null, undefined, '')).toHaveLength(1);
});
