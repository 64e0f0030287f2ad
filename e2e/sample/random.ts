/**
 * Seeded random numbers in [0, 1), the same in every engine: 32-bit integer arithmetic only.
 * The generator is mulberry32 (Tommy Ettinger, 2017, public domain).
 */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A bell-shaped number with mean 0 and standard deviation 1, never beyond ±3.5: the sum of four even
 * ones (Irwin–Hall). Logarithms and cosines, which engines may round differently, are avoided.
 */
export function nextNoise(random: () => number): number {
  // The sum of four has the variance 4/12.
  return (random() + random() + random() + random() - 2) * Math.sqrt(3);
}
