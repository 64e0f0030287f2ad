import { expect, test } from 'vitest';
import { AdaptiveLimit } from './adaptive-limit.ts';

const { signal } = new AbortController();

/** A limit with `running` downloads that never end by themselves. */
function createLimit(max: number): { limit: AdaptiveLimit; start(): Promise<void>; running(): number; pass(bytes: number): void } {
  let now = 0;
  let running = 0;
  const limit = new AdaptiveLimit({ max, adaptIntervalMs: 1000, clock: () => now });
  return {
    limit,
    start: async () => {
      const forever = Promise.withResolvers<void>();
      limit.run(() => { running += 1; return forever.promise; }, signal).catch(() => undefined);
      await Promise.resolve();
      await Promise.resolve();
    },
    running: () => running,
    pass: (bytes) => {
      now += 1000;
      limit.noteBytes(bytes);
    },
  };
}

test('starts with two and adds one while throughput rises by 5 %', async () => {
  const { limit, start, running, pass } = createLimit(8);
  for (let download = 0; download < 6; download++) await start();
  expect(running()).toBe(2);
  pass(1000);
  expect(limit.limit).toBe(3);
  await Promise.resolve();
  pass(1500);
  expect(limit.limit).toBe(4);
  pass(1550);
  expect(limit.limit).toBe(4);
});

test('never beyond the maximum, and not above it at the start', async () => {
  const one = createLimit(1);
  await one.start();
  one.pass(1);
  expect(one.limit.limit).toBe(1);
  const three = createLimit(3);
  for (let download = 0; download < 3; download++) await three.start();
  for (const bytes of [1, 10, 100, 1000]) {
    three.pass(bytes);
    await Promise.resolve();
  }
  expect(three.limit.limit).toBe(3);
});

test('trouble halves it, down to one', () => {
  const { limit } = createLimit(8);
  limit.noteTrouble();
  limit.noteTrouble();
  expect(limit.limit).toBe(1);
});

test('who waits is let in when a place is free, in order, or leaves when cancelled', async () => {
  const limit = new AdaptiveLimit({ max: 1, adaptIntervalMs: 1000 });
  const first = Promise.withResolvers<void>();
  const order: string[] = [];
  const run = (name: string, abort: AbortSignal = signal): Promise<void> => limit.run(async () => void order.push(name), abort);
  const held = limit.run(() => first.promise, signal);
  const leaver = new AbortController();
  const gone = run('gone', leaver.signal);
  const next = run('next');
  leaver.abort();
  await expect(gone).rejects.toMatchObject({ code: 'CANCELLED' });
  first.resolve();
  await Promise.all([held, next]);
  expect(order).toEqual(['next']);
});

test('giving way lets another in and takes the place again', async () => {
  const limit = new AdaptiveLimit({ max: 1, adaptIntervalMs: 1000 });
  const order: string[] = [];
  const pause = Promise.withResolvers<void>();
  const waiting = limit.run(async () => {
    await limit.giveWay(() => pause.promise, signal);
    order.push('back');
  }, signal);
  await limit.run(async () => void order.push('other'), signal);
  pause.resolve();
  await waiting;
  await limit.run(async () => void order.push('after'), signal);
  expect(order).toEqual(['other', 'back', 'after']);
});

test('a pause that fails leaves the count right', async () => {
  const limit = new AdaptiveLimit({ max: 1, adaptIntervalMs: 1000 });
  const failing = limit.run(() => limit.giveWay(() => Promise.reject(new Error('cancelled')), signal), signal);
  await expect(failing).rejects.toThrow('cancelled');
  await expect(limit.run(async () => 'free', signal)).resolves.toBe('free');
});
