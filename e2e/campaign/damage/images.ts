import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { encodeGreyPng } from '../../../src-main/formats/png/index.ts';
import type { CacheWriters, KindTasks } from '../../../src-main/kinds/kind.ts';
import { auditImages } from '../../../src-main/kinds/image/audit.ts';
import { DEFAULT_INDEX_PREFIX, imageKey, metadataText } from '../../../src-main/kinds/image/cache-json.ts';
import { imageFile, metadataFile } from '../../../src-main/kinds/image/paths.ts';
import { imageTasks } from '../../../src-main/kinds/image/tasks.ts';
import type { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import { changedNothing, damageViolation } from './check.ts';
import { DAMAGES, LIST_DAMAGES, TEXT_DAMAGES, hit } from './damages.ts';
import type { Damage, Hit } from './damages.ts';

/** A cache as the original Python class wrote it. */
const GOLDEN = join(import.meta.dirname, '../../../src-main/kinds/image/__fixtures__/intact');
const INDEX = 'cache_index.json';
const FOLDERS = ['images', 'metadata'] as const;
export const IMAGE_SORTS = ['images', 'metadata', 'index'] as const;
type Sort = (typeof IMAGE_SORTS)[number];
/** With blocks that fit: metadata have some 250 B, the index some 6 kB. */
export const IMAGE_DAMAGES: Readonly<Record<Sort, readonly Damage[]>> = { images: DAMAGES, metadata: TEXT_DAMAGES, index: LIST_DAMAGES };

const namesOf = (folder: string): string[] => [INDEX, ...FOLDERS.flatMap((inner) => readdirSync(join(folder, inner)).map((name) => `${inner}/${name}`))];

/** Is at work on it. */
const NOBODY = { isBusy: false, isTidying: false };

async function codesOf(directory: string): Promise<string[]> {
  const codes: string[] = [];
  const { signal } = new AbortController();
  const tasks: KindTasks = imageTasks;
  const run = async (task: string, payload: unknown, onPartial: (value: unknown) => void): Promise<unknown> => await tasks[task]!(payload, { signal, progress: () => undefined, publish: () => [], partial: onPartial });
  const listFiles = (onName: (name: string) => void): Promise<CacheWriters> => {
    namesOf(directory).forEach(onName);
    return Promise.resolve({ ...NOBODY, unfinished: new Map() });
  };
  await auditImages({ directory, listFiles, lookForWriters: () => Promise.resolve(NOBODY), level: 'deep', workers: 1, recorded: () => undefined, indexEntries: null, config: undefined, run, onTotal: () => undefined, onEntry: () => undefined, onFinding: ({ code }) => codes.push(code) }, signal);
  return codes;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** When it was made is told by nothing else; everything else in metadata is. */
function withoutTime(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || typeof (value as Record<string, unknown>)['created_at'] !== 'string') return value;
  return { ...value, created_at: '' };
}

/** True if the file says something else than before: a space more in JSON does not, and no byte of a PNG is without meaning. */
export function saysOther(sort: Sort, before: Uint8Array, after: Uint8Array): boolean {
  if (sort === 'images') return Buffer.compare(before, after) !== 0;
  const [old, now] = [parsed(before), parsed(after)];
  return now === undefined || !isDeepStrictEqual(withoutTime(old), withoutTime(now));
}

/** Bytes by name, relative to the cache. */
type Files = ReadonlyMap<string, Uint8Array>;

/** Noise does not compress: a picture of some 270 kB, as wide as a long line. */
const BIG = { width: 4200, height: 64, pictures: 3 } as const;

/** Adds pictures that hold blocks of 64 KiB: those of the original class have a few kB. */
function addBigPictures(directory: string, draw: Draw): void {
  const index = JSON.parse(readFileSync(join(directory, INDEX), 'utf8')) as Record<string, unknown>;
  for (let n = 0; n < BIG.pictures; n++) {
    const identity = { text: `a long line, ${n}`, fontPath: 'fonts/KhmerOS.ttf', height: BIG.height };
    const key = imageKey(identity);
    writeFileSync(join(directory, imageFile(key)), encodeGreyPng(draw.bytes(BIG.width * BIG.height), BIG.width, BIG.height));
    writeFileSync(join(directory, metadataFile(key)), metadataText({ ...identity, key, width: BIG.width, createdAt: '1795310867.5' }));
    index[key] = { text: identity.text, font: 'KhmerOS.ttf', image_path: `${DEFAULT_INDEX_PREFIX}/${imageFile(key)}`, metadata_path: `${DEFAULT_INDEX_PREFIX}/${metadataFile(key)}` };
  }
  writeFileSync(join(directory, INDEX), JSON.stringify(index, null, 2));
}

/** The index as it was before one of its entries was made, or with the texts of others: what a disk may give back of an earlier write. */
function earlierIndex(bytes: Uint8Array, draw: Draw): Uint8Array {
  const entries = Object.entries(parsed(bytes) as Record<string, Record<string, string>>);
  const without = draw.below(entries.length);
  const kept = draw.chance(0.5) ? entries.filter((_, at) => at !== without) : entries.map(([key, value], at) => [key, at === without ? { ...value, text: 'a line of before' } : value] as const);
  return Buffer.from(JSON.stringify(Object.fromEntries(kept), null, 2));
}

function pickFile(sort: Sort, files: Files, least: number, draw: Draw): { readonly file: string; readonly bytes: Uint8Array; readonly twin: Uint8Array } {
  if (sort === 'index') return { file: INDEX, bytes: files.get(INDEX)!, twin: earlierIndex(files.get(INDEX)!, draw) };
  const names = [...files.keys()].filter((name) => name.startsWith(`${sort}/`) && files.get(name)!.length >= least);
  const file = draw.oneOf(names);
  return { file, bytes: files.get(file)!, twin: files.get(draw.oneOf(names.filter((name) => name !== file)))! };
}

/** One damaged file of that sort; undefined where the sort changed none. */
export function hitFile(sort: Sort, damage: Damage, files: Files, draw: Draw): Hit<string> | undefined {
  if (![...files].some(([name, bytes]) => name.startsWith(sort === 'index' ? INDEX : `${sort}/`) && bytes.length >= damage.least)) return undefined;
  return hit(damage, () => pickFile(sort, files, damage.least, draw), (before, after) => saysOther(sort, before, after), draw);
}

/** A few are enough to damage one, and are looked at quickly; an index is to have some length. */
const ENTRIES: Readonly<Record<Sort, number>> = { images: 6, metadata: 8, index: 16 };

/** Of a cache of the original class, some of its entries, with their index. */
function copyGolden(directory: string, most: number): void {
  const index = Object.entries(JSON.parse(readFileSync(join(GOLDEN, INDEX), 'utf8')) as Record<string, unknown>).slice(0, most);
  for (const folder of FOLDERS) mkdirSync(join(directory, folder), { recursive: true });
  for (const [key] of index) for (const file of [imageFile(key), metadataFile(key)]) cpSync(join(GOLDEN, file), join(directory, file));
  writeFileSync(join(directory, INDEX), JSON.stringify(Object.fromEntries(index), null, 2));
}

/** A sound cache for damages of that sort, and its files. */
export function makeImages(directory: string, sort: Sort): Files {
  copyGolden(directory, ENTRIES[sort]);
  if (sort === 'images') addBigPictures(directory, createDraw(1));
  return new Map(namesOf(directory).map((name) => [name, readFileSync(join(directory, name))]));
}

/** The sorts come in turns, so that each has its fair share. */
export const damageAt = (sort: Sort, n: number): Damage => IMAGE_DAMAGES[sort][n % IMAGE_DAMAGES[sort].length]!;

/** Audits beside each other: an index that cannot be parsed is read again after a while, in which nothing happens. */
const LANES: Readonly<Record<Sort, number>> = { images: 2, metadata: 2, index: 24 };

/**
 * Damages one file of an image cache at a time, and looks at the whole cache as `verify` does.
 *
 * @param from number of the first damage of its kind, which says its sort
 */
export async function damageImages(seed: number, from: number, count: number, violations: Violations, sorts: readonly Sort[] = IMAGE_SORTS): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-damage-images-'));
  try {
    for (const sort of sorts) {
      let next = from;
      const lane = async (_: unknown, number: number): Promise<void> => {
        const directory = join(folder, `${sort}-${number}`);
        const files = makeImages(directory, sort);
        const sound = async (when: string): Promise<void> => violations.addAll((await codesOf(directory)).map((code) => `${when} image cache is told to have ${code}`));
        await sound('a sound');
        while (next < from + count) await damageOnce(sort, next++, directory, files);
        await sound('a mended');
      };
      await Promise.all(Array.from({ length: Math.min(LANES[sort], count) }, lane));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }

  async function damageOnce(sort: Sort, n: number, directory: string, files: Files): Promise<void> {
    const damage = damageAt(sort, n);
    const what = `${sort}: ${damage.name} (${n})`;
    const done = hitFile(sort, damage, files, createDraw(seed + n));
    if (done === undefined) return violations.add(changedNothing(what));
    writeFileSync(join(directory, done.file), done.changed);
    const violation = damageViolation({ damage: `${what}: ${done.file}`, isChanged: true, findings: await codesOf(directory) });
    if (violation !== undefined) violations.add(violation);
    writeFileSync(join(directory, done.file), files.get(done.file)!);
  }
}
