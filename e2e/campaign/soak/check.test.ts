import { expect, it } from 'vitest';
import { soakVerdict } from './check.ts';
import type { MemorySample, ServerSample } from './memory.ts';

const MB = 2 ** 20;
const NO_WORKERS: ReadonlyMap<number, MemorySample> = new Map();
const held = (sample: Partial<MemorySample> = {}): MemorySample => ({ heapBytes: 40 * MB, residentBytes: 120 * MB, descriptors: 30, ...sample });
const over = (length: number, sample: (n: number) => Partial<ServerSample>): ServerSample[] => Array.from({ length }, (_, n) => ({ ...held(), workers: NO_WORKERS, ...sample(n) }));
const rounds = (sample: (n: number) => Partial<ServerSample>): ServerSample[] => over(30, sample);

it('lets it warm up, and lets it keep more in one round than in another', () => {
  expect(soakVerdict(rounds((n) => ({ heapBytes: (n < 10 ? 20 : 40) * MB + (n % 3) * 5 * MB, descriptors: 30 + (n % 2) * 10 }))).violations).toEqual([]);
});

it('sees a heap, a process and a table of descriptors that grow a little with every round', () => {
  expect(soakVerdict(rounds((n) => ({ heapBytes: (40 + n / 2) * MB }))).violations[0]).toMatch(/the heap grew by 11/);
  expect(soakVerdict(rounds((n) => ({ residentBytes: (120 + n) * MB }))).violations[0]).toMatch(/resident memory/);
  expect(soakVerdict(rounds((n) => ({ descriptors: 30 + n }))).violations).toEqual(['open descriptors went from 40 to 50']);
});

it('does not say that all is well after too few rounds', () => {
  expect(soakVerdict(rounds(() => ({})).slice(0, 3)).violations).toHaveLength(1);
});

it('sees a leak over the whole hour that is too slow for one third of it, and lets noise be', () => {
  const hour = (sample: (n: number) => Partial<MemorySample>): ServerSample[] => over(300, sample);
  // 4 % from the middle third to the last one, 10 % behind the warm-up.
  const leak = soakVerdict(hour((n) => ({ heapBytes: 40 * MB * (1 + (0.12 * n) / 300) })));
  expect(leak.heapGrowth).toBeLessThan(0.05);
  expect(leak.violations).toEqual(['the heap grew by 8.8 % over 250 rounds']);
  expect(soakVerdict(hour((n) => ({ heapBytes: 40 * MB + (n % 7) * MB, residentBytes: (120 + (n % 11) * 3) * MB }))).violations).toEqual([]);
});

it('sees one worker of several that grows, and lets those of a job come and go', () => {
  const ofJob = (n: number): [number, MemorySample] => [1000 + n, held({ heapBytes: (10 + n) * MB })];
  const sound = rounds((n) => ({ workers: new Map([[7, held()], [8, held({ residentBytes: (80 + (n % 4)) * MB })], ...(n % 2 === 0 ? [ofJob(n)] : [])]) }));
  expect(soakVerdict(sound)).toMatchObject({ workers: 2, violations: [] });
  const leak = rounds((n) => ({ workers: new Map([[7, held()], [8, held({ heapBytes: (40 + n / 2) * MB, descriptors: 30 + n })]]) }));
  expect(soakVerdict(leak).violations).toEqual([expect.stringMatching(/the heap of worker 8 grew by 11/), 'open descriptors of worker 8 went from 40 to 50']);
});

it('sees workers that are not given back', () => {
  expect(soakVerdict(rounds((n) => ({ workers: new Map(Array.from({ length: 2 + Math.floor(n / 10) }, (_, pid) => [pid, held()])) }))).violations).toEqual(['workers that wait went from 3 to 4']);
});
