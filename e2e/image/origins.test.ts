import { appendFile, copyFile, mkdir, readFile, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src-main/contract/findings.ts';
import { encodeGreyPng, greyPixels, pixelsMd5, readPng } from '../../src-main/formats/png/index.ts';
import { GOLDEN, KHMER_FONTS, createImageSetting, jsonLines, readGolden } from './setting.ts';
import type { ImageSetting } from './setting.ts';

const LINES = ['ភាសាខ្មែរ', 'ស្ត្រី', 'ផ្សារ ១២'];

async function codes(setting: ImageSetting, ...words: string[]): Promise<string[]> {
  const result = await setting.run('verify', ...words, '--json');
  return jsonLines<{ finding: Finding }>(result, 'findingFound').map(({ finding }) => finding.code);
}

/** Three lines in two fonts. @returns the words that make it */
async function makeCache(setting: ImageSetting): Promise<string[]> {
  await mkdir(setting.path('fonts'));
  for (const name of ['KhmerOS.ttf', 'KhmerOSbokor.ttf']) await copyFile(join(KHMER_FONTS!, name), setting.path('fonts', name));
  await setting.writeCorpus({ train: LINES });
  const words = ['pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', 'fonts', '--cache', 'cache', '--splits', 'train', '--json'];
  expect((await setting.run(...words)).exitCode).toBe(0);
  expect(await codes(setting, '--cache', 'cache')).toEqual([]);
  return words;
}

async function metadataOf(setting: ImageSetting, text: string, font: string): Promise<{ cache_key: string; image_width: number }> {
  for (const name of await readdir(setting.path('cache', 'metadata'))) {
    const facts = JSON.parse(await readFile(setting.path('cache', 'metadata', name), 'utf8')) as { text: string; font_path: string; cache_key: string; image_width: number };
    if (facts.text === text && facts.font_path === `fonts/${font}`) return facts;
  }
  throw new Error(`no metadata of ${text}`);
}

async function exchange(one: string, other: string): Promise<void> {
  await rename(one, `${one}.x`);
  await rename(other, one);
  await rename(`${one}.x`, other);
}

describe.skipIf(KHMER_FONTS === undefined)('how a picture was made', () => {
  it('a font that has changed is told for each of its lines, and they are drawn again when asked', { timeout: 300_000 }, async () => {
    await using setting = await createImageSetting();
    await makeCache(setting);
    await appendFile(setting.path('fonts', 'KhmerOSbokor.ttf'), Buffer.alloc(4));
    expect(await codes(setting, '--cache', 'cache')).toEqual(LINES.map(() => 'font-changed'));
    await setting.run('fix', '--cache', 'cache');
    expect(await codes(setting, '--cache', 'cache', '--fonts-dir', 'fonts')).toHaveLength(LINES.length);
    const fixed = await setting.run('fix', '--cache', 'cache', '--re-render', '--json');
    expect(jsonLines(fixed, 'result')).toMatchObject([{ remade: LINES.length, notRemade: [], quarantined: 2 * LINES.length + 1 }]);
    expect(await codes(setting, '--cache', 'cache')).toEqual([]);
    expect(await readdir(setting.path('cache', 'images'))).toHaveLength(2 * LINES.length);
  });

  it('a picture that somebody else has drawn since is told, also in the right size, and is drawn again when asked', { timeout: 300_000 }, async () => {
    await using setting = await createImageSetting();
    await makeCache(setting);
    const { cache_key: key } = await metadataOf(setting, LINES[0]!, 'KhmerOS.ttf');
    const path = setting.path('cache', 'images', `${key}.png`);
    const before = await readFile(path);
    const { header, content } = readPng(before);
    await writeFile(path, encodeGreyPng(greyPixels(header!, content!)!.toReversed(), header!.width, header!.height));
    expect(await codes(setting, '--cache', 'cache')).toEqual(['foreign-pixels']);
    const offered = await setting.run('fix', '--cache', 'cache', '--json');
    expect(jsonLines(offered, 'result')).toMatchObject([{ remade: 0, quarantined: 0 }]);
    await setting.run('fix', '--cache', 'cache', '--re-render');
    expect((await readFile(path)).equals(before)).toBe(true);
    expect(await codes(setting, '--cache', 'cache')).toEqual([]);
  });

  it('an index that shrank, and files that went, are told once', { timeout: 300_000 }, async () => {
    await using setting = await createImageSetting();
    await makeCache(setting);
    const path = setting.path('cache', 'cache_index.json');
    const index = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    const [first, second, ...rest] = Object.keys(index);
    await writeFile(path, JSON.stringify(Object.fromEntries(rest.map((key) => [key, index[key]])), null, 2));
    expect((await codes(setting, '--cache', 'cache')).sort()).toEqual(['image-unindexed', 'image-unindexed', 'index-shrunk']);
    expect((await codes(setting, '--cache', 'cache')).sort()).toEqual(['image-unindexed', 'image-unindexed']);
    await setting.run('fix', '--cache', 'cache');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(index);
    for (const key of [first!, second!]) {
      await rm(setting.path('cache', 'images', `${key}.png`));
      await rm(setting.path('cache', 'metadata', `${key}.json`));
    }
    await writeFile(path, JSON.stringify(Object.fromEntries(rest.map((key) => [key, index[key]])), null, 2));
    expect((await codes(setting, '--cache', 'cache')).sort()).toEqual(['index-shrunk', 'stale-index']);
    expect(await codes(setting, '--cache', 'cache')).toEqual([]);
  });

  it('what a killed writer had not named yet is named by the next run', { timeout: 300_000 }, async () => {
    await using setting = await createImageSetting();
    const words = await makeCache(setting);
    const { cache_key: key } = await metadataOf(setting, LINES[1]!, 'KhmerOS.ttf');
    const before = await readFile(setting.path('cache', 'metadata', `${key}.json`));
    const staging = setting.path('cache', '.larder', 'staging', 'dead');
    await mkdir(staging, { recursive: true });
    await writeFile(join(staging, 'half.json'), '{"text": "h');
    await rename(setting.path('cache', 'metadata', `${key}.json`), join(staging, `${key}.json`));
    await writeFile(join(staging, 'owner.json'), JSON.stringify({ id: 'dead', host: 'a-host-that-is-gone', pid: 1, startTicks: 0 }));
    await utimes(join(staging, 'owner.json'), new Date(0), new Date(0));
    await rm(setting.path('cache', 'cache_index.json'));
    expect((await codes(setting, '--cache', 'cache')).sort()).toEqual(['index-missing']);
    expect((await setting.run(...words)).exitCode).toBe(0);
    expect(await readFile(setting.path('cache', 'metadata', `${key}.json`))).toEqual(before);
    expect(await codes(setting, '--cache', 'cache')).toEqual([]);
    expect((await readdir(setting.path('cache'))).sort()).toEqual(['cache_index.json', 'images', 'metadata']);
  });

  it('pictures that were exchanged get their places again; nothing is drawn', { timeout: 300_000 }, async () => {
    await using setting = await createImageSetting();
    await makeCache(setting);
    const [one, other] = [await metadataOf(setting, LINES[0]!, 'KhmerOS.ttf'), await metadataOf(setting, LINES[2]!, 'KhmerOS.ttf')];
    expect(one.image_width).not.toBe(other.image_width);
    const paths = [one, other].map(({ cache_key: key }) => setting.path('cache', 'images', `${key}.png`));
    const before = await Promise.all(paths.map((path) => readFile(path)));
    await exchange(paths[0]!, paths[1]!);
    await rm(setting.path('fonts'), { recursive: true });
    await setting.run('fix', '--cache', 'cache');
    for (const [at, path] of paths.entries()) expect((await readFile(path)).equals(before[at]!)).toBe(true);
  });
});

describe('pictures of the original that were exchanged', () => {
  it('get their places again by their widths, though nobody has seen them before', async () => {
    await using setting = await createImageSetting();
    const root = await setting.copyGolden('intact', 'cache');
    const { entries } = await readGolden<{ entries: { key: string; pixels_md5: string; image_width: number; image_height: number }[] }>('expectations.json');
    const one = entries[0]!;
    const other = entries.find((entry) => entry.image_height === one.image_height && entry.image_width !== one.image_width)!;
    await exchange(join(root, 'images', `${one.key}.png`), join(root, 'images', `${other.key}.png`));
    expect(await codes(setting, '--cache', 'cache')).toEqual(['size-mismatch', 'size-mismatch']);
    expect((await setting.run('fix', '--cache', 'cache')).exitCode).toBe(0);
    for (const { key, pixels_md5: digest } of [one, other]) {
      const { header, content } = readPng(await readFile(join(root, 'images', `${key}.png`)));
      expect(pixelsMd5(greyPixels(header!, content!)!)).toBe(digest);
      expect(await readFile(join(root, 'metadata', `${key}.json`))).toEqual(await readFile(join(GOLDEN, 'intact', 'metadata', `${key}.json`)));
    }
    expect(await codes(setting, '--cache', 'cache')).toEqual([]);
  });
});
