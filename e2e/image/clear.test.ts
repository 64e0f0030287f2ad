import { spawnSync } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
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

  it('once more puts in order what was cut off after the last file had moved: the index, the lock, a claim', async () => {
    await using setting = await createImageSetting();
    const root = await setting.copyGolden('intact', 'cache');
    const index = setting.path('cache', 'cache_index.json');
    const listed = async (): Promise<number> => Object.keys(JSON.parse(await readFile(index, 'utf8')) as object).length;
    const before = await readFile(index, 'utf8');
    const key = Object.keys(JSON.parse(before) as object)[0]!;
    const words = ['clear', '--cache', 'cache', '--only', key, '--yes'];
    expect((await setting.run(...words)).exitCode).toBe(0);
    const whole = await listed();
    // As a process leaves it that was killed before it wrote the index.
    const dead = JSON.stringify({ id: 'dead', pid: spawnSync(process.execPath, ['-e', '']).pid, startTicks: 1, host: hostname(), startedAtMs: 1 });
    await writeFile(index, before);
    await mkdir(join(root, '.larder', 'claims'));
    for (const mark of ['lock', 'claims/index']) await writeFile(join(root, '.larder', mark), dead);
    expect((await setting.run('clear', '--cache', 'cache', '--name', 'nothing has this name', '--yes')).exitCode).toBe(0);
    expect(await listed()).toBe(whole);
    expect(await readdir(join(root, '.larder'))).toEqual(['quarantine']);
  });
});
