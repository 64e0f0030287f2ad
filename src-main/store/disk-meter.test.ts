import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DiskMeter } from './disk-meter.ts';
import { cacheLayout } from './layout.ts';

const MB = 2 ** 20;
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-meter-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('sees raw files and staging at their height, entries as they come, and nothing that was there', async () => {
  const layout = cacheLayout(directory);
  await mkdir(layout.raw, { recursive: true });
  await mkdir(layout.staging);
  await writeFile(join(directory, 'old.pt'), Buffer.alloc(5 * MB, 1));
  await writeFile(join(layout.raw, 'left'), Buffer.alloc(MB, 1));
  const seen: number[] = [];
  const meter = new DiskMeter(layout, { folders: [''], onSample: (bytes) => seen.push(bytes) });
  await meter.start();
  await writeFile(join(layout.raw, 'a'), Buffer.alloc(3 * MB, 1));
  await writeFile(join(layout.staging, 'a.pt'), Buffer.alloc(2 * MB, 1));
  await new Promise((resolve) => setTimeout(resolve, 500));
  await rename(join(layout.staging, 'a.pt'), join(directory, 'a.pt'));
  meter.published(['a.pt']);
  await rm(join(layout.raw, 'a'));
  const { bytes, peakBytes } = await meter.stop();
  // A block or two for the names in the folders.
  expect(peakBytes).toBeGreaterThanOrEqual(5 * MB);
  expect(peakBytes).toBeLessThan(5 * MB + 64 * 1024);
  expect(bytes).toBeGreaterThanOrEqual(2 * MB);
  expect(bytes).toBeLessThan(2 * MB + 64 * 1024);
  expect(meter.entryBytes).toBe(2 * MB);
  expect(seen.length).toBeGreaterThan(1);
});

it('counts the old index beside the new one that took its place between two looks', async () => {
  const layout = cacheLayout(directory);
  const index = join(directory, 'index.json');
  await writeFile(index, Buffer.alloc(2 * MB, 1));
  const meter = new DiskMeter(layout, { folders: [], indexFile: 'index.json' });
  await meter.start();
  await writeFile(`${index}.new`, Buffer.alloc(3 * MB, 1));
  await rename(`${index}.new`, index);
  expect(await meter.stop()).toEqual({ bytes: MB, peakBytes: 3 * MB });
});
