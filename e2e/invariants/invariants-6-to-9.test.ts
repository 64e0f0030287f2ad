import { readFileSync, readdirSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { flipBit, makeSampleDataset } from '../sample/index.ts';
import { entryFileOf, expectNoStack, expectTold, findingsOf, lineOf, linesOf } from './answers.ts';
import { openSetting, soundEntries } from './setting.ts';
import type { Setting, StartOptions } from './setting.ts';
import { tinyName } from './tiny-dataset.ts';
import { openTiny, openTinyMade } from './tiny-setting.ts';
import type { TinySetting } from './tiny-setting.ts';
import { contentsOf, snapshotOf } from './tree.ts';

let setting: Setting;
let config: readonly string[];
let generate: TinySetting['generate'];

async function open(...wanted: Parameters<typeof openTiny>): Promise<void> {
  ({ setting, config, generate } = await openTiny(...wanted));
}
async function openMade(...wanted: Parameters<typeof openTinyMade>): Promise<void> {
  ({ setting, config, generate } = await openTinyMade(...wanted));
}

afterEach(() => setting.close());

describe('invariant 6: the catalog lives in the data directory; deleting it loses nothing but history', () => {
  function databasesBelow(directory: string): string[] {
    const files = readdirSync(directory, { recursive: true }).map(String).filter((path) => statSync(join(directory, path)).isFile());
    return files.filter((path) => /\.sqlite|-wal$|-shm$|\.db$/.test(path) || readFileSync(join(directory, path)).subarray(0, 15).toString('latin1') === 'SQLite format 3');
  }

  it('no part of it is in the project, and every command works without it', async () => {
    await openMade(4);
    await flipBit(join(setting.cacheDirectory(), entryFileOf(tinyName(1))));
    expect((await setting.run('verify', ...config)).code).toBe(1);
    expect(databasesBelow(setting.dataDirectory)).toContain('catalog.sqlite');
    expect(databasesBelow(setting.project.directory)).toEqual([]);
    const forget = (): Promise<void> => rm(setting.dataDirectory, { recursive: true });
    const before = contentsOf(setting.cacheDirectory());

    await forget();
    expect(linesOf(await setting.run('ls', ...config, '--state', 'cached', '--json')).map((row) => row['name'])).toEqual([0, 1, 2, 3].map(tinyName));
    await forget();
    expect(lineOf(await setting.run('stats', ...config, '--json'), 'stats')).toMatchObject({ files: 4, required: 4, states: { cached: { count: 4 } } });
    await forget();
    expect(findingsOf(await setting.run('verify', '--cache', setting.cacheDirectory(), '--json'))).toMatchObject([{ code: 'crc-mismatch', file: entryFileOf(tinyName(1)) }]);
    await forget();
    expect(lineOf(await setting.run('show', tinyName(2), ...config, '--json'), 'detail')).toMatchObject({ name: tinyName(2), state: 'cached', fileFacts: { ok: true } });
    await forget();
    const map = JSON.parse((await setting.run('map', ...config, '--output-path', '-')).stdout) as Record<string, string>;
    expect(map).toEqual(Object.fromEntries([0, 1, 2, 3].map((n) => [entryFileOf(tinyName(n)).slice(0, 32), tinyName(n)])));
    await forget();
    expect(lineOf(await setting.run('plan', ...config, '--json'), 'plan')).toMatchObject({ present: 4, items: [] });
    expect(contentsOf(setting.cacheDirectory())).toEqual(before);
  });
});

describe('invariant 7: the same input and parameters give the same bytes', () => {
  it('whatever the workers, the order, the batch size, the limit, the working directory, the language and the time zone', async () => {
    setting = await openSetting({ targetShape: [24, 32, 32], dataset: makeSampleDataset() });
    config = ['--config', setting.project.configPath];
    const { trainCsvPath } = setting.project;
    const run = async (how: StartOptions, ...words: string[]): Promise<Record<string, string>> => {
      const result = await setting.startWith(how, 'generate', ...config, '--yes', ...words).ended;
      expect(result.code, result.stderr).toBe(1); // the damaged upload and the absent name
      return contentsOf(setting.cacheDirectory());
    };
    const first = await run({ environment: { LANG: 'C', LC_ALL: 'C', TZ: 'UTC' } }, '--num-workers', '1');
    expect(Object.keys(first)).toHaveLength(15);
    await rm(setting.project.cacheRoot, { recursive: true });

    const [head, ...names] = (await readFile(trainCsvPath, 'utf8')).trim().split('\n');
    await writeFile(trainCsvPath, `${[head, ...names.reverse()].join('\n')}\n`);
    const elsewhere = join(setting.root, 'somewhere else');
    await mkdir(elsewhere);
    const other: StartOptions = { cwd: elsewhere, environment: { LANG: 'km_KH.UTF-8', LC_ALL: 'de_DE.UTF-8', TZ: 'Asia/Phnom_Penh' } };
    await run(other, '--num-workers', '2', '--batch-size', '1', '--limit', '5');
    expect(await run(other, '--num-workers', '2', '--batch-size', '3')).toEqual(first);
  });
});

describe('invariant 8: parameters decide identity', () => {
  it('a renamed directory and edited parameters are findings', async () => {
    await openMade(1);
    const directory = setting.cacheDirectory();
    const renamed = join(setting.project.cacheRoot, 'f'.repeat(32));
    await rename(directory, renamed);
    const first = await setting.run('verify', '--cache', renamed, '--json');
    expect(first.code).toBe(1);
    expect(findingsOf(first)).toMatchObject([{ code: 'params-mismatch', severity: 'error', file: 'cache_params.json' }]);
    await rename(renamed, directory);
    expect((await setting.run('verify', '--cache', directory)).code).toBe(0);

    const path = join(directory, 'cache_params.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replaceAll('0.75', '0.8'));
    const second = await setting.run('verify', ...config, '--json');
    expect(second.code).toBe(1);
    expect(findingsOf(second)).toMatchObject([{ code: 'params-mismatch', severity: 'error' }]);
    // It is a finding, and no reason to move or make anything.
    expect((await setting.run('fix', ...config)).code).not.toBe(3);
    expect((await soundEntries(directory)).size).toBe(1);
  });

  it.each([
    ['target_spacing: [0.75, 0.75, 1.5]', 'target_spacing: [0.75, 0.75, 2.0]'],
    ['clip_hu_max: 1000', 'clip_hu_max: 900'],
    ['orientation_axcodes: "LPS"', 'orientation_axcodes: "RAS"'],
    ['torch_dtype: "float32"', 'torch_dtype: "float16"'],
  ])('%s changed to %s is another directory, and the old one is untouched', async (before, after) => {
    await openMade(2);
    const old = setting.cacheDirectory();
    const untouched = snapshotOf(old);
    const { configPath } = setting.project;
    await writeFile(configPath, (await readFile(configPath, 'utf8')).replace(before, after));
    const result = lineOf(await setting.run(...generate('--json')), 'result');
    expect(result).toMatchObject({ published: 2 });
    expect(result['directory']).not.toBe(old);
    expect(snapshotOf(old)).toEqual(untouched);
    expect(readdirSync(setting.project.cacheRoot)).toHaveLength(2);
  });
});

describe('invariant 9: nothing outside the configured folders is written', () => {
  /** Everything in the setting but what Larder may write: cache, catalog. */
  function surroundings(): Record<string, string> {
    return Object.fromEntries(Object.entries(snapshotOf(setting.root)).filter(([path]) => !/^(\.|project|data(\/.*)?|hf(\/.*)?|project\/cache(\/.*)?)$/.test(path)));
  }
  async function decoy(): Promise<string> {
    const directory = join(setting.root, 'decoy');
    await mkdir(join(directory, 'inner'), { recursive: true });
    await writeFile(join(directory, 'precious.txt'), 'precious');
    await writeFile(join(directory, 'inner', 'more.txt'), 'more');
    return directory;
  }

  const HOSTILE = ['../evil.nii.gz', '../../decoy/precious.txt', '/etc/passwd', '..', '.', 'a/../../b.nii.gz', '..\\evil.nii.gz', 'nul\u0000byte.nii.gz', `${'x'.repeat(300)}.nii.gz`, 'scan_../../x_y.nii.gz'];

  it('names that lead elsewhere are refused one by one, and the others are made', async () => {
    await open(2);
    await decoy();
    await writeFile(setting.project.trainCsvPath, ['VolumeName', ...HOSTILE.map((name) => `"${name}"`), tinyName(0), ''].join('\n'));
    const before = surroundings();
    const result = await setting.run(...generate('--clean-local-raw-files', '--json'));
    expect(result.code).toBe(1);
    expectNoStack(result);
    const blocked = lineOf(result, 'plan')['blocked'] as { name: string; reason: string }[];
    expect(blocked.map(({ name, reason }) => ({ name, reason }))).toEqual(HOSTILE.map((name) => ({ name, reason: 'no-path' })));
    expect(lineOf(result, 'result')).toMatchObject({ published: 2, failed: 0 });
    expect((await soundEntries(setting.cacheDirectory())).size).toBe(2);
    for (const words of [['verify'], ['fix'], ['ls'], ['stats'], ['clear', '--delete', '--yes']]) expectNoStack(await setting.run(...words, ...config));
    expect(surroundings()).toEqual(before);
  });

  it.each(['.larder', '.larder/staging', '.larder/claims', '.larder/quarantine', '.larder/raw'])('a link at %s is refused by every command that writes there', async (place) => {
    await openMade(2);
    const directory = await decoy();
    await flipBit(join(setting.cacheDirectory(), entryFileOf(tinyName(0))));
    await mkdir(join(setting.cacheDirectory(), '.larder'), { recursive: true });
    if (place === '.larder') await rm(join(setting.cacheDirectory(), place), { recursive: true });
    await symlink(directory, join(setting.cacheDirectory(), place));
    const before = surroundings();
    for (const words of [['fix'], ['clear', '--yes'], ['quarantine', 'purge', '--all', '--yes'], ['quarantine', 'purge', 'inner', '--yes'], ['quarantine', 'restore', 'inner'], ['generate', '--yes']]) {
      expectTold(await setting.run(...words, ...config), { exit: 3, code: 'PATH_REFUSED', about: join(setting.cacheDirectory(), place) });
    }
    expect(surroundings()).toEqual(before);
  });

  it('links among downloads and in quarantine are not followed', async () => {
    await openMade(2);
    const directory = await decoy();
    const quarantine = join(setting.cacheDirectory(), '.larder', 'quarantine');
    await mkdir(quarantine, { recursive: true });
    await symlink(directory, join(quarantine, 'link'));
    const before = surroundings();
    for (const verb of ['restore', 'purge']) expectTold(await setting.run('quarantine', verb, 'link', '--yes', ...config), { exit: 2, code: 'ENTRY_NOT_FOUND', about: /link/ });
    expect((await setting.run('quarantine', 'purge', '--all', '--yes', ...config)).code).toBe(0);
    const raw = join(setting.cacheDirectory(), '.larder', 'raw');
    await mkdir(raw);
    await symlink(join(directory, 'precious.txt'), join(raw, `${'0'.repeat(64)}-1.part`));
    await rm(join(setting.cacheDirectory(), entryFileOf(tinyName(0))));
    expectTold(await setting.run(...generate()), { exit: 3, code: 'PATH_REFUSED', about: raw });
    expect(surroundings()).toEqual(before);
  });

  it('entries that are links are reported, not followed, by verify, fix and clear', async () => {
    await openMade(3);
    const directory = await decoy();
    const linked = join(setting.cacheDirectory(), entryFileOf(tinyName(0)));
    await rm(linked);
    await symlink(join(directory, 'precious.txt'), linked);
    await symlink(directory, join(setting.cacheDirectory(), `${'0'.repeat(32)}.pt`));
    await symlink(join(directory, 'precious.txt'), join(setting.cacheDirectory(), 'old.tmp'));
    const before = surroundings();
    const verified = await setting.run('verify', ...config, '--json');
    expect(findingsOf(verified).filter((finding) => finding.code === 'foreign-file').map((finding) => finding.file).sort()).toEqual([`${'0'.repeat(32)}.pt`, entryFileOf(tinyName(0)), 'old.tmp'].sort());
    for (const words of [['fix', '--delete'], ['fix'], ['clear', '--yes'], ['quarantine', 'purge', '--all', '--yes'], ['clear', '--delete', '--yes']]) expectNoStack(await setting.run(...words, ...config));
    expect(surroundings()).toEqual(before);
  });

  it('ids and entries of commands are names, not paths', async () => {
    await openMade(1);
    await decoy();
    const before = surroundings();
    for (const id of ['../../../../decoy', '..', '.', '/etc', 'a/b']) {
      for (const words of [['quarantine', 'purge', id, '--yes'], ['quarantine', 'restore', id]]) {
        const result = await setting.run(...words, ...config);
        expectNoStack(result);
        expect([2, 3], `${words.join(' ')}: ${result.stderr}`).toContain(result.code);
      }
      expectNoStack(await setting.run('show', id, ...config));
    }
    expect(surroundings()).toEqual(before);
  });
});
