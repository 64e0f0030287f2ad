import { expect, it } from 'vitest';
import { networkViolations, stallViolation } from './check.ts';
import { leaksOf, tokenlessOf } from './fetches.ts';
import { drawSchedule, numberedSchedule } from './schedule.ts';
import { networkCampaign } from './campaign.ts';
import { TOKEN } from '../../hub/setting.ts';
import { createDraw } from '../draw.ts';

const GOOD = { what: 'x', expectedSha256: 'a', sha256: 'a', failure: undefined, ms: 5, leaks: [], tokenless: [], away: 0, sha256Afterwards: 'a' };

it('lets right bytes and clear failures pass', () => {
  expect(networkViolations(GOOD)).toEqual([]);
  expect(networkViolations({ ...GOOD, sha256: undefined, failure: 'SOURCE_UNREACHABLE' })).toEqual([]);
});

it.each([
  [{ sha256: 'b' }, /wrong bytes/],
  [{ sha256: undefined }, /neither/],
  [{ sha256: undefined, failure: 'TypeError: fetch failed' }, /unclear/],
  [{ sha256: undefined, failure: 'INTERNAL' }, /unclear/],
  [{ ms: 90_000 }, /no end for 90 s/],
  [{ leaks: ['storage /x'] }, /token went to storage/],
  [{ tokenless: ['/x'] }, /without the token: \/x/],
  [{ sha256Afterwards: undefined }, /did not become right/],
] as const)('sees %o', (planted, pattern) => {
  const violations = networkViolations({ ...GOOD, ...planted });
  expect(violations).toHaveLength(1);
  expect(violations[0]).toMatch(pattern);
});

it('sees a speed that does not fall', () => {
  const before = { atMs: 500, bytesPerSecond: 1000 };
  expect(stallViolation([before, { atMs: 4_100, bytesPerSecond: 0 }], 1_000, 9_000)).toBeUndefined();
  expect(stallViolation([before, { atMs: 4_100, bytesPerSecond: 200 }], 1_000, 9_000)).toMatch(/3\.1 s after/);
  expect(stallViolation([before, { atMs: 12_000, bytesPerSecond: 200 }], 1_000, 9_000)).toMatch(/nothing was shown/);
  expect(stallViolation([{ atMs: 4_100, bytesPerSecond: 0 }], 1_000, 9_000)).toMatch(/no speed/);
});

it('schedules repeat with their seed, and meet every kind of fault', () => {
  expect(drawSchedule(createDraw(5), 10_000)).toEqual(drawSchedule(createDraw(5), 10_000));
  const draw = createDraw(1);
  const text = JSON.stringify(Array.from({ length: 400 }, () => drawSchedule(draw, 10_000)));
  for (const kind of ['reset', 'hang', 'identity', 'captive-portal', 'hop', 'hop-away', 'moved-away', 'cut', 'stop', 'drip', 'ignore-range', 'short', 'long', 'unannounced-cut', 'html', 'wrong-bytes', 'shifted-range', 'encoded', '429', '503']) expect(text).toContain(kind);
});

it('a number is one schedule, whoever asks and in whatever portion', () => {
  expect(numberedSchedule(9, 120)).toEqual(numberedSchedule(9, 120));
  expect(numberedSchedule(9, 120).schedule).not.toEqual(numberedSchedule(9, 121).schedule);
  expect(numberedSchedule(9, 120).content).not.toEqual(numberedSchedule(8, 120).content);
  // Larder and Python go through the same numbers.
  expect(new Set(networkCampaign.parts.map(({ asked }) => asked)).size).toBe(1);
});

it('sees a token at the storage or elsewhere, in a header or the address, and the Hub asked without one', () => {
  const sent = { listener: 'hub', path: '/x', hasAuthorization: true, head: `/x\nauthorization\nBearer ${TOKEN}` } as const;
  expect([leaksOf([sent]), tokenlessOf([sent])]).toEqual([[], []]);
  expect(leaksOf([{ ...sent, listener: 'elsewhere' }])).toEqual(['elsewhere /x']);
  expect(leaksOf([{ ...sent, listener: 'storage', hasAuthorization: false, head: `/x?token=${TOKEN}` }])).toEqual(['storage /x']);
  expect(leaksOf([{ ...sent, listener: 'storage', hasAuthorization: false, head: '/x' }])).toEqual([]);
  expect(tokenlessOf([sent, { ...sent, head: '/x' }])).toEqual(['/x']);
  expect(tokenlessOf([])).toHaveLength(1);
});
