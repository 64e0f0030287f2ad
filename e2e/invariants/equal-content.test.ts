import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSetting } from './setting.ts';
import { tinyDataset } from './tiny-dataset.ts';

const COUNT = 24;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe('volumes of equal content under different names', () => {
  it.each([[1], [3]])('are all made, whoever removes their common download (%j at once)', async (atOnce) => {
    const { volumes, ...dataset } = tinyDataset(COUNT);
    const setting = await openSetting({ targetShape: [8, 8, 8], dataset: { ...dataset, volumes: volumes.map((volume) => ({ ...volume, bytes: volumes[0]!.bytes })) } });
    undo.push(() => setting.close());
    const words = ['generate', '--config', setting.project.configPath, '--yes', '--num-workers', '2', '--batch-size', '6'];
    const ended = await Promise.all(Array.from({ length: atOnce }, () => setting.run(...words)));
    for (const { code, stderr } of ended) expect(code, stderr).toBe(0);
    const directory = setting.cacheDirectory();
    const entries = (await readdir(directory)).filter((name) => name !== 'cache_params.json');
    expect(entries).toHaveLength(COUNT);
    const first = await readFile(join(directory, entries[0]!));
    // Each says of what it was made; the numbers are the same.
    for (const name of entries) expect((await readFile(join(directory, name))).length).toBe(first.length);
  });
});
