import type { SimulatedHouse, SimulatedItem } from './simulate.ts';
import { simulate } from './simulate.ts';

/** What is to be made, as far as it counts for time and disk. */
export interface ForecastItem {
  /** null where it is not known, or where there is none. */
  readonly rawBytes: number | null;
  /** 0 where the raw file is there already. */
  readonly downloadBytes: number;
}

export interface ForecastTime {
  readonly lowSeconds: number;
  readonly middleSeconds: number;
  readonly highSeconds: number;
  /** Measurements it rests on; 0 where it is what other machines need. */
  readonly samples: number;
}

export interface RunForecast {
  /** null until something was measured. */
  readonly time: ForecastTime | null;
  /** null where nobody can say how raw files and entries meet: until downloads were measured. */
  readonly peakBytes: number | null;
}

/** What earlier runs taught, for one set of parameters. */
export interface Forecast {
  /** Bytes an entry takes on disk, as the last ones did. */
  readonly entryBytes: number | undefined;
  run(items: readonly ForecastItem[], entryBytes: number, house: Omit<SimulatedHouse, 'bytesPerSecond' | 'bytesPerConnection'>): RunForecast;
}

export interface SpeedSamples {
  /** Worker seconds an item took, newest first as all of these. */
  readonly itemSeconds: readonly number[];
  /** The same for a byte of their raw files, of the same items in the same order. */
  readonly secondsPerRawByte: readonly number[];
  /** Worker seconds an item takes on a machine like others, until something was measured. */
  readonly expectedSeconds?: number;
  /** Of all downloads at once, while there were any. */
  readonly downloadBytesPerSecond: readonly number[];
  /** Of each of them. */
  readonly connectionBytesPerSecond: readonly number[];
  readonly entryBytes: readonly number[];
  /** Seconds a job takes beside what its workers do: starting them, the index, the end. */
  readonly overheadSeconds: readonly number[];
  /** The same where raw files are downloaded. */
  readonly downloadOverheadSeconds: readonly number[];
}

/** Older ones say little about the machine as it is now. */
const SAMPLES_USED = 40;
/** A guess is given this much room. */
const GUESS_SPREAD = 0.6;
const LEAST_SPREAD = 0.06;
const MOST_SPREAD = 0.5;
/** More items are as good as their mean. */
const SIMULATED_ITEMS = 200_000;

interface Speed {
  readonly mean: number;
  /** Half of what lies between the quarters, as a share of the mean. */
  readonly spread: number;
}

function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)]!;
  const high = sorted[Math.ceil(at)]!;
  return low + (high - low) * (at - Math.floor(at));
}

/** The mean without the tenth at either end: a sum of many items is their mean, and one hiccup is not the machine. */
function speedOf(values: readonly number[]): Speed | undefined {
  const sorted = values.slice(0, SAMPLES_USED).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const cut = Math.floor(sorted.length / 10);
  const kept = sorted.slice(cut, sorted.length - cut);
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  return { mean, spread: mean === 0 ? 0 : (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / mean };
}

/**
 * Seconds of an item by the bytes of its raw file: a line through what was measured, between "all items take the same" and "twice
 * the bytes take twice the time", because few measurements can lie on any line.
 *
 * @param perByte of the same items, in the same order
 */
function bySize(seconds: readonly number[], perByte: readonly number[]): ((rawBytes: number) => number) | undefined {
  const pairs = perByte.slice(0, SAMPLES_USED).flatMap((rate, i) => (seconds[i] === undefined || rate <= 0 ? [] : [{ seconds: seconds[i], bytes: seconds[i] / rate }]));
  const speed = speedOf(pairs.map((pair) => pair.seconds));
  if (speed === undefined) return undefined;
  const meanBytes = pairs.reduce((sum, pair) => sum + pair.bytes, 0) / pairs.length;
  const variance = pairs.reduce((sum, pair) => sum + (pair.bytes - meanBytes) ** 2, 0);
  const covariance = pairs.reduce((sum, pair) => sum + (pair.bytes - meanBytes) * (pair.seconds - speed.mean), 0);
  const steepest = speed.mean / meanBytes;
  const slope = variance < (meanBytes * 0.01) ** 2 * pairs.length ? steepest : Math.min(steepest, Math.max(0, covariance / variance));
  return (rawBytes) => speed.mean + slope * (rawBytes - meanBytes);
}

function clampSpread(spread: number): number {
  return Math.min(MOST_SPREAD, Math.max(LEAST_SPREAD, spread));
}

/**
 * Goes through the run with the speeds that were measured: once as they were on the average for the
 * middle and the peak, and as much faster and slower as they varied for the ends of the range.
 */
export function forecastFrom(samples: SpeedSamples): Forecast {
  const measured = speedOf(samples.itemSeconds);
  const sized = bySize(samples.itemSeconds, samples.secondsPerRawByte);
  const isGuess = measured === undefined && samples.expectedSeconds !== undefined;
  const item = isGuess ? { mean: samples.expectedSeconds!, spread: GUESS_SPREAD } : measured;
  const line = speedOf(samples.downloadBytesPerSecond);
  const connection = speedOf(samples.connectionBytesPerSecond)?.mean;
  const plainOverhead = speedOf(samples.overheadSeconds)?.mean ?? 0;
  const downloadOverhead = speedOf(samples.downloadOverheadSeconds)?.mean ?? plainOverhead;
  return {
    entryBytes: samples.entryBytes[0],
    run(items, entryBytes, house) {
      const isDownloading = items.some(({ downloadBytes }) => downloadBytes > 0);
      if (item === undefined || (isDownloading && line === undefined)) return { time: null, peakBytes: isDownloading ? null : items.length * entryBytes };
      const overhead = isDownloading ? downloadOverhead : plainOverhead;
      const spread = clampSpread(Math.max(item.spread, isDownloading ? line!.spread : 0));
      const at = (slower: number): { readonly seconds: number; readonly peakBytes: number } => {
        const secondsOf = ({ rawBytes }: ForecastItem): number => (sized !== undefined && rawBytes !== null && rawBytes > 0 ? sized(rawBytes) : item.mean) * slower;
        return run(items.map((one) => ({ downloadBytes: one.downloadBytes, entryBytes, seconds: secondsOf(one) })), { ...house, bytesPerSecond: (line?.mean ?? 1) / slower, ...(connection === undefined ? {} : { bytesPerConnection: connection / slower }) });
      };
      const middle = at(1);
      return {
        peakBytes: middle.peakBytes,
        time: { lowSeconds: at(1 - spread).seconds + overhead, middleSeconds: middle.seconds + overhead, highSeconds: at(1 + spread).seconds + overhead, samples: isGuess ? 0 : samples.itemSeconds.length },
      };
    },
  };
}

function run(items: readonly SimulatedItem[], house: SimulatedHouse): { readonly seconds: number; readonly peakBytes: number } {
  if (items.length <= SIMULATED_ITEMS) return simulate(items, house);
  const sum = (of: (item: SimulatedItem) => number): number => items.reduce((total, item) => total + of(item), 0);
  const seconds = Math.max(sum((item) => item.seconds) / house.workers, sum((item) => item.downloadBytes) / house.bytesPerSecond);
  return { seconds, peakBytes: sum((item) => item.entryBytes) + house.window * Math.max(...items.slice(0, SIMULATED_ITEMS).map((item) => item.downloadBytes)) };
}
