import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Throttle } from './throttle.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a throttle', () => {
  it('runs at once, then once for all that came within the time, and once after the last', () => {
    const run = vi.fn();
    const throttle = new Throttle({ everyMs: 1_000 }, run);
    throttle.touch();
    expect(run).toHaveBeenCalledTimes(1);
    for (let ms = 0; ms < 3_500; ms += 100) {
      throttle.touch();
      vi.advanceTimersByTime(100);
    }
    expect(run).toHaveBeenCalledTimes(4);
    vi.advanceTimersByTime(10_000);
    expect(run).toHaveBeenCalledTimes(5);
    expect([throttle.isIdle, vi.getTimerCount()]).toEqual([true, 0]);
  });

  it('lets the first wait where it is late, and runs no more once closed', () => {
    const run = vi.fn();
    const throttle = new Throttle({ everyMs: 100, isLate: true }, run);
    throttle.touch();
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(run).toHaveBeenCalledTimes(1);
    throttle.touch();
    throttle.close();
    vi.advanceTimersByTime(1_000);
    expect(run).toHaveBeenCalledTimes(1);
  });
});
