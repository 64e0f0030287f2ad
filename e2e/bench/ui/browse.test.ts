import { expect, it } from 'vitest';
import { scrollRates } from './browse.ts';

it('a stall in the middle of a scroll shows, however smooth the rest was', () => {
  const smooth = Array.from({ length: 601 }, (_, n) => (n * 1000) / 60);
  expect(scrollRates(smooth)).toEqual({ mean: expect.closeTo(60, 6), slowest: expect.closeTo(60, 6) });
  const stalled = smooth.map((ms, n) => (n > 300 ? ms + 500 : ms));
  const { mean, slowest } = scrollRates(stalled);
  expect(mean).toBeCloseTo(600 / 10.5, 6);
  // 50 frames in 833 ms, and the half second.
  expect(slowest).toBeCloseTo(50 / (50 / 60 + 0.5), 6);
  expect(scrollRates([0, 20, 40])).toEqual({ mean: 50, slowest: 50 });
});
