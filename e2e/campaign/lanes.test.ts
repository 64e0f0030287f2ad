import { expect, it } from 'vitest';
import type { Campaign } from './campaign.ts';
import { inLanes, runApart } from './lanes.ts';

const campaign = (name: string, isTimed?: true): Campaign => ({ name, title: name, attempt: '', promise: '', parts: [], ...(isTimed === undefined ? {} : { isTimed }), run: () => Promise.reject(new Error('not run here')) });

it('at most so many run at once, each once, and what is timed runs alone, last', async () => {
  const running = new Set<string>();
  const seen: string[] = [];
  const beside: number[] = [];
  await inLanes([campaign('a'), campaign('timed', true), campaign('b'), campaign('c')], 2, async ({ name }) => {
    running.add(name);
    seen.push(name);
    beside.push(running.size);
    await new Promise((resolve) => setTimeout(resolve, 5));
    running.delete(name);
  });
  expect(seen).toEqual(['a', 'b', 'c', 'timed']);
  expect(Math.max(...beside)).toBe(2);
  expect(beside.at(-1)).toBe(1);
});

it('a campaign whose process dies has found something', async () => {
  const { outcome } = await runApart({ name: 'there is none of that name', seed: 1 });
  expect(outcome).toMatchObject({ dose: 'stopped', violations: [expect.stringContaining('ended with 1')] });
});
