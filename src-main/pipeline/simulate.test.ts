import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

const HOUSE = { workers: 2, downloadsAtOnce: 4, window: 100, bytesPerSecond: 100 };
const local = (seconds: number, entryBytes = 10) => ({ downloadBytes: 0, entryBytes, seconds });

describe('a simulated run', () => {
  it('of nothing is nothing', () => {
    expect(simulate([], HOUSE)).toEqual({ seconds: 0, peakBytes: 0 });
  });

  it('of local files takes rounds of workers, and the entries are the peak', () => {
    // Five of 3 s by two workers: three rounds.
    expect(simulate(Array.from({ length: 5 }, () => local(3)), HOUSE)).toEqual({ seconds: 9, peakBytes: 50 });
  });

  it('takes items in their order: a long one at the end keeps one worker waiting', () => {
    expect(simulate([local(1), local(1), local(6)], HOUSE).seconds).toBe(7);
  });

  it('that the line decides: the last entry is made after the last download', () => {
    // 4 of 100 bytes over 100 bytes/s together are there at 4 s, all at once; then two rounds of 1 s.
    const items = Array.from({ length: 4 }, () => ({ downloadBytes: 100, entryBytes: 10, seconds: 1 }));
    // All 400 are there when the first two entries of 10 are written beside them.
    expect(simulate(items, HOUSE)).toEqual({ seconds: 6, peakBytes: 420 });
  });

  it('with a speed of each download takes longer for a few of them than for many at once', () => {
    // 4 of 100 bytes with 25 bytes/s each: together at 4 s, as over 100 bytes/s in all.
    const items = Array.from({ length: 5 }, () => ({ downloadBytes: 100, entryBytes: 10, seconds: 1 }));
    expect(simulate(items.slice(1), { ...HOUSE, bytesPerConnection: 25 }).seconds).toBe(6);
    // The fifth one comes alone: at 8 s with its own 25 bytes/s; at 5 s with the whole line, where two others are before it.
    expect(simulate(items, { ...HOUSE, bytesPerConnection: 25 }).seconds).toBe(9);
    expect(simulate(items, HOUSE).seconds).toBe(7);
  });

  it('with a window of one raw file holds no more than one, and its entry', () => {
    const items = Array.from({ length: 3 }, () => ({ downloadBytes: 100, entryBytes: 10, seconds: 1 }));
    // One after the other: 1 s on the line, 1 s in the worker. Peak: the third file beside three entries.
    expect(simulate(items, { ...HOUSE, window: 1 })).toEqual({ seconds: 6, peakBytes: 130 });
  });

  it('of 100,000 items takes no time worth speaking of', () => {
    const startedAt = performance.now();
    simulate(Array.from({ length: 100_000 }, (_, i) => ({ downloadBytes: i % 2 === 0 ? 0 : 1e6, entryBytes: 1e6, seconds: 1 + (i % 7) })), { ...HOUSE, bytesPerSecond: 1e6 });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
