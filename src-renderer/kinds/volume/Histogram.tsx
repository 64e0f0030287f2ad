import type { VolumeHistogram } from '../../../src-main/kinds/volume/contract.ts';
import { formatCount } from '../../lib/format.ts';
import { formatValue } from './location.ts';
import { barHeights, histogramWords } from './histogram-bars.ts';
import styles from './Histogram.module.css';

interface HistogramProps {
  readonly histogram: VolumeHistogram;
  readonly nonFiniteCount: number;
  /** Bars inside of it are drawn strong: they are what the picture tells apart. */
  readonly window: { readonly min: number; readonly max: number };
}

const HEIGHT = 52;

/** How often each value occurs. Heights are square roots of counts, or air would flatten all the rest. */
export function Histogram({ histogram, nonFiniteCount, window }: HistogramProps) {
  const { min, max, counts } = histogram;
  const width = (max - min) / counts.length;
  return (
    <figure className={styles.histogram}>
      <svg viewBox={`0 0 ${counts.length} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={histogramWords(histogram)}>
        {barHeights(counts, HEIGHT).map((height, bin) => {
          const middle = min + (bin + 0.5) * width;
          const isShown = middle >= window.min && middle <= window.max;
          return (
            <rect key={bin} className={isShown ? styles.shown : styles.beyond} x={bin + 0.06} y={HEIGHT - height} width={0.88} height={height}>
              <title>{`${formatValue(min + bin * width)} to ${formatValue(min + (bin + 1) * width)}: ${formatCount(counts[bin]!)}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption>
        <span>{formatValue(min)}</span>
        <span className={nonFiniteCount > 0 ? styles.bad : undefined}>
          {nonFiniteCount > 0 ? '◆ ' : ''}values, {formatCount(nonFiniteCount)} non-finite, √ scale
        </span>
        <span>{formatValue(max)}</span>
      </figcaption>
    </figure>
  );
}
