import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { KHMER_FONTS, createImageSetting } from '../image/setting.ts';
import { entryFileOf } from './answers.ts';
import { tinyName } from './tiny-dataset.ts';
import { openTinyMade } from './tiny-setting.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** What may lie in the place of an entry and is none. */
const TAKERS: Readonly<Record<string, (path: string) => void>> = {
  'a folder': (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'mine'), 'of somebody else');
  },
  'a pipe': (path) => execFileSync('mkfifo', [path]),
  'a link to nothing': (path) => symlinkSync('/nowhere', path),
};

describe.each(Object.keys(TAKERS))('%s in the place of an entry', (what) => {
  it('is left as it is, and neither generate nor fix says that the entry is there', async () => {
    const { setting, config, generate } = await openTinyMade(2);
    undo.push(() => setting.close());
    const directory = setting.cacheDirectory();
    const path = join(directory, entryFileOf(tinyName(0)));
    const bytes = await readFile(path);
    rmSync(path);
    TAKERS[what]!(path);
    const before = lstatSync(path, { bigint: true });
    for (const words of [generate(), ['fix', ...config, '--yes'], ['fix', ...config, '--yes', '--delete']]) {
      const result = await setting.run(...words);
      expect(result.code, result.stderr).toBe(1);
      expect(result.stdout + result.stderr).toContain('in the place of an entry');
      expect(result.stdout).not.toMatch(/[1-9]\d* entr(?:y|ies) made again/);
    }
    const after = lstatSync(path, { bigint: true });
    expect([after.ino, after.mtimeNs, after.mode]).toEqual([before.ino, before.mtimeNs, before.mode]);
    if (what === 'a folder') expect(await readdir(path)).toEqual(['mine']);
    rmSync(path, { recursive: true });
    expect((await setting.run(...generate())).code).toBe(0);
    expect(await readFile(path)).toEqual(bytes);
    expect((await readdir(directory)).filter((name) => name === '.larder')).toEqual([]);
  });

  it.skipIf(KHMER_FONTS === undefined).each([['images', 'png'], ['metadata', 'json']])('is told by pregenerate too, which makes the others (%s)', async (inner, ending) => {
    await using setting = await createImageSetting();
    await setting.writeCorpus({ train: ['ក', 'ខ', 'គ'] });
    const words = ['pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', KHMER_FONTS!, '--cache-dir', 'cache', '--splits', 'train', '--jobs', '1', '--yes'];
    expect((await setting.run(...words)).exitCode).toBe(0);
    const [first = '', second = ''] = (await readdir(setting.path('cache', inner))).sort();
    for (const name of [first, second]) rmSync(setting.path('cache', inner, name));
    // Metadata without a picture would be set aside, whatever they are.
    if (inner === 'images') for (const name of [first, second]) rmSync(setting.path('cache/metadata', name.replace(ending, 'json')));
    const path = setting.path('cache', inner, first);
    TAKERS[what]!(path);
    const before = lstatSync(path, { bigint: true });
    const again = await setting.run(...words);
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('in the place of an entry') as string });
    const after = lstatSync(path, { bigint: true });
    expect([after.ino, after.mtimeNs, after.mode]).toEqual([before.ino, before.mtimeNs, before.mode]);
    expect(existsSync(setting.path('cache', inner, second))).toBe(true);
    rmSync(path, { recursive: true });
    expect((await setting.run(...words)).exitCode).toBe(0);
    expect((await setting.run('verify', '--cache', 'cache')).exitCode).toBe(0);
  });
});
