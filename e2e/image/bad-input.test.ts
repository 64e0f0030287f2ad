import { appendFile, copyFile, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CacheStatistics } from '../../src-main/contract/commands.ts';
import type { Plan } from '../../src-main/contract/plan.ts';
import { parseFont } from '../../src-main/kinds/image/font-file.ts';
import { mountProblem, mountSmallDisk } from '../invariants/small-disk.ts';
import { asCollection, withEmptyGlyph, withFamily, withoutTable } from './altered-fonts.ts';
import { KHMER_FONTS, createImageSetting, jsonLines, khmerLines } from './setting.ts';
import type { ImageResult, ImageSetting } from './setting.ts';

/** A real variable font and a real collection, made by e2e/oracle/font_files.py. */
const FIXTURES = join(import.meta.dirname, '__fixtures__');
const planOf = (result: ImageResult): Plan => jsonLines<Plan>(result, 'plan')[0]!;

function pregenerate(setting: ImageSetting, fonts: string, ...more: string[]): Promise<ImageResult> {
  return setting.run('pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', fonts, '--cache', 'cache', '--splits', 'train', '--json', ...more);
}

/** No answer of the program is a fault of its own. */
function expectWords(result: ImageResult): void {
  expect(result.stderr + result.stdout).not.toMatch(/"error":\{"code":"INTERNAL"|\[INTERNAL\]|\n\s+at .*:\d+:\d+|LARDER_DEBUG/);
}

/** A folder with one good font under the name of the original's first, and what else is asked. */
async function fontFolder(setting: ImageSetting, extra: Readonly<Record<string, Uint8Array>> = {}): Promise<string> {
  const folder = setting.path('fonts');
  await mkdir(folder, { recursive: true });
  await copyFile(join(KHMER_FONTS!, 'KhmerOS.ttf'), join(folder, 'Good.ttf'));
  for (const [name, bytes] of Object.entries(extra)) await writeFile(join(folder, name), bytes);
  return folder;
}

describe.skipIf(KHMER_FONTS === undefined)('fonts that cannot be used', () => {
  it('are named, and the others are drawn', async () => {
    await using setting = await createImageSetting();
    await setting.writeCorpus({ train: ['ភាសាខ្មែរ'] });
    const [whole, bokor] = await Promise.all(['KhmerOS.ttf', 'KhmerOSbokor.ttf'].map((name) => readFile(join(KHMER_FONTS!, name))));
    const folder = await fontFolder(setting, { 'Cut.ttf': whole!.subarray(0, 2_000), 'Half.ttf': whole!.subarray(0, whole!.length / 2), 'Empty.ttf': new Uint8Array(0), 'Text.ttf': Buffer.from('not a font'), 'Many.ttc': asCollection([whole!, bokor!]), 'Twin.ttf': whole!, 'Other case.ttf': withFamily(whole!, 'Khmer OS', 'KhmerOS ') });
    for (const name of ['variable.ttf', 'collection.ttc']) await copyFile(join(FIXTURES, name), join(folder, name));
    await mkdir(join(folder, 'Folder.ttf'));
    await symlink(setting.path('nowhere'), join(folder, 'Link.ttf'));
    const result = await pregenerate(setting, folder);
    expectWords(result);
    expect(result.exitCode).toBe(0);
    const warnings = planOf(result).warnings.join('\n');
    for (const [name, words] of [['Cut.ttf', 'is damaged'], ['Half.ttf', 'is damaged'], ['Empty.ttf', 'is not a font'], ['Text.ttf', 'is not a font'], ['Many.ttc', 'is a collection'], ['collection.ttc', 'is a collection'], ['variable.ttf', 'is a variable font'], ['Twin.ttf', 'is left out'], ['Folder.ttf', 'is a folder']]) expect(warnings).toContain(`${name} ${words}`);
    expect(warnings).toMatch(/Not found: .*Link\.ttf/);
    // To the renderer names are the same without their blanks and letter case.
    expect(warnings).toMatch(/Other case\.ttf is left out: it calls itself "KhmerOS ?" like/);
    expect(await readdir(setting.path('cache', 'images'))).toHaveLength(1);
    // Whatever lies among them, a font that has changed is told.
    await appendFile(join(folder, 'Good.ttf'), Buffer.alloc(4));
    const verified = await setting.run('verify', '--cache', 'cache', '--json');
    expect(jsonLines<{ finding: { code: string } }>(verified, 'findingFound').map(({ finding }) => finding.code)).toEqual(['font-changed']);
  });

  it('in part only are named with the lines they would draw wrongly, and draw the others', async () => {
    await using setting = await createImageSetting();
    const folder = await fontFolder(setting);
    const [content, bokor, system] = await Promise.all(['KhmerOScontent.ttf', 'KhmerOSbokor.ttf', 'KhmerOSsys.ttf'].map((name) => readFile(join(KHMER_FONTS!, name))));
    const kho = parseFont(content!, 'content').glyphOf('ខ'.codePointAt(0)!);
    const altered = { 'Blank.ttf': withFamily(withEmptyGlyph(content!, kho), 'Content', 'Without'), 'Unformed.ttf': withFamily(withoutTable(bokor!, 'GSUB'), 'Bokor', 'Shape'), 'Unplaced.ttf': withFamily(withoutTable(system!, 'GPOS'), 'System', 'Places') };
    for (const [name, bytes] of Object.entries(altered)) await writeFile(join(folder, name), bytes);
    await setting.writeCorpus({ train: ['ខ្ញុំ', 'ភាសា'] });
    const result = await pregenerate(setting, folder);
    expectWords(result);
    expect(result.exitCode).toBe(0);
    // What can be told without drawing stands in the plan.
    expect(planOf(result).blocked.map(({ name, reason, message }) => [name, reason, message])).toEqual([['ខ្ញុំ', 'wrong-shaping', expect.stringMatching(/^Khmer OS Shape has no rules of substitution.*subscript of ញ/)]]);
    // What only drawing tells is no failure either, which would be tried again: it is counted with the others, and named.
    expect(jsonLines(result, 'itemFailed')).toEqual([]);
    const refused = jsonLines<{ name: string; reason: string; message: string }>(result, 'itemRefused').map(({ name, message }) => `${name}: ${message}`).sort();
    expect(jsonLines(result, 'result')).toMatchObject([{ published: 5, failed: 0, blocked: 3, failures: [], refusals: [{ reason: expect.stringMatching(/glyph|shaping/) as string }, { name: 'ខ្ញុំ' }] }]);
    expect(refused).toEqual([expect.stringMatching(/^ខ្ញុំ: "ខ្ញុំ" is not drawn in fonts\/Blank\.ttf: Khmer OS Without draws nothing for U\+1781/), expect.stringMatching(/^ខ្ញុំ: "ខ្ញុំ" is not drawn in fonts\/Unplaced\.ttf: Khmer OS Places draws U\+17BB .* onto the subscript of ញ/)]);
    expect(await readdir(setting.path('cache', 'images'))).toHaveLength(1 + 4);
    // Known from then on, and not offered again: until the font is another.
    const again = await pregenerate(setting, folder);
    expect(planOf(again)).toMatchObject({ items: [], blocked: { length: 3 } });
    expect(planOf(again).blocked.map(({ name, message }) => `${name}: ${message}`)).toEqual(expect.arrayContaining(refused));
    expect(jsonLines(again, 'result')).toMatchObject([{ published: 0, failed: 0, blocked: 3 }]);
    expect(again.exitCode).toBe(0);
    const [stats] = jsonLines<CacheStatistics>(await setting.run('stats', '--cache', 'cache', '--json'), 'stats');
    expect(stats!.refused!.map(({ variant, count }) => [variant, count])).toEqual(expect.arrayContaining([['fonts/Blank.ttf', 1], ['fonts/Unformed.ttf', 1], ['fonts/Unplaced.ttf', 1]]));
    await writeFile(join(folder, 'Blank.ttf'), withFamily(content!, 'Content', 'Without'));
    const other = await pregenerate(setting, folder);
    expect(planOf(other)).toMatchObject({ items: [{ name: 'ខ្ញុំ' }], blocked: { length: 2 } });
    expect(jsonLines(other, 'result')).toMatchObject([{ published: 1, failed: 0, blocked: 2 }]);
  });

  it('a folder without any, or that is not there, is refused in words', async () => {
    await using setting = await createImageSetting();
    await setting.writeCorpus({ train: ['ក'] });
    await mkdir(setting.path('none'));
    for (const folder of ['none', 'nowhere']) {
      const result = await pregenerate(setting, folder);
      expectWords(result);
      expect(result.exitCode).toBe(2);
      expect(result.stdout).toContain(folder);
    }
  });
});

describe.skipIf(KHMER_FONTS === undefined)('lines that are odd', () => {
  it('are drawn, or named with the reason', async () => {
    await using setting = await createImageSetting();
    const folder = await fontFolder(setting);
    const drawn = ['ក ខ', 'a\u0001b', 'a\u0000b\u007F\u0085c', '\u001B[31mក\u0007', 'ក\u200Bខ', '\uFEFF', '<TAB>', 'ក<NEWLINE>ខ', 'ក\u2028ខ'];
    const refused = { 'too-long': ['ក'.repeat(100_000), 'x'.repeat(100_000)], 'missing-glyph': ['שלום', 'مرحبا', '😀', '👨‍👩‍👧', '\u202Eabc'], 'wrong-shaping': ['\u17B6\u17C6', '\u17D2', '\u17BB'] };
    await setting.writeCorpus({ train: [...drawn, ...Object.values(refused).flat()] });
    const result = await pregenerate(setting, folder);
    expectWords(result);
    expect(result.exitCode).toBe(0);
    const blocked = planOf(result).blocked.map(({ name, reason }) => [reason, name]);
    for (const [reason, lines] of Object.entries(refused)) for (const line of lines) expect(blocked).toContainEqual([reason, line]);
    expect(await readdir(setting.path('cache', 'images'))).toHaveLength(drawn.length);
    const again = await setting.run('pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', folder, '--cache', 'cache', '--splits', 'train');
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toMatch(/to make {10}0 {3}\(nothing of what is missing can be made; the reasons follow\)[^]*time {13}none/);
    expect(again.stdout).toMatch(/Rendered 0 images[^]*skipped: see the plan[^]*Cache: \S.*cache$/m);
    const verified = await setting.run('verify', '--cache', 'cache');
    expect(verified.exitCode).toBe(0);
    // What steers a terminal is shown and not sent.
    const listed = await setting.run('ls', '--cache', 'cache');
    expect(listed.stdout).toContain('␛[31mក␇');
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(listed.stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
  });
});

describe.skipIf(KHMER_FONTS === undefined)('a corpus', () => {
  it('that is not UTF-8 is named with the place, and the others are read', async () => {
    await using setting = await createImageSetting();
    const folder = await fontFolder(setting);
    await mkdir(setting.path('corpus'));
    await writeFile(setting.path('corpus', 'train_0.txt'), Buffer.from([0x61, 0x0a, 0xff, 0x62, 0x0a]));
    await writeFile(setting.path('corpus', 'train_1.txt'), '\uFEFFក\nខ\n');
    const result = await pregenerate(setting, folder);
    expectWords(result);
    // Lines that were asked for are not there: a script must not take it for the whole.
    expect(result.exitCode).toBe(1);
    expect(jsonLines<{ unreadFiles: string[] }>(result, 'result')[0]!.unreadFiles).toEqual(planOf(result).unreadFiles);
    expect(planOf(result).unreadFiles).toHaveLength(1);
    expect(planOf(result).warnings.join('\n')).toMatch(/train_0\.txt is not UTF-8 at byte 2; none of its 2 lines is used/);
    const again = await setting.run('pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', folder, '--cache', 'cache', '--splits', 'train', '--dry-run');
    expect(again.exitCode).toBe(1);
    expect(again.stdout).toMatch(/files not read   1   \(.*train_0\.txt is not UTF-8 at byte 2/);
    // The byte order mark is part of the first line, as it is for training, and of its key.
    const texts = await Promise.all((await readdir(setting.path('cache', 'metadata'))).map(async (name) => (JSON.parse(await readFile(setting.path('cache', 'metadata', name), 'utf8')) as { text: string }).text));
    expect(texts.sort()).toEqual(['ខ', '\uFEFFក']);
  });

  it('that is empty or absent is said', async () => {
    await using setting = await createImageSetting();
    const folder = await fontFolder(setting);
    await setting.writeCorpus({ train: [] });
    const empty = await pregenerate(setting, folder);
    expectWords(empty);
    expect(planOf(empty).warnings.join('\n')).toMatch(/No line of text/);
    expect([empty.exitCode, jsonLines<{ error: { code: string } }>(empty, 'error').map(({ error }) => error.code)]).toEqual([2, ['CORPUS_INVALID']]);
    // Nothing was begun.
    await expect(readdir(setting.path('cache'))).rejects.toMatchObject({ code: 'ENOENT' });
    const absent = await setting.run('pregenerate', '--corpus-dir', 'nowhere', '--fonts-dir', folder, '--cache', 'other', '--json');
    expectWords(absent);
    expect(absent.exitCode).toBe(2);
    expect(absent.stdout).toContain('nowhere');
  });
});

const MOUNT_PROBLEM = mountProblem();
if (MOUNT_PROBLEM !== undefined) console.warn(`Tests with a full disk are left out: ${MOUNT_PROBLEM}.`);

describe.skipIf(KHMER_FONTS === undefined || MOUNT_PROBLEM !== undefined)('a disk', () => {
  it('too small for the plan is refused before anything is written; one that fills up stops the job in words, and the rest follows later', async () => {
    await using setting = await createImageSetting();
    // 3,200 pictures with as many metadata take a block of 4 KiB each, 26 MB, and 17 MB are kept free.
    const disk = mountSmallDisk('size=60m');
    try {
      await setting.writeCorpus({ train: khmerLines(400) });
      const cache = join(disk.directory, 'cache');
      const words = ['pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', KHMER_FONTS!, '--cache', cache, '--json'];
      const running = setting.run(...words);
      const ended = new AbortController();
      void running.finally(() => ended.abort());
      while (!ended.signal.aborted && !(await readdir(join(cache, 'images')).then((names) => names.length > 50, () => false))) await sleep(20);
      expect(ended.signal.aborted).toBe(false);
      const ballast = disk.fill();
      const full = await running;
      expectWords(full);
      expect([full.exitCode, jsonLines<{ error: { code: string } }>(full, 'error').map(({ error }) => error.code)]).toEqual([3, ['DISK_FULL']]);
      // Where it stopped: whole pictures, metadata or none beside each, no index or one that names what is there.
      const stopped = (await readdir(join(cache, 'images'))).map((name) => name.slice(0, -4));
      expect(stopped.length).toBeGreaterThan(50);
      expect(stopped.length).toBeLessThan(400 * 8);
      const index = await readFile(join(cache, 'cache_index.json'), 'utf8').catch(() => '{}');
      for (const key of Object.keys(JSON.parse(index) as object)) expect(stopped).toContain(key);
      const state = await setting.run('verify', '--cache', cache, '--json');
      const codes = new Set(jsonLines<{ finding: { code: string } }>(state, 'findingFound').map(({ finding }) => finding.code));
      for (const code of codes) expect(['index-missing', 'image-unindexed', 'stray-temp', 'missing']).toContain(code);
      const refused = await setting.run(...words);
      expect([refused.exitCode, jsonLines<{ error: { code: string } }>(refused, 'error').map(({ error }) => error.code)]).toEqual([3, ['DISK_WOULD_NOT_FIT']]);
      await rm(ballast);
      expect((await setting.run(...words)).exitCode).toBe(0);
      expect(await readdir(join(cache, 'images'))).toHaveLength(400 * 8);
      expect((await setting.run('verify', '--cache', cache)).exitCode).toBe(0);
      expect((await readdir(cache)).sort()).toEqual(['cache_index.json', 'images', 'metadata']);
    } finally {
      disk.unmount();
    }
  });
});

describe('folders that are something else', () => {
  it('the later layout of the training project is refused in words', async () => {
    await using setting = await createImageSetting();
    await mkdir(setting.path('later', 'train', 'images'), { recursive: true });
    await writeFile(setting.path('later', 'generation_metadata.json'), '{}');
    for (const command of ['verify', 'stats', 'fix', 'ls']) {
      const result = await setting.run(command, '--cache', 'later');
      expectWords(result);
      expect(result.exitCode).toBe(2);
      expect(result.stderr).toMatch(/split-based layout/);
    }
  });

  it('a config with mistakes names them by line', async () => {
    await using setting = await createImageSetting();
    await writeFile(setting.path('image.yaml'), 'kind: image\nheight: 8\nsplits: [train, valid]\nfonts_per_line: none\nindex: thin\nhieght: 3\n');
    const result = await setting.run('pregenerate', '--config', 'image.yaml');
    expectWords(result);
    expect(result.exitCode).toBe(2);
    for (const line of [2, 3, 4, 5]) expect(result.stderr).toContain(`image.yaml:${line}:`);
  });
});
