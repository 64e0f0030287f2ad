import type { MemorySample, ServerSample } from './memory.ts';

const GROWTH_MAX = 0.05;
/** Sockets of a page and pipes of a warm worker come and go. */
const DESCRIPTORS_SPARE = 4;
/** Rounds needed before anything can be said. */
export const ROUNDS_MIN = 6;

/** Rounds that a worker must have lived through before anything can be said of it: those of a job live through one. */
const WORKER_ROUNDS_MIN = 30;

export interface SoakVerdict {
  readonly heapGrowth: number;
  readonly residentGrowth: number;
  readonly descriptors: readonly [first: number, last: number];
  /** Workers that lived long enough to be judged. */
  readonly workers: number;
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

/** One process over the rounds: the middle third, when everything is warm, against the last one. */
function growthOf(samples: readonly MemorySample[], of: string): Omit<SoakVerdict, 'workers'> {
  const third = Math.floor(samples.length / 3);
  const middle = samples.slice(third, -third);
  const last = samples.slice(-third);
  const growth = (what: keyof MemorySample): number => leastOf(last, what) / leastOf(middle, what) - 1;
  const heapGrowth = growth('heapBytes');
  const residentGrowth = growth('residentBytes');
  const descriptors = [leastOf(middle, 'descriptors'), leastOf(last, 'descriptors')] as const;
  const violations: string[] = [];
  const told = (what: string, grown: number): string => `${what}${of} grew by ${(grown * 100).toFixed(1)} % over the last third of ${samples.length} rounds`;
  if (heapGrowth > GROWTH_MAX) violations.push(told('the heap', heapGrowth));
  if (residentGrowth > GROWTH_MAX) violations.push(told('resident memory', residentGrowth));
  const warm = samples.slice(Math.floor(samples.length / 6));
  if (warm.length >= FIT_ROUNDS) {
    const toldOfAll = (what: string, grown: number): string[] => (grown > GROWTH_MAX ? [`${what}${of} grew by ${(grown * 100).toFixed(1)} % over ${warm.length} rounds`] : []);
    violations.push(...toldOfAll('the heap', fittedGrowth(warm, 'heapBytes')), ...toldOfAll('resident memory', fittedGrowth(warm, 'residentBytes')));
  }
  if (descriptors[1] > descriptors[0] + DESCRIPTORS_SPARE) violations.push(`open descriptors${of} went from ${descriptors[0]} to ${descriptors[1]}`);
  return { heapGrowth, residentGrowth, descriptors, violations };
}

/** What each worker held in the rounds that it lived through. */
function workersOver(samples: readonly ServerSample[]): Map<number, MemorySample[]> {
  const series = new Map<number, MemorySample[]>();
  for (const { workers } of samples) for (const [pid, sample] of workers) series.set(pid, [...(series.get(pid) ?? []), sample]);
  return series;
}

/**
 * What is held at least is what counts: what a garbage collector or an allocator keeps for a while differs from round to
 * round, a leak is in each of them. Workers are judged one by one, and their number may not grow.
 *
 * @param samples one for each round, in order
 */
export function soakVerdict(samples: readonly ServerSample[]): SoakVerdict {
  if (samples.length < ROUNDS_MIN) return { heapGrowth: 0, residentGrowth: 0, descriptors: [0, 0], workers: 0, violations: [`only ${samples.length} rounds; ${ROUNDS_MIN} are needed to see anything`] };
  const server = growthOf(samples, '');
  const judged = [...workersOver(samples)].filter(([, series]) => series.length >= WORKER_ROUNDS_MIN);
  const ofWorkers = judged.flatMap(([pid, series]) => growthOf(series, ` of worker ${pid}`).violations);
  const third = Math.floor(samples.length / 3);
  const leastWorkers = (some: readonly ServerSample[]): number => Math.min(...some.map(({ workers }) => workers.size));
  const [before, after] = [leastWorkers(samples.slice(third, -third)), leastWorkers(samples.slice(-third))];
  const left = after > before ? [`workers that wait went from ${before} to ${after}`] : [];
  return { ...server, workers: judged.length, violations: [...server.violations, ...ofWorkers, ...left] };
}
