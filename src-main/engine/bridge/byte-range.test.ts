import { expect, it } from 'vitest';
import { parseRange } from './byte-range.ts';

it.each([
  ['bytes=0-351', 1000, { start: 0, end: 351 }],
  ['bytes=0-0', 1, { start: 0, end: 0 }],
  ['bytes=990-', 1000, { start: 990, end: 999 }],
  ['bytes=990-5000', 1000, { start: 990, end: 999 }],
  ['bytes=-10', 1000, { start: 990, end: 999 }],
  ['bytes=-5000', 1000, { start: 0, end: 999 }],
  ['bytes=1000-', 1000, 'unsatisfiable'],
  ['bytes=-0', 1000, 'unsatisfiable'],
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-1', 0, 'unsatisfiable'],
  ['bytes=5-4', 1000, undefined],
  ['bytes=0-1,5-6', 1000, undefined],
  ['bytes=-', 1000, undefined],
  ['bytes=a-b', 1000, undefined],
  ['bytes=1e3-', 1000, undefined],
  ['lines=0-1', 1000, undefined],
  ['bytes=9999999999999999-', 1000, undefined],
  [null, 1000, undefined],
])('%s of %d bytes', (header, size, expected) => {
  expect(parseRange(header, size)).toEqual(expected);
});
