import { expect, test } from 'vitest';
import { Bandwidth } from './bandwidth.ts';

test('the mean of all who share it stays under the cap', () => {
  let now = 0;
  const bandwidth = new Bandwidth(1000, () => now);
  expect(bandwidth.spend(500)).toBe(500);
  expect(bandwidth.spend(500)).toBe(1000);
  now = 600;
  expect(bandwidth.spend(100)).toBe(500);
  // Unused time is not saved up for a burst.
  now = 10_000;
  expect(bandwidth.spend(1000)).toBe(1000);
});

test('no cap, no wait', () => {
  expect(new Bandwidth(Number.POSITIVE_INFINITY).spend(1e12)).toBe(0);
});
