import { createRandom } from '../sample/random.ts';

/** Seeded choices, the same in every engine. */
export interface Draw {
  /** An integer from 0, below `count`. */
  below(count: number): number;
  /** One of them. */
  oneOf<T>(values: readonly T[]): T;
  chance(probability: number): boolean;
  bytes(count: number): Uint8Array;
}

export function createDraw(seed: number): Draw {
  const random = createRandom(seed);
  const below = (count: number): number => Math.floor(random() * count);
  return {
    below,
    oneOf: (values) => values[below(values.length)]!,
    chance: (probability) => random() < probability,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
  };
}
