import { expect, it } from 'vitest';
import { STOPPED, runPortion } from './run-portion.ts';

const order = { campaign: 'damage', part: 'cache_params.json, every sort', seed: 7, printedSeed: 7, from: 0, count: 50, python: undefined };

it('a portion runs in a process of its own and says what it did', async () => {
  expect(await runPortion(order, new AbortController().signal)).toEqual({ done: 50, violations: [] });
});

it('a stop ends it at once, and nothing of it counts', async () => {
  const stop = new AbortController();
  const running = runPortion({ ...order, part: 'good reads', count: 1_000_000_000 }, stop.signal);
  setTimeout(() => stop.abort(), 500);
  const startedAt = performance.now();
  expect(await running).toBe(STOPPED);
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});

it('a portion whose process dies has found something', async () => {
  expect(await runPortion({ ...order, part: 'there is none of that name' }, new AbortController().signal)).toMatchObject({ done: 50, violations: [expect.stringContaining('ended with 1')] });
});
