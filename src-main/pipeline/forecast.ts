/** What earlier runs taught about speed, for one set of parameters. */
export interface Forecast {
  /** Bytes of an entry, as the last ones were; for parameters that leave the size open. */
  readonly entryBytes: number | undefined;
  /** Seconds for the work, as a range; null until something was measured. */
  time(items: number, downloadBytes: number, workers: number): { readonly lowSeconds: number; readonly highSeconds: number; readonly samples: number } | null;
}

export interface SpeedSamples {
  /** Worker seconds an item took. */
  readonly preprocessSeconds: readonly number[];
  /** Worker seconds an item takes on a machine like others, until something was measured. */
  readonly expectedSeconds?: number;
  /** Bytes a second over all downloads at once. */
  readonly downloadBytesPerSecond: readonly number[];
  readonly entryBytes: readonly number[];
}

function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low + (high - low) * (at - Math.floor(at));
}

/**
 * A range between the faster and the slower quarter of what was measured. Downloading and
 * preprocessing overlap, so the slower of the two decides.
 */
export function forecastFrom(samples: SpeedSamples): Forecast {
  const { expectedSeconds } = samples;
  const isGuess = samples.preprocessSeconds.length === 0 && expectedSeconds !== undefined;
  const seconds = isGuess ? [expectedSeconds * 0.6, expectedSeconds * 1.6] : samples.preprocessSeconds.toSorted((a, b) => a - b);
  const rates = samples.downloadBytesPerSecond.toSorted((a, b) => a - b);
  return {
    entryBytes: samples.entryBytes.at(-1),
    time(items, downloadBytes, workers) {
      if (seconds.length === 0 || (downloadBytes > 0 && rates.length === 0)) return null;
      const preprocess = (q: number): number => (items * quantile(seconds, q)) / workers;
      const download = (q: number): number => (downloadBytes === 0 ? 0 : downloadBytes / quantile(rates, q));
      return {
        lowSeconds: Math.max(preprocess(0.25), download(0.75)) * 0.95,
        highSeconds: Math.max(preprocess(0.75), download(0.25)) * 1.05 + 1,
        samples: isGuess ? 0 : seconds.length,
      };
    },
  };
}
