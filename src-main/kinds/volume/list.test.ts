import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entryKey } from './keys.ts';
import { readVolumeList, type VolumeList } from './list.ts';

interface GoldenPair {
  readonly name: string;
  readonly train_csv: string;
  readonly valid_csv: string;
  readonly volumes: readonly (string | number | null)[];
  readonly keys: readonly string[];
  readonly key_text: readonly string[];
}

/** Made by the reference stack. */
const golden = JSON.parse(readFileSync(new URL('__fixtures__/item-keys.json', import.meta.url), 'utf8')) as { csv: readonly GoldenPair[] };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-list-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function read(train: string, valid: string, signal?: AbortSignal): Promise<VolumeList> {
  const lists = [
    { split: 'train', path: join(directory, 'train.csv') },
    { split: 'valid', path: join(directory, 'valid.csv') },
  ] as const;
  await writeFile(lists[0].path, train);
  await writeFile(lists[1].path, valid);
  return readVolumeList(lists, signal);
}

describe('readVolumeList', () => {
  test.each(golden.csv)('$name', async ({ train_csv, valid_csv, volumes, keys, key_text }) => {
    const { items } = await read(train_csv, valid_csv);
    const found = [...items];
    expect(found.map((item) => item.nameText)).toEqual(key_text);
    expect(found.map((item) => entryKey(item.nameText))).toEqual(keys);
    expect(found.map((item) => item.name)).toEqual(volumes.map((volume) => (typeof volume === 'string' ? volume : null)));
  });

  test('splits, rows, duplicates and counts', async () => {
    const list = await read('VolumeName\nb\na\nb\n', 'VolumeName\na\nc\n');
    expect([...list.items]).toEqual([
      { nameText: 'b', name: 'b', split: 'train', row: 0 },
      { nameText: 'a', name: 'a', split: 'train', row: 1 },
      { nameText: 'c', name: 'c', split: 'valid', row: 1 },
    ]);
    expect(list).toMatchObject({ duplicates: 2, perSplit: { train: 2, valid: 1 }, warnings: [] });
    expect(list.items.has('c')).toBe(true);
    expect(list.items.has('d')).toBe(false);
    expect(() => list.items.at(3)).toThrow(RangeError);
  });

  test('7 and 7.0 are one value to Python', async () => {
    const { items, duplicates } = await read('VolumeName\n7\n8\n', 'VolumeName,B\n7,x\n,y\n');
    expect([...items].map((item) => item.nameText)).toEqual(['7', '8', 'nan']);
    expect(duplicates).toBe(1);
  });

  test('names that cannot be used are listed without a name, and counted in one warning each', async () => {
    const list = await read('VolumeName,B\n../x,1\nok,2\na/b,3\n,4\n', 'VolumeName\n1\n2\n');
    expect([...list.items].filter((item) => item.name !== null)).toMatchObject([{ nameText: 'ok' }]);
    expect(list.warnings).toEqual([
      { file: join(directory, 'train.csv'), line: 2, count: 2, message: expect.stringContaining('path separator') },
      { file: join(directory, 'train.csv'), line: 5, count: 1, message: expect.stringContaining('missing') },
      { file: join(directory, 'valid.csv'), line: 2, count: 2, message: expect.stringContaining('number') },
    ]);
  });

  test('an aborted signal stops it', async () => {
    await expect(read('VolumeName\nx\n', 'VolumeName\ny\n', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('an abort in the middle of a long list stops it, too', async () => {
    const stop = new AbortController();
    const reading = read(`VolumeName\n${Array.from({ length: 200_000 }, (_, i) => `v${i}`).join('\n')}\n`, 'VolumeName\ny\n', stop.signal);
    setTimeout(() => stop.abort(), 5);
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('more volumes than the first columns of the list hold', async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `train_${i}_a_1.nii.gz`);
    const { items } = await read(`VolumeName\n${names.join('\n')}\n`, 'VolumeName\nlast\n');
    expect(items.length).toBe(5001);
    expect(items.at(4999)).toEqual({ nameText: 'train_4999_a_1.nii.gz', name: 'train_4999_a_1.nii.gz', split: 'train', row: 4999 });
    expect(items.at(5000)).toMatchObject({ nameText: 'last', split: 'valid', row: 0 });
  });
});

test('a split with a header only is told and skipped; nothing in any list is refused', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'larder-list-'));
  const train = join(directory, 'train.csv');
  const valid = join(directory, 'valid.csv');
  await writeFile(train, 'VolumeName\na_1_b\n');
  await writeFile(valid, '\nVolumeName\n');
  const lists = [
    { split: 'train' as const, path: train },
    { split: 'valid' as const, path: valid },
  ];
  const list = await readVolumeList(lists);
  expect(Array.from(list.items, (item) => item.nameText)).toEqual(['a_1_b']);
  expect(list.warnings).toEqual([expect.objectContaining({ file: valid, line: 2, message: expect.stringMatching(/no volume/) })]);
  await writeFile(train, 'VolumeName\n');
  await expect(readVolumeList(lists)).rejects.toMatchObject({ code: 'LIST_INVALID', details: { path: train, line: 1 } });
  await rm(directory, { recursive: true });
});
