import { lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { imageKind } from '../kinds/image/image-kind.ts';
import { imageKey } from '../kinds/image/cache-json.ts';
import { volumeKind } from '../kinds/volume/volume-kind.ts';
import type { CacheKind, KindConfig, KindItem } from '../kinds/index.ts';
import { cacheLayout } from '../store/index.ts';
import type { BesideEntries } from './beside-entries.ts';
import { besideEntries, folderBlocks, indexedBefore } from './beside-entries.ts';

const BLOCK = 4096;
let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'larder-beside-'))));
afterEach(() => rmSync(directory, { recursive: true }));

/** Blocks that ext4 gave a folder with so many hashed names of 36 (`<key>.png`) and 37 (`<key>.json`) bytes, as `du` told. */
const ON_EXT4 = [
  { names: 2_000, png: 33, json: 35 },
  { names: 6_000, png: 91, json: 110 },
];

describe('folders', () => {
  it.each(ON_EXT4)('with $names names take what ext4 takes, within a tenth', ({ names, png, json }) => {
    expect(Math.abs(folderBlocks(names, 36, BLOCK) / png - 1)).toBeLessThan(0.1);
    expect(Math.abs(folderBlocks(names, 37, BLOCK) / json - 1)).toBeLessThan(0.1);
  });

  it('with few names take a block', () => {
    // 8 + 36 bytes each: 93 of them fit.
    expect([folderBlocks(0, 36, BLOCK), folderBlocks(93, 36, BLOCK), folderBlocks(94, 36, BLOCK)]).toEqual([1, 1, 3]);
  });
});

it('the index is copied at the end as it was written a minute before or earlier, and not at all where the run is short', () => {
  expect(indexedBefore(4_999, null)).toBe(0);
  expect(indexedBefore(100_000, null)).toBe(100_000);
  expect(indexedBefore(100_000, 59)).toBe(0);
  // 400 a second: every minute 24,000.
  expect(indexedBefore(100_000, 250)).toBe(96_000);
  // 20 a second: 5,000 take longer than a minute.
  expect(indexedBefore(12_000, 600)).toBe(10_000);
});

const items = (count: number): KindItem[] => Array.from({ length: count }, (_, n) => ({ key: imageKey({ text: `ភាសា ${n}`, fontPath: 'fonts/KhmerOS.ttf', height: 32 }), name: `ភាសា ${n}`, split: 'train', variant: 'fonts/KhmerOS.ttf' }));

async function beside(kind: CacheKind, list: readonly KindItem[]): Promise<BesideEntries> {
  return await besideEntries({ kind, config: {} as KindConfig, layout: cacheLayout(directory), items: list, blockBytes: BLOCK, workers: 1, marks: 2, seconds: 1 });
}

/** As the original writes it, for entries in the order of their keys. */
function writeIndex(list: readonly KindItem[]): number {
  const entry = ({ key, name }: KindItem): [string, object] => [key, { text: name, font: 'KhmerOS.ttf', image_path: `data/synthetic/images/${key}.png`, metadata_path: `data/synthetic/metadata/${key}.json` }];
  writeFileSync(join(directory, 'cache_index.json'), JSON.stringify(Object.fromEntries(list.map(entry)), null, 2));
  return lstatSync(join(directory, 'cache_index.json')).size;
}

const blocks = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK;

describe('beside its entries', () => {
  it('a new image cache takes its folders and its index, and while it is made what is Larder\'s own', async () => {
    const list = items(500);
    const { endBytes, peakBytes } = await beside(imageKind, list);
    const folders = (folderBlocks(500, 36, BLOCK) + folderBlocks(500, 37, BLOCK)) * BLOCK;
    // Texts of other lengths than the sample's do not come here: all of them are in it.
    expect(Math.abs(endBytes - folders - blocks(writeIndex(list)))).toBeLessThanOrEqual(BLOCK);
    expect(peakBytes - endBytes).toBe((5 + folderBlocks(128, 50, BLOCK) + 2) * BLOCK);
  });

  it('what is added to one has the old index beside the new one at the worst moment', async () => {
    const all = items(600);
    const size = writeIndex(all.slice(0, 500));
    for (const folder of ['images', 'metadata']) mkdirSync(join(directory, folder));
    const { endBytes, peakBytes } = await beside(imageKind, all.slice(500));
    expect(peakBytes - endBytes).toBe(blocks(size) + (5 + folderBlocks(128, 50, BLOCK) + 2) * BLOCK);
    expect(endBytes).toBeGreaterThan(100 * 300);
  });

  it('volumes take marks and folders of a block each', async () => {
    expect(await beside(volumeKind, items(3))).toEqual({ endBytes: 0, peakBytes: (5 + 2) * BLOCK });
    expect(await beside(volumeKind, [])).toEqual({ endBytes: 0, peakBytes: 0 });
  });
});
