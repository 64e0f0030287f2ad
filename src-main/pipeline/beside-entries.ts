import { lstat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { indexEntryText } from '../kinds/index.ts';
import type { CacheKind, KindConfig, KindItem } from '../kinds/index.ts';
import type { CacheLayout } from '../store/index.ts';

/** The index is written during a job every so many entries or milliseconds, whichever is later. */
export const INDEX_EVERY_ENTRIES = 5_000;
export const INDEX_EVERY_MS = 60_000;

/** What a run takes on disk besides the files of its entries and raw files: more than is used now. */
export interface BesideEntries {
  /** Growth of folders, and of the index. */
  readonly endBytes: number;
  /** While it works also its own folders and marks, and at the end two copies of the index. */
  readonly peakBytes: number;
}

/** A block for each of them: `.larder`, staging, the process's own folder, its owner, claims. */
const OWN_BLOCKS = 5;
/** Files of a batch that a worker has staged: its own folder grows with their names and keeps its size. */
const STAGED_NAMES = 128;
const STAGED_NAME_BYTES = 50;
const INDEX_SAMPLE = 1_000;

/**
 * Blocks of a folder with so many names. As ext4 has it: eight bytes and the name in steps of four for each, and above one
 * block a tree whose blocks are two thirds full (2,000 to 100,000 hashed names: 64 to 71 %). Other file systems keep names elsewhere, and
 * say of a folder that it takes little or nothing: then this is a block or two a hundred entries too much.
 */
const FULL_SHARE = 0.67;

export function folderBlocks(names: number, nameBytes: number, blockBytes: number): number {
  const bytes = names * direntBytes(nameBytes);
  return bytes <= blockBytes ? 1 : 1 + Math.ceil(bytes / FULL_SHARE / blockBytes);
}

function direntBytes(nameBytes: number): number {
  return 8 + Math.ceil(nameBytes / 4) * 4;
}

/**
 * Entries that the index lists when it is written for the last time, and of which the old copy lies beside the new one.
 *
 * @param seconds of the run; null where nobody knows: then it is the worst, all of them
 */
export function indexedBefore(items: number, seconds: number | null): number {
  if (items < INDEX_EVERY_ENTRIES) return 0;
  if (seconds === null) return items;
  const every = Math.max(INDEX_EVERY_ENTRIES, (items * INDEX_EVERY_MS) / 1000 / Math.max(1, seconds));
  return Math.min(items, Math.floor(items / every) * every);
}

export interface BesideRequest {
  readonly kind: CacheKind;
  readonly config: KindConfig;
  readonly layout: CacheLayout;
  readonly items: readonly KindItem[];
  readonly blockBytes: number;
  readonly workers: number;
  /** Items of which a mark lies there at once. */
  readonly marks: number;
  readonly seconds: number | null;
}

/** Looks at the folders and the index that are there. */
export async function besideEntries(request: BesideRequest): Promise<BesideEntries> {
  const { kind, layout, items, blockBytes, workers, marks } = request;
  if (items.length === 0) return { endBytes: 0, peakBytes: 0 };
  const folders = await Promise.all(kind.entryFiles(items[0]!.key).map((file) => growthOf(join(layout.directory, dirname(file)), basename(file).length, items.length, blockBytes)));
  const index = await indexBytes(request);
  const inBlocks = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;
  const whole = inBlocks(index.presentBytes + index.addedBytes);
  const old = inBlocks(index.presentBytes);
  const copied = inBlocks(index.presentBytes + (index.addedBytes * indexedBefore(items.length, request.seconds)) / items.length);
  const grown = folders.reduce((sum, bytes) => sum + bytes, 0);
  const staged = kind.batches === undefined ? 0 : folderBlocks(STAGED_NAMES * workers, STAGED_NAME_BYTES, blockBytes);
  const endBytes = grown + whole - old;
  return { endBytes, peakBytes: endBytes + copied + (OWN_BLOCKS + staged + Math.min(marks, items.length)) * blockBytes };
}

/** What a folder grows by. Its size says how many names it has room for, and so about how many it has. */
async function growthOf(folder: string, nameBytes: number, added: number, blockBytes: number): Promise<number> {
  const now = await lstat(folder).then(
    (facts) => facts.blocks * 512,
    () => undefined,
  );
  const there = now === undefined || now <= blockBytes ? 0 : Math.floor((now * FULL_SHARE) / direntBytes(nameBytes));
  return Math.max(0, folderBlocks(there + added, nameBytes, blockBytes) * blockBytes - (now ?? 0));
}

/** What the index has now, and what the new entries add to it: text by text of a sample from all over the list. */
async function indexBytes({ kind, config, layout, items }: BesideRequest): Promise<{ readonly presentBytes: number; readonly addedBytes: number }> {
  const { index } = kind;
  if (index === undefined) return { presentBytes: 0, addedBytes: 0 };
  const form = index.form({ ...(await index.choicesOf(layout.directory)), ...config.index });
  const presentBytes = await lstat(join(layout.directory, index.file)).then(
    (facts) => (facts.isFile() ? facts.size : 0),
    () => 0,
  );
  const count = Math.min(INDEX_SAMPLE, items.length);
  let bytes = 0;
  for (let n = 0; n < count; n++) {
    const { key, name, variant } = items[Math.floor((n * items.length) / count)]!;
    bytes += Buffer.byteLength(indexEntryText(form, { key, name, variant: variant ?? '' }) + form.between);
  }
  return { presentBytes, addedBytes: (bytes / count) * items.length };
}
