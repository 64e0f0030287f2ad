import { expect, it } from 'vitest';
import { recordOf } from './forecast-record.ts';

it('is as good as the worst of the last', () => {
  const job = (expected: number, measured: number, seconds: number, took: number) => ({
    forecast: { peakBytes: expected, seconds: { low: seconds, middle: seconds, high: seconds }, workerBytes: 1 },
    measured: { peakBytes: measured, seconds: took, workerBytes: 1 },
  });
  // 110 for 100 is 10 % too much, 90 s for 120 s a quarter too little.
  expect(recordOf([job(110, 100, 100, 100), job(100, 100, 90, 120)])).toEqual({ jobs: 2, diskWithin: 0.1, timeWithin: 0.25 });
});
