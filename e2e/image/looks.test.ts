import { readFile, readdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { CacheStatistics, EntryDetail } from '../../src-main/contract/commands.ts';
import { createImageSetting, jsonLines, readGolden } from './setting.ts';

const { entries } = await readGolden<{ entries: { key: string; text: string; font_path: string; image_height: number }[] }>('expectations.json');
const texts = [...new Set(entries.map(({ text }) => text))];

describe('a cache of the original, looked at', () => {
  it('shows a line by its text, with the same line in other fonts and heights', async () => {
    await using setting = await createImageSetting();
    await setting.copyGolden('intact', 'cache');
    const same = entries.filter(({ text }) => text === texts[0]);
    const [detail] = jsonLines<EntryDetail>(await setting.run('show', texts[0]!, '--cache', 'cache', '--json'), 'detail');
    expect([detail!.key, ...detail!.siblings!.map(({ key }) => key)].sort()).toEqual(same.map(({ key }) => key).sort());
    const told = await setting.run('show', texts[0]!, '--cache', 'cache');
    expect(told.stdout).toContain(`the same name, ${same.length - 1} other entries`);
    for (const { key } of detail!.siblings!) expect(told.stdout).toContain(`    ${key.slice(0, 8)}  `);
    // Of one hash it is the same; of a part that fits several it is asked which.
    expect((await setting.run('show', detail!.key.slice(0, 9), '--cache', 'cache')).stdout).toContain(detail!.key);
    const vague = await setting.run('show', texts[0]!.slice(0, 2), '--cache', 'cache');
    expect([vague.exitCode, vague.stderr]).toEqual([2, expect.stringMatching(/fits \d+ entries of this cache\. \[ARGUMENT_INVALID\]\n +Be more exact/)]);
    const nothing = await setting.run('show', 'គ្មាន', '--cache', 'cache');
    expect([nothing.exitCode, nothing.stderr]).toEqual([2, expect.stringContaining('[ENTRY_NOT_FOUND]')]);
  });

  it('is counted by split where the corpus is named', async () => {
    await using setting = await createImageSetting();
    await setting.copyGolden('intact', 'cache');
    // Two texts are of train, one of val (and of test, where it stands again); the others are in no list.
    await setting.writeCorpus({ train: texts.slice(0, 2), val: [texts[2]!], test: [texts[2]!] });
    const [stats] = jsonLines<CacheStatistics>(await setting.run('stats', '--cache', 'cache', '--corpus-dir', 'corpus', '--json'), 'stats');
    expect(stats!.breakdown).toEqual({ font: expect.anything() as object, height: { 32: 21, 48: 21 }, writer: { unknown: 42 }, split: { train: 12, val: 6, 'none of them': 24 } });
    expect((await setting.run('stats', '--cache', 'cache', '--corpus-dir', 'corpus')).stdout).toMatch(/by split +.*train 12/);
    const absent = await setting.run('stats', '--cache', 'cache', '--corpus-dir', 'nowhere');
    expect([absent.exitCode, absent.stderr]).toEqual([2, expect.stringContaining('[CORPUS_INVALID]')]);
  });

  it('is not cleared unasked, is listed and mapped by its texts, and no command finds a folder that is not there', async () => {
    await using setting = await createImageSetting();
    const root = await setting.copyGolden('intact', 'cache');
    await writeFile(setting.path('cache', 'notes.txt'), 'mine');
    const before = await readdir(root, { recursive: true });
    const refused = await setting.run('clear', '--cache', 'cache');
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringMatching(/There is no terminal to ask on\. \[CONFIRMATION_NEEDED\]\n +Give --yes/)]);
    expect(await readdir(root, { recursive: true })).toEqual(before);
    const listed = await setting.run('ls', '--cache', 'cache', '--name', texts[0]!, '--json');
    expect(jsonLines<{ key: string }>(listed, 'entry').map(({ key }) => key).sort()).toEqual(entries.filter(({ text }) => text.includes(texts[0]!)).map(({ key }) => key).sort());
    expect((await setting.run('map', '--cache', 'cache', '--output-path', 'map.json')).exitCode).toBe(0);
    expect(JSON.parse(await readFile(setting.path('map.json'), 'utf8'))).toEqual(Object.fromEntries(entries.map(({ key, text }) => [key, text])));
    for (const words of [['stats'], ['validate'], ['fix'], ['clear', '--yes'], ['export', '--output', 'x.json'], ['map'], ['show', 'x'], ['ls']]) {
      const result = await setting.run(words[0]!, ...words.slice(1), '--cache', 'nowhere');
      expect([words[0], result.exitCode, result.stderr]).toEqual([words[0], 2, expect.stringMatching(/^error Not found: .*nowhere/)]);
    }
  });
});
