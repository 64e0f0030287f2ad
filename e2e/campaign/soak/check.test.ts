import { expect, it } from 'vitest';
import { soakVerdict } from './check.ts';
import type { MemorySample } from './memory.ts';

const MB = 2 ** 20;
const rounds = (sample: (n: number) => Partial<MemorySample>): MemorySample[] => Array.from({ length: 30 }, (_, n) => ({ heapBytes: 40 * MB, residentBytes: 120 * MB, descriptors: 30, ...sample(n) }));

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
  const hour = (sample: (n: number) => Partial<MemorySample>): MemorySample[] => Array.from({ length: 300 }, (_, n) => ({ heapBytes: 40 * MB, residentBytes: 120 * MB, descriptors: 30, ...sample(n) }));
  // 4 % from the middle third to the last one, 10 % behind the warm-up.
  const leak = soakVerdict(hour((n) => ({ heapBytes: 40 * MB * (1 + (0.12 * n) / 300) })));
  expect(leak.heapGrowth).toBeLessThan(0.05);
  expect(leak.violations).toEqual(['the heap grew by 8.8 % over 250 rounds']);
  expect(soakVerdict(hour((n) => ({ heapBytes: 40 * MB + (n % 7) * MB, residentBytes: (120 + (n % 11) * 3) * MB }))).violations).toEqual([]);
});
