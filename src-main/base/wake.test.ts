import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { awakeClock, beatOn, tellWake } from './wake.ts';

it('time that was slept through does not count, nor does a clock that was set', () => {
  let now = 1_000_000;
  const slept: number[] = [];
  const clock = awakeClock((ms) => slept.push(ms), () => now);
  const after = (ms: number): number => {
    now += ms;
    return clock();
  };
  expect([after(200), after(15_000), after(8 * 3_600_000), after(200), after(-365 * 86_400_000), after(300)]).toEqual([200, 15_200, 15_200, 15_400, 15_400, 15_700]);
  expect(slept).toEqual([8 * 3_600_000]);
});

it('a sign of life is given at once when the computer wakes up, and not after it has ended', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-wake-'));
  try {
    const [living, ended] = [join(folder, 'living'), join(folder, 'ended')];
    for (const path of [living, ended]) {
      await writeFile(path, '');
      await utimes(path, 1e9, 1e9);
    }
    const stop = beatOn(living, 3_600_000);
    beatOn(ended, 3_600_000)();
    tellWake();
    await expect.poll(async () => (await stat(living)).mtimeMs).toBeGreaterThan(1e12 + 1);
    stop();
    expect((await stat(ended)).mtimeMs).toBe(1e12);
  } finally {
    await rm(folder, { recursive: true });
  }
});
