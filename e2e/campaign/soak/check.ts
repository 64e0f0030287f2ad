import type { MemorySample } from './memory.ts';

const GROWTH_MAX = 0.05;
/** Sockets of a page and pipes of a warm worker come and go. */
const DESCRIPTORS_SPARE = 4;
/** Rounds needed before anything can be said. */
export const ROUNDS_MIN = 6;

export interface SoakVerdict {
  readonly heapGrowth: number;
  readonly residentGrowth: number;
  readonly descriptors: readonly [first: number, last: number];
  readonly violations: readonly string[];
}

/** Rounds needed for a line through them: with fewer, what differs from round to round looks like a slope. */
const FIT_ROUNDS = 60;

const leastOf = (samples: readonly MemorySample[], what: keyof MemorySample): number => Math.min(...samples.map((sample) => sample[what]));

/**
 * Growth of what is held at least, over all rounds behind the warm-up: a line through the least of each tenth of them. A leak
 * that is slow enough to pass from one third to the next shows over the whole hour.
 *
 * @returns a share of what was held at its beginning
 */
export function fittedGrowth(samples: readonly MemorySample[], what: keyof MemorySample): number {
  const tenths = Array.from({ length: 10 }, (_, n) => leastOf(samples.slice(Math.floor((n * samples.length) / 10), Math.floor(((n + 1) * samples.length) / 10)), what));
  const [meanX, meanY] = [4.5, tenths.reduce((sum, value) => sum + value, 0) / 10];
  const slope = tenths.reduce((sum, value, n) => sum + (n - meanX) * (value - meanY), 0) / tenths.reduce((sum, _, n) => sum + (n - meanX) ** 2, 0);
  return (9 * slope) / (meanY - meanX * slope);
}

/**
 * Compares the middle third of the rounds, when everything is warm, with the last one. What is held at least is what
 * counts: what a garbage collector or an allocator keeps for a while differs from round to round, a leak is in each of them.
 *
 * @param samples one for each round, in order
 */
export function soakVerdict(samples: readonly MemorySample[]): SoakVerdict {
  if (samples.length < ROUNDS_MIN) return { heapGrowth: 0, residentGrowth: 0, descriptors: [0, 0], violations: [`only ${samples.length} rounds; ${ROUNDS_MIN} are needed to see anything`] };
  const third = Math.floor(samples.length / 3);
  const middle = samples.slice(third, -third);
  const last = samples.slice(-third);
  const growthOf = (what: keyof MemorySample): number => leastOf(last, what) / leastOf(middle, what) - 1;
  const heapGrowth = growthOf('heapBytes');
  const residentGrowth = growthOf('residentBytes');
  const descriptors = [leastOf(middle, 'descriptors'), leastOf(last, 'descriptors')] as const;
  const violations: string[] = [];
  const told = (what: string, growth: number): string => `${what} grew by ${(growth * 100).toFixed(1)} % over the last third of ${samples.length} rounds`;
  if (heapGrowth > GROWTH_MAX) violations.push(told('the heap', heapGrowth));
  if (residentGrowth > GROWTH_MAX) violations.push(told('resident memory', residentGrowth));
  const warm = samples.slice(Math.floor(samples.length / 6));
  if (warm.length >= FIT_ROUNDS) {
    const toldOfAll = (what: string, growth: number): string[] => (growth > GROWTH_MAX ? [`${what} grew by ${(growth * 100).toFixed(1)} % over ${warm.length} rounds`] : []);
    violations.push(...toldOfAll('the heap', fittedGrowth(warm, 'heapBytes')), ...toldOfAll('resident memory', fittedGrowth(warm, 'residentBytes')));
  }
  if (descriptors[1] > descriptors[0] + DESCRIPTORS_SPARE) violations.push(`open descriptors went from ${descriptors[0]} to ${descriptors[1]}`);
  return { heapGrowth, residentGrowth, descriptors, violations };
}
