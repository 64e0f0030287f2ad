/** One row of the report. Every value is a run of its own; the median is what counts. */
export interface Figure {
  readonly name: string;
  /** Of both sides: `s`, `ms`, `MB` (10^6 bytes), `MB/s`, `rows/s`. */
  readonly unit: string;
  /** Which way is better: less of a time or of memory, more of a rate. */
  readonly better: 'less' | 'more';
  readonly larder: readonly number[];
  readonly python?: readonly number[];
  readonly budget?: Budget | undefined;
}

/** Lower bound of the ratio, or the bound of Larder's own value on its worse side. */
export interface Budget {
  readonly of: 'ratio' | 'value';
  readonly bound: number;
}

export interface Section {
  readonly title: string;
  /** How it was measured: what is inside the times and what is not. */
  readonly about: string;
  readonly figures: readonly Figure[];
}

/** The middle value; of an even number the mean of the two in the middle. @throws RangeError for none */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('no median of no values');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How many times better Larder is; above 1 it is the better one. Undefined where there is nothing to compare with. */
export function ratioOf({ larder, python, better }: Figure): number | undefined {
  if (python === undefined) return undefined;
  return better === 'less' ? median(python) / median(larder) : median(larder) / median(python);
}

/** Undefined for a figure without a budget. */
export function isMet(figure: Figure): boolean | undefined {
  const { budget, better, larder } = figure;
  if (budget === undefined) return undefined;
  if (budget.of === 'ratio') return (ratioOf(figure) ?? Number.NaN) >= budget.bound;
  return better === 'less' ? median(larder) <= budget.bound : median(larder) >= budget.bound;
}
