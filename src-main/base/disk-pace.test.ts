import { expect, it } from 'vitest';
import { DiskPace } from './disk-pace.ts';

function wait(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('waits for a disk that answers at once, leaves a slow one to other threads, and tries it again after twice as many calls', async () => {
  const pace = new DiskPace();
  const calls: string[] = [];
  const call = (ms: number): Promise<void> => pace.run(() => (calls.push('now'), wait(ms)), async () => void calls.push('later'));
  await call(20);
  for (let i = 0; i < 65; i++) await call(20);
  expect(calls).toEqual(['now', ...Array<string>(64).fill('later'), 'now']);
  for (let i = 0; i < 128; i++) await call(0);
  expect(calls.slice(66)).toEqual(Array(128).fill('later'));
  await expect(pace.run(() => { throw new Error('ENOENT'); }, async () => undefined)).rejects.toThrow('ENOENT');
});

it('gives other work its turn while it waits', async () => {
  const pace = new DiskPace();
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  for (let i = 0; i < 2_000; i++) await pace.run(() => wait(0.05), async () => undefined);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});
