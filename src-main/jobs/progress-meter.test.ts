import { describe, expect, it } from 'vitest';
import { progressLine } from '../hosts/cli/paint.ts';
import { ProgressMeter, remainingSeconds } from './progress-meter.ts';

function meterAt(): { meter: ProgressMeter; tick: (ms: number) => void } {
  let now = 1_000_000;
  return { meter: new ProgressMeter(() => now), tick: (ms) => (now += ms) };
}

describe('rates', () => {
  it('are those of the last ten seconds', () => {
    const { meter, tick } = meterAt();
    const stage = meter.stage('downloading', 100);
    for (let i = 0; i < 60; i++) {
      stage.bytes(i < 30 ? 1000 : 3000);
      tick(1000);
    }
    // 3,000 bytes a second lately; the first half of the minute, at 1,000, is forgotten.
    expect(stage.snapshot().bytesPerSecond).toBeGreaterThan(2_500);
    expect(stage.snapshot().bytesPerSecond).toBeLessThanOrEqual(3_000);
  });

  it('fall to zero within three seconds of a stall', () => {
    const { meter, tick } = meterAt();
    const stage = meter.stage('downloading', 10);
    for (let i = 0; i < 20; i++) {
      stage.bytes(1000);
      tick(100);
    }
    expect(stage.snapshot().bytesPerSecond).toBeGreaterThan(0);
    tick(3_001);
    expect(stage.snapshot().bytesPerSecond).toBe(0);
  });

  it.each(['preprocessing', 'verifying', 'publishing', 'clearing'] as const)('of %s fall to zero too, after three of the usual times', (name) => {
    const { meter, tick } = meterAt();
    const stage = meter.stage(name, 100);
    for (let i = 0; i < 4; i++) {
      tick(5_000);
      stage.finish(String(i));
    }
    tick(14_000);
    expect(stage.snapshot().itemsPerSecond).toBeGreaterThan(0);
    tick(2_000);
    expect(stage.snapshot().itemsPerSecond).toBe(0);
    expect(stage.snapshot().bytesPerSecond).toBe(0);
  });

  it('count what failed as finished, and show what is being done', () => {
    const { meter } = meterAt();
    const stage = meter.stage('preprocessing', 3);
    for (const name of ['a', 'b', 'c']) stage.start(name);
    stage.finish('a');
    stage.fail('b');
    expect(stage.snapshot()).toMatchObject({ done: 1, failed: 1, total: 3, current: ['c'] });
  });
});

describe('a pause', () => {
  it('promises nothing, and does not slow the forecast after it', () => {
    const { meter, tick } = meterAt();
    const stage = meter.stage('preprocessing', 4);
    tick(10_000);
    stage.finish('a');
    meter.setPaused(true);
    tick(3_600_000);
    expect(meter.snapshot().remainingSeconds).toBeUndefined();
    meter.setPaused(false);
    // One of four in 10 s of work: 30 s left, widened by a tenth; the hour in between is none of it.
    expect(meter.snapshot().remainingSeconds!.high).toBeCloseTo(33, 6);
  });
});

describe('the forecast', () => {
  const stage = { stage: 'preprocessing' as const, bytesDone: 0, bytesTotal: 0, bytesPerSecond: 0, failed: 0, current: [] };

  it('is a range between the recent and the overall speed', () => {
    // 10 of 30 in 20 s: 2 s each overall; lately 4 s each. 20 left: 40 s to 80 s, widened by a tenth.
    const range = remainingSeconds([{ ...stage, done: 10, total: 30, itemsPerSecond: 0.25 }], 20);
    expect(range!.low).toBeCloseTo(36, 9);
    expect(range!.high).toBeCloseTo(88, 9);
  });

  it('is told with the first item, wide by what is under way, and narrows', () => {
    const { meter, tick } = meterAt();
    const stage = meter.stage('preprocessing', 20);
    stage.start('a');
    stage.start('b');
    tick(60_000);
    expect(meter.snapshot().remainingSeconds).toBeUndefined();
    stage.finish('a');
    stage.start('c');
    // One of 20 in 60 s: 19 min at most. Two more may be nearly through: then it is 17 for 20 s each.
    const first = meter.snapshot().remainingSeconds!;
    expect(first.low).toBeCloseTo(340 * 0.9, 6);
    expect(first.high).toBeCloseTo(1140 * 1.1, 6);
    expect(progressLine(meter.snapshot())).toMatch(/; 5 min 6 s – 20 min 54 s left$|; 5–21 min left$/);
    tick(1_000);
    stage.finish('b');
    const second = meter.snapshot().remainingSeconds!;
    expect(second.high - second.low).toBeLessThan(first.high - first.low);
  });

  it('is that of the slowest stage, and none before anything is finished', () => {
    expect(remainingSeconds([{ ...stage, done: 0, total: 30, itemsPerSecond: 0 }], 20)).toBeUndefined();
    expect(remainingSeconds([{ ...stage, done: 30, total: 30, itemsPerSecond: 1 }], 20)).toBeUndefined();
  });
});
