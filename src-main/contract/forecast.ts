/** What a job was expected to take, before it began. */
export interface JobForecast {
  /** Raw files, staging, results, folders and index together, more than was there in the cache folder, at the worst moment. */
  readonly peakBytes: number;
  /** null where nothing was measured before. */
  readonly seconds: { readonly low: number; readonly middle: number; readonly high: number } | null;
  /** Memory of one worker. */
  readonly workerBytes: number;
}

/** What it took. */
export interface JobMeasured {
  /** Blocks of the file system, sampled ten times a second. */
  readonly peakBytes: number;
  /** Without the time it was paused. */
  readonly seconds: number;
  /** Of the largest worker; 0 where it could not be read. */
  readonly workerBytes: number;
}

/** How good earlier forecasts were. */
export interface ForecastRecord {
  /** Finished jobs it is about, at most the last ten. */
  readonly jobs: number;
  /** The largest of their errors, as a share of what was measured; null where none had a forecast of it. */
  readonly diskWithin: number | null;
  readonly timeWithin: number | null;
}
