import type { GreyWindow } from './window.ts';

/** Enough for a hundredth to be told to a tenth of itself. */
const SAMPLES_MAX = 100_000;
/** A few metal or padding voxels would make all else one grey. */
const CUT = 0.01;

/** Finds the range that 98 of 100 values lie in, from a hundred thousand of them at even distances. */
export class SampledRange {
  readonly #every: number;
  readonly #samples: number[] = [];
  #next = 0;

  /** @param total values that will come */
  constructor(total: number) {
    this.#every = Math.max(1, Math.floor(total / SAMPLES_MAX));
  }

  /** Values that are not finite do not count. */
  add(values: Float32Array): void {
    let at = this.#next;
    for (; at < values.length; at += this.#every) if (Number.isFinite(values[at])) this.#samples.push(values[at]!);
    this.#next = at - values.length;
  }

  /** @returns undefined if no value was finite; the extremes where the middle is all one value */
  range(): GreyWindow | undefined {
    const sorted = Float32Array.from(this.#samples).sort();
    if (sorted.length === 0) return undefined;
    const cut = Math.floor(sorted.length * CUT);
    const [min, max] = [sorted[cut]!, sorted[sorted.length - 1 - cut]!];
    return min < max ? { min, max } : { min: sorted[0]!, max: sorted.at(-1)! };
  }
}
