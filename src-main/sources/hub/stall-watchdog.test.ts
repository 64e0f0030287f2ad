import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellWake } from '../../base/index.ts';
import { StallWatchdog } from './stall-watchdog.ts';
import { HUB_TIMINGS } from './timings.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function watch(): { watchdog: StallWatchdog; stalls: string[] } {
  const stalls: string[] = [];
  return { watchdog: new StallWatchdog(HUB_TIMINGS, (reason) => stalls.push(reason)), stalls };
}

test('30 s without a byte are a stall, counted from the last one', () => {
  const { watchdog, stalls } = watch();
  vi.advanceTimersByTime(29_000);
  watchdog.pause(1);
  watchdog.resume();
  vi.advanceTimersByTime(29_000);
  expect(stalls).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(stalls).toEqual(['no byte for 30 s']);
});

test('the time we do not read ourselves does not count, neither as silence nor as slowness', () => {
  const { watchdog, stalls } = watch();
  for (let chunk = 0; chunk < 10; chunk++) {
    watchdog.pause(100);
    vi.advanceTimersByTime(60_000);
    watchdog.resume();
    vi.advanceTimersByTime(100);
  }
  watchdog.stop();
  expect(stalls).toEqual([]);
});

test.each([
  [900, 1],
  [1100, 0],
])('%i bytes per second for two minutes: %i stalls', (bytesPerSecond, expected) => {
  const { watchdog, stalls } = watch();
  for (let second = 0; second < 121; second++) {
    vi.advanceTimersByTime(1000);
    watchdog.pause(bytesPerSecond);
    watchdog.resume();
  }
  watchdog.stop();
  expect(stalls).toHaveLength(expected);
});

test('a stopped one is silent', () => {
  const { watchdog, stalls } = watch();
  watchdog.stop();
  vi.advanceTimersByTime(100_000);
  expect(stalls).toEqual([]);
});

test('a connection from before a sleep is given up at once, and only while it is watched', () => {
  const { watchdog, stalls } = watch();
  const ended = watch();
  ended.watchdog.stop();
  tellWake();
  expect([stalls, ended.stalls]).toEqual([['the computer was asleep'], []]);
  watchdog.stop();
});
