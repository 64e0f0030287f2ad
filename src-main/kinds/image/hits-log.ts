import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HitCount, HitGroup, HitReport } from '../../contract/hits.ts';
import { errnoOf, fileError, throwIfAborted } from '../../base/index.ts';

/** One line of a log: sums since the line before. */
interface HitLine extends HitCount {
  readonly timeMs: number;
  readonly split: string;
  readonly epoch: number;
  readonly font: string;
}

const LOG_NAME = /^hits-\d+\.jsonl$/;
/** Days of training write less; a log beyond this is not ours. */
const MAX_LOG_BYTES = 256 * 1024 * 1024;
/** Splits, fonts, epochs and minutes shown; more are not looked at by people. */
const MAX_GROUPS = 5_000;

/**
 * Sums of everything training has logged in a cache.
 *
 * @param directory `.larder` of the cache; need not exist
 * @throws the system's trouble in words; CANCELLED
 */
export async function readHitReport(directory: string, signal?: AbortSignal): Promise<HitReport> {
  const sums = { total: new Sums(), split: new Sums(), font: new Sums(), epoch: new Sums(), minute: new Sums() };
  let unreadableLines = 0;
  for (const name of await logNames(directory)) {
    for await (const text of linesOf(join(directory, name))) {
      throwIfAborted(signal);
      if (text === '') continue;
      const line = parseLine(text);
      if (line === undefined) {
        unreadableLines++;
        continue;
      }
      sums.total.add('all', line);
      sums.split.add(line.split, line);
      sums.font.add(line.font, line);
      sums.epoch.add(`${line.split} ${line.epoch}`, line);
      sums.minute.add(`${new Date(line.timeMs).toISOString().slice(0, 16)}Z`, line);
    }
  }
  const missSeconds = sums.total.secondsOfMiss();
  const [total] = sums.total.groups(missSeconds);
  return {
    total: total ?? { name: 'all', hits: 0, misses: 0, hitSeconds: 0, missSeconds: 0, secondsSaved: null },
    bySplit: sums.split.groups(missSeconds),
    byFont: sums.font.groups(missSeconds),
    byEpoch: sums.epoch.groups(missSeconds),
    byMinute: sums.minute.groups(missSeconds).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    unreadableLines,
  };
}

async function logNames(directory: string): Promise<readonly string[]> {
  try {
    // A link would lead out of the cache.
    if (!(await lstat(directory)).isDirectory()) return [];
    const names = (await readdir(directory)).filter((name) => LOG_NAME.test(name)).sort();
    const stats = await Promise.all(names.map((name) => lstat(join(directory, name))));
    return names.filter((_, at) => stats[at]!.isFile() && stats[at]!.size <= MAX_LOG_BYTES);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw fileError(error, directory, 'reading the hit logs');
  }
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity });
}

function parseLine(text: string): HitLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const numbers = ['time', 'epoch', 'hits', 'misses', 'hit_seconds', 'miss_seconds'].map((name) => fields[name]);
  if (!numbers.every((number) => typeof number === 'number' && number >= 0 && number < 1e12)) return undefined;
  const { split, font } = fields;
  if (typeof split !== 'string' || typeof font !== 'string') return undefined;
  const [time, epoch, hits, misses, hitSeconds, missSeconds] = numbers as [number, number, number, number, number, number];
  return { timeMs: time * 1000, split, epoch, font, hits, misses, hitSeconds, missSeconds };
}

/** Sums by name, in the order the names came. */
class Sums {
  private readonly byName = new Map<string, { hits: number; misses: number; hitSeconds: number; missSeconds: number }>();

  add(name: string, line: HitCount): void {
    const sum = this.byName.get(name) ?? { hits: 0, misses: 0, hitSeconds: 0, missSeconds: 0 };
    if (!this.byName.has(name)) {
      if (this.byName.size === MAX_GROUPS) return;
      this.byName.set(name, sum);
    }
    sum.hits += line.hits;
    sum.misses += line.misses;
    sum.hitSeconds += line.hitSeconds;
    sum.missSeconds += line.missSeconds;
  }

  /** What a miss takes on average; undefined where none was seen. */
  secondsOfMiss(): number | undefined {
    const [sum] = this.byName.values();
    return sum === undefined || sum.misses === 0 ? undefined : sum.missSeconds / sum.misses;
  }

  /** @param secondsOfMiss for groups without a miss of their own */
  groups(secondsOfMiss: number | undefined): readonly HitGroup[] {
    return Array.from(this.byName, ([name, sum]) => {
      const each = sum.misses > 0 ? sum.missSeconds / sum.misses : secondsOfMiss;
      return { name, ...sum, secondsSaved: each === undefined ? null : Math.max(0, sum.hits * each - sum.hitSeconds) };
    });
  }
}
