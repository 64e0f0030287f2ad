import { readFile, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createImageSetting } from './setting.ts';

describe('clearing a cache of the original', () => {
  it('takes its pictures, metadata and rests, keeps what is not of the cache, and leaves an empty index', async () => {
    await using setting = await createImageSetting();
    const root = await setting.copyGolden('intact', 'cache');
    const orphan = `metadata/${'0'.repeat(32)}.json`;
    for (const file of [orphan, 'images/half.png.tmp', 'notes.txt', 'images/mine.jpg', 'metadata/mine.json']) await writeFile(setting.path('cache', file), 'x');
    const before = (await readdir(root, { recursive: true })).sort();
    expect((await setting.run('clear', '--cache', 'cache', '--yes')).exitCode).toBe(0);
    const left = (await readdir(root, { recursive: true })).filter((name) => !name.startsWith('.larder')).sort();
    expect(left).toEqual(['cache_index.json', 'images', 'images/mine.jpg', 'metadata', 'metadata/mine.json', 'notes.txt']);
    expect(await readFile(setting.path('cache', 'cache_index.json'), 'utf8')).toBe('{}');
    expect((await setting.run('quarantine', 'restore', '--all', '--cache', 'cache')).exitCode).toBe(0);
    expect((await readdir(root, { recursive: true })).filter((name) => !name.startsWith('.larder')).sort()).toEqual(before);
  });
});
