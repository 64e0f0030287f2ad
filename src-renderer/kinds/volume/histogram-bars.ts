import type { VolumeHistogram } from '../../../src-main/kinds/volume/contract.ts';
import { formatCount } from '../../lib/format.ts';
import { formatValue } from './location.ts';

/** What occurs at all must be seen. */
const SMALLEST = 1;

/** Bar heights as square roots of the counts; the highest is `height`, empty bins are 0. */
export function barHeights(counts: readonly number[], height: number): number[] {
  const most = Math.max(...counts, 1);
  return counts.map((count) => (count === 0 ? 0 : Math.max(SMALLEST, Math.sqrt(count / most) * height)));
}

/** The histogram in a sentence, for those who cannot see it. */
export function histogramWords({ min, max, counts, below, above }: VolumeHistogram): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = counts.indexOf(Math.max(...counts));
  const width = (max - min) / counts.length;
  const outside = below + above === 0 ? '' : ` ${formatCount(below + above)} lie outside of this range.`;
  return `Histogram: ${formatCount(total)} values from ${formatValue(min)} to ${formatValue(max)}, most of them from ${formatValue(min + most * width)} to ${formatValue(min + (most + 1) * width)}.${outside}`;
}
