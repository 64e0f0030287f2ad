import { lstat } from 'node:fs/promises';
import type { FixArguments } from '../contract/commands.ts';
import type { RemakeForecast } from '../contract/plan.ts';
import { LarderError } from '../base/index.ts';
import type { KindItem } from '../kinds/index.ts';
import { priceWork } from '../pipeline/index.ts';
import { cachePath } from '../store/index.ts';
import { size } from './assert-fits.ts';
import type { EngineContext } from './context.ts';
import type { OpenedCache } from './open-cache.ts';
import { planCommand, priceInputs } from './plan-command.ts';
import type { EnginePlan } from './plan-command.ts';

/** A plan of making some entries again, while what is damaged may still be in its place. */
export interface RemakePlan {
  /** undefined where none of them is in the lists. */
  readonly planned: EnginePlan | undefined;
  readonly forecast: RemakeForecast | undefined;
  /** Keys that are in the lists of the config. */
  readonly listed: ReadonlySet<string>;
}

/** @throws as `planCommand` */
export async function planRemake(context: EngineContext, cache: OpenedCache, keys: readonly string[], request: Pick<FixArguments, 'numWorkers'>, signal: AbortSignal): Promise<RemakePlan> {
  const { config } = cache;
  if (config === undefined || keys.length === 0) return { planned: undefined, forecast: undefined, listed: new Set() };
  const wanted = new Set(keys);
  const listed = new Set(Array.from((await config.listItems(signal)).items, (item) => item.key).filter((key) => wanted.has(key)));
  if (listed.size === 0) return { planned: undefined, forecast: undefined, listed };
  const planned = await planCommand(context, { config: config.configPath, only: Array.from(listed), remake: true, ...(request.numWorkers === undefined ? {} : { numWorkers: request.numWorkers }) }, signal);
  const { directory, download, disk, time, memory, items, blocked } = planned.plan;
  return { planned, listed, forecast: { directory, toMake: items.length, blockedCount: blocked.length, download, disk, time, memory } };
}

/** What making so many entries takes, of a kind that makes many at a time and needs no raw files. @throws PERMISSION_DENIED, IO_FAILED */
export async function priceBatches(context: EngineContext, { kind, config, layout }: OpenedCache, items: readonly KindItem[], request: Pick<FixArguments, 'numWorkers'>, signal: AbortSignal): Promise<RemakeForecast | undefined> {
  if (config === undefined || items.length === 0) return undefined;
  const { inputs, request: choices } = priceInputs(context, kind, config, request);
  const work = items.map((item) => ({ item, origin: { localPath: '', repositoryPath: '' }, localPath: '', remote: undefined, rawBytes: null }));
  return { directory: layout.directory, toMake: items.length, blockedCount: 0, ...(await priceWork(work, inputs, choices, layout, signal)) };
}

/** The forecast, where damaged files are deleted first and what they take is free then. */
export function withFreed(forecast: RemakeForecast, freedBytes: number): RemakeForecast {
  const { disk } = forecast;
  const freeBytes = disk.freeBytes + freedBytes;
  return { ...forecast, disk: { ...disk, freeBytes, fits: forecast.toMake === 0 || disk.peakBytes + disk.reserveBytes <= freeBytes } };
}

/** What files of a cache take on disk; those that are gone take nothing. */
export async function diskBytesOf(directory: string, files: Iterable<string>): Promise<number> {
  let bytes = 0;
  for (const file of files) bytes += await lstat(cachePath(directory, file)).then((facts) => facts.blocks * 512, () => 0);
  return bytes;
}

/** Why it cannot be made again now, with the numbers. */
export function roomWords({ disk: { peakBytes, reserveBytes, freeBytes }, directory, toMake }: RemakeForecast): string {
  return `The disk would not hold what is made again: ${size(peakBytes)} are needed at peak for ${toMake} and ${size(reserveBytes)} kept free, but only ${size(freeBytes)} are free at ${directory}.`;
}

/** @throws DISK_WOULD_NOT_FIT with the numbers; nothing was touched then */
export function assertRemakeFits(forecast: RemakeForecast): void {
  const { disk } = forecast;
  if (disk.fits) return;
  const { peakBytes, reserveBytes, freeBytes } = disk;
  throw new LarderError('DISK_WOULD_NOT_FIT', `${roomWords(forecast)} Nothing was set aside.`, {
    hint: `Free ${size(peakBytes + reserveBytes - freeBytes)}, repair fewer at a time (--only NAME), or delete damaged files instead of setting them aside (--delete).`,
    details: { ...disk },
  });
}
