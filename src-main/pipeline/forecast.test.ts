import { describe, expect, it } from 'vitest';
import type { SpeedSamples } from './forecast.ts';
import { forecastFrom } from './forecast.ts';

const NOTHING: SpeedSamples = { itemSeconds: [], secondsPerRawByte: [], downloadBytesPerSecond: [], connectionBytesPerSecond: [], entryBytes: [], overheadSeconds: [], downloadOverheadSeconds: [] };
const HOUSE = { workers: 2, downloadsAtOnce: 4, window: 100 };
const local = (count: number, rawBytes: number | null = null) => Array.from({ length: count }, () => ({ rawBytes, downloadBytes: 0 }));

describe('a forecast', () => {
  it('says nothing of time before anything was measured; entries on this disk add up all the same', () => {
    expect(forecastFrom(NOTHING).run(local(3), 10, HOUSE)).toEqual({ time: null, peakBytes: 30 });
    expect(forecastFrom(NOTHING).run([{ rawBytes: 5, downloadBytes: 5 }], 10, HOUSE)).toEqual({ time: null, peakBytes: null });
  });

  it('is rounds of the mean and what every job takes beside it, with at least 6 % of room on either side', () => {
    const { time } = forecastFrom({ ...NOTHING, itemSeconds: [2, 2, 2, 2], overheadSeconds: [1] }).run(local(10), 10, HOUSE);
    expect(time!.middleSeconds).toBeCloseTo(11, 9);
    expect(time!.lowSeconds).toBeCloseTo(10 * 0.94 + 1, 9);
    expect(time!.highSeconds).toBeCloseTo(10 * 1.06 + 1, 9);
    expect(time!.samples).toBe(4);
  });

  it('is wider where it was measured wider', () => {
    const { time } = forecastFrom({ ...NOTHING, itemSeconds: [1, 2, 3] }).run(local(2), 10, HOUSE);
    // Quarters at 1.5 and 2.5: a quarter of the mean either way.
    expect([time!.lowSeconds, time!.middleSeconds, time!.highSeconds]).toEqual([1.5, 2, 2.5]);
  });

  it('of larger files follows the line through the measured ones', () => {
    // 1 s + 1 s for 10 bytes: 10 bytes took 2 s, 30 bytes took 4 s; so 50 bytes take 6 s.
    const samples = { ...NOTHING, itemSeconds: [2, 4], secondsPerRawByte: [2 / 10, 4 / 30] };
    expect(forecastFrom(samples).run(local(1, 50), 10, HOUSE).time!.middleSeconds).toBeCloseTo(6, 9);
  });

  it('never takes less time for more bytes, nor more than as much more', () => {
    const slower = { ...NOTHING, itemSeconds: [4, 2], secondsPerRawByte: [4 / 10, 2 / 30] };
    expect(forecastFrom(slower).run(local(1, 50), 10, HOUSE).time!.middleSeconds).toBeCloseTo(3, 9);
    const steep = { ...NOTHING, itemSeconds: [1, 9], secondsPerRawByte: [1 / 10, 9 / 30] };
    // 5 s for the mean of 20 bytes: 40 bytes take 10 s at most.
    expect(forecastFrom(steep).run(local(1, 40), 10, HOUSE).time!.middleSeconds).toBeCloseTo(10, 9);
  });

  it('of downloads is that of the line where the line is slow', () => {
    const samples = { ...NOTHING, itemSeconds: [1], downloadBytesPerSecond: [10], downloadOverheadSeconds: [3], overheadSeconds: [100] };
    // 40 bytes at 10 a second, all there at 4 s, two rounds of 1 s, and 3 s beside.
    const { time, peakBytes } = forecastFrom(samples).run(Array.from({ length: 4 }, () => ({ rawBytes: 10, downloadBytes: 10 })), 1, HOUSE);
    expect(time!.middleSeconds).toBeCloseTo(9, 9);
    // All raw files, and two entries staged beside them.
    expect(peakBytes).toBe(42);
  });
});
