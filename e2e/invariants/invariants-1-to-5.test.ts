import Database from 'better-sqlite3';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { flipBit, truncateEntry } from '../sample/index.ts';
import { entryFileOf, expectTold, findingsOf, lineOf, linesOf } from './answers.ts';
import { HOSTILE_PICKLES, runInPython, writeHostileEntry } from './hostile-pickle.ts';
import { openSetting, soundEntries } from './setting.ts';
import type { Setting } from './setting.ts';
import { asNobody } from './small-disk.ts';
import { tinyDataset, tinyName } from './tiny-dataset.ts';
import { contentsOf, snapshotOf } from './tree.ts';

let setting: Setting;
let config: string[];
const generate = (...more: string[]): string[] => ['generate', ...config, '--yes', '--num-workers', '2', ...more];
const entryPath = (n: number): string => join(setting.cacheDirectory(), entryFileOf(tinyName(n)));
const entriesNow = (): Record<string, string> => contentsOf(setting.cacheDirectory(), /^[0-9a-f]{32}\.pt$/);

async function open(count: number, targetShape: readonly [number, number, number] = [8, 8, 8]): Promise<void> {
  setting = await openSetting({ targetShape, dataset: tinyDataset(count) });
  config = ['--config', setting.project.configPath];
}
async function openMade(count: number): Promise<void> {
  await open(count);
  const made = await setting.run(...generate());
  expect(made.code, made.stderr).toBe(0);
}

afterEach(() => setting.close());

describe('invariant 1: a final name means a finished, checked thing', () => {
  it('no reader ever meets a bad entry, a half parameters file or another name while two runs are making it', async () => {
    await open(24, [48, 48, 48]);
    // Slow enough that there is a middle to be looked at, on a busy machine too.
    setting.hub.setBytesPerSecond(3_000);
    const runs = [setting.start(...generate()), setting.start(...generate())];
    let isOver = false;
    const results = Promise.all(runs.map((run) => run.ended)).finally(() => (isOver = true));
    let whole = 0;
    let partial = 0;
    const isDone = (): boolean => isOver;
    while (!isDone()) {
      await sleep(1);
      if (!existsSync(setting.project.cacheRoot) || readdirSync(setting.project.cacheRoot).length === 0) continue;
      const seen = (await soundEntries(setting.cacheDirectory())).size;
      if (seen === 24) whole++;
      else if (seen > 0) partial++;
      const others = readdirSync(setting.cacheDirectory()).filter((name) => !/^([0-9a-f]{32}\.pt|cache_params\.json|cache_params\.json\.[0-9a-f]{12}\.larder-tmp|\.larder)$/.test(name));
      expect(others).toEqual([]);
      if (existsSync(join(setting.cacheDirectory(), 'cache_params.json'))) JSON.parse((await readFile(join(setting.cacheDirectory(), 'cache_params.json'), 'utf8')).replaceAll('NaN', 'null'));
    }
    expect((await results).map((result) => result.code)).toEqual([0, 0]);
    expect((await soundEntries(setting.cacheDirectory())).size).toBe(24);
    // Otherwise the reader came too late to see anything in the making.
    expect(partial, `${whole} looks met the whole cache`).toBeGreaterThan(2);
  });
});

describe('invariant 2: store first, then catalog, then event; removal in the opposite order', () => {
  it('entries whose rows were never written are found at the next start', async () => {
    await openMade(5);
    const catalog = new Database(join(setting.dataDirectory, 'catalog.sqlite'));
    expect(catalog.prepare('DELETE FROM entry WHERE name IN (?, ?)').run(tinyName(0), tinyName(3)).changes).toBe(2);
    catalog.close();
    const cached = linesOf(await setting.run('ls', ...config, '--state', 'cached', '--json'));
    expect(cached.map((row) => row['name'])).toEqual([0, 1, 2, 3, 4].map(tinyName));
    setting.hub.clearRequests();
    expect((await setting.run(...generate())).code).toBe(0);
    expect(setting.hub.storageBytes()).toBe(0);
  });

  it.each([
    { what: 'clear --delete', words: ['clear', '--delete', '--yes'] },
    { what: 'clear', words: ['clear', '--yes'] },
    { what: 'fix --delete', words: ['fix', '--delete'] },
    { what: 'fix', words: ['fix'] },
  ])('$what forgets the row before it touches the file, and a file that stayed is found again', async ({ words }) => {
    await openMade(1);
    await flipBit(entryPath(0));
    const nobody = await asNobody(setting);
    // In a sticky folder everybody may add files, and nobody may remove those of others.
    await chmod(setting.cacheDirectory(), 0o1777);
    const before = entriesNow();
    expectTold(await setting.startWith(nobody, ...words, ...config).ended, { exit: 3, code: 'PERMISSION_DENIED', about: entryFileOf(tinyName(0)) });
    const catalog = new Database(join(nobody.environment!['LARDER_DATA_DIR']!, 'catalog.sqlite'));
    expect(catalog.prepare('SELECT file FROM entry WHERE name = ?').get(tinyName(0))).toEqual({ file: null });
    catalog.close();
    expect(entriesNow()).toEqual(before);
    expect(existsSync(join(setting.cacheDirectory(), '.larder'))).toBe(false);
    const listed = linesOf(await setting.startWith(nobody, 'ls', ...config, '--json').ended);
    expect(listed).toMatchObject([{ name: tinyName(0), file: entryFileOf(tinyName(0)) }]);
  });
});

describe('invariant 3: nothing is deleted that cannot be remade without being asked for', () => {
  it('fix sets damaged files aside with path, reason and time, and puts them back byte for byte', async () => {
    await openMade(3);
    await flipBit(entryPath(0));
    await truncateEntry(entryPath(1));
    const damaged = entriesNow();
    expect((await setting.run('fix', ...config)).code).toBe(0);
    const aside = linesOf(await setting.run('quarantine', 'ls', ...config, '--json'));
    expect(aside.map(({ file, code }) => ({ file, code })).sort((a, b) => String(a.code).localeCompare(String(b.code)))).toEqual([
      { file: entryFileOf(tinyName(0)), code: 'crc-mismatch' },
      { file: entryFileOf(tinyName(1)), code: 'truncated' },
    ]);
    for (const item of aside) expect(Math.abs(Date.now() - Number(item['quarantinedAtMs']))).toBeLessThan(60_000);
    expect((await setting.run('quarantine', 'restore', '--all', '--replace', ...config)).stdout).toContain('2 files put back');
    expect(entriesNow()).toEqual(damaged);
  });

  it('fix --delete removes them, and only them', async () => {
    await openMade(3);
    const whole = entriesNow();
    await flipBit(entryPath(0));
    expect(lineOf(await setting.run('fix', ...config, '--delete', '--json'), 'result')).toMatchObject({ deleted: 1, quarantined: 0, remade: 1 });
    expect(entriesNow()).toEqual(whole);
    expect(linesOf(await setting.run('quarantine', 'ls', ...config, '--json'))).toEqual([]);
  });

  /** Raw files of all volumes; those of the last two are reached through links. */
  async function laidOutRaw(): Promise<{ elsewhere: string }> {
    await open(6);
    const elsewhere = join(setting.root, 'archive');
    await mkdir(setting.rawDirectory);
    await mkdir(elsewhere);
    for (const [n, volume] of setting.dataset.volumes.entries()) await writeFile(join(n < 4 ? setting.rawDirectory : elsewhere, volume.volumeName), volume.bytes);
    for (const n of [4, 5]) await symlink(join(elsewhere, tinyName(n)), join(setting.rawDirectory, tinyName(n)));
    return { elsewhere };
  }

  it('raw files of the user stay as they are without --clean-local-raw-files', async () => {
    const { elsewhere } = await laidOutRaw();
    const before = [snapshotOf(setting.rawDirectory), snapshotOf(elsewhere)];
    expect((await setting.run(...generate())).code).toBe(0);
    await flipBit(entryPath(0));
    expect((await setting.run('fix', ...config)).code).toBe(0);
    expect((await setting.run('clear', ...config, '--delete', '--yes')).code).toBe(0);
    expect([snapshotOf(setting.rawDirectory), snapshotOf(elsewhere)]).toEqual(before);
  });

  it('with it only plain raw files go, and only where the entry is there and flawless', async () => {
    const { elsewhere } = await laidOutRaw();
    const archive = snapshotOf(elsewhere);
    await writeFile(join(setting.rawDirectory, 'notes.txt'), 'mine');
    expect((await setting.run(...generate('--only', tinyName(0), tinyName(1), tinyName(2), tinyName(4)))).code).toBe(0);
    await flipBit(entryPath(1));
    // PyTorch reads it still: told as a warning.
    await appendFile(entryPath(2), Buffer.alloc(100));
    const result = await setting.run(...generate('--only', tinyName(0), tinyName(1), tinyName(2), tinyName(4), '--clean-local-raw-files', '--json'));
    expect(result.code, result.stdout).toBe(0);
    expect(linesOf(result).filter((line) => line.type === 'rawFileRemoved').map((line) => line['path'])).toEqual([join(setting.rawDirectory, tinyName(0))]);
    expect(readdirSync(setting.rawDirectory).sort()).toEqual(['notes.txt', ...[1, 2, 3, 4, 5].map(tinyName)].sort());
    expect(snapshotOf(elsewhere)).toEqual(archive);
  });

  it('nor do raw files behind a linked folder, or in a Hugging Face cache', async () => {
    await open(4);
    // Names of three parts lie in folders of their own.
    const names = ['scan_1_a.nii.gz', 'scan_2_a.nii.gz'];
    await writeFile(setting.project.trainCsvPath, ['VolumeName', ...names, ''].join('\n'));
    await writeFile(setting.project.validCsvPath, 'VolumeName\n');
    const archive = join(setting.root, 'archive');
    const huggingFace = join(setting.rawDirectory, 'scan_2');
    await mkdir(join(archive, 'scan_1_a'), { recursive: true });
    await mkdir(join(huggingFace, 'scan_2_a'), { recursive: true });
    await symlink(archive, join(setting.rawDirectory, 'scan_1'));
    await writeFile(join(archive, 'scan_1_a', names[0]!), setting.dataset.volumes[0]!.bytes);
    await writeFile(join(huggingFace, 'scan_2_a', names[1]!), setting.dataset.volumes[1]!.bytes);
    const before = [snapshotOf(archive), snapshotOf(setting.rawDirectory)];
    const result = await setting.startWith({ environment: { HF_HOME: huggingFace } }, ...generate('--clean-local-raw-files')).ended;
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('Made 2 entries');
    expect([snapshotOf(archive), snapshotOf(setting.rawDirectory)]).toEqual(before);
  });
});

describe('invariant 4: opening a file never runs code', () => {
  it.each(HOSTILE_PICKLES)('a pickle that would run code by $name is named as such, and nothing happens', async ({ name, code }) => {
    await openMade(2);
    const sentinel = join(setting.root, 'sentinel');
    await writeHostileEntry(entryPath(0), name, sentinel);
    const hostile = await readFile(entryPath(0));
    const verified = await setting.run('verify', ...config, '--json');
    expect(verified.code).toBe(1);
    expect(findingsOf(verified).filter((finding) => finding.severity === 'error')).toMatchObject([{ code, file: entryFileOf(tinyName(0)), name: tinyName(0) }]);
    expect(lineOf(await setting.run('show', tinyName(0), ...config, '--json'), 'detail')).toMatchObject({ state: 'damaged' });
    expect((await setting.run('fix', ...config)).code).toBe(0);
    expect((await setting.run('verify', ...config)).code).toBe(0);
    expect(existsSync(sentinel)).toBe(false);
    // It stays in quarantine as it was, and Python shows that it was no blank.
    const [item] = linesOf(await setting.run('quarantine', 'ls', ...config, '--json'));
    const aside = join(setting.cacheDirectory(), '.larder', 'quarantine', String(item!['id']), entryFileOf(tinyName(0)));
    expect(await readFile(aside)).toEqual(hostile);
    if (runInPython(aside)) expect(existsSync(sentinel), 'the pickle does nothing in Python either').toBe(true);
  });

  it('nor do the pickles of the format fixtures', async () => {
    await openMade(8);
    const fixtures = join(import.meta.dirname, '../../src-main/formats/torch/__fixtures__/bad');
    const unsafe = readdirSync(fixtures).filter((file) => file.startsWith('unsafe_'));
    expect(unsafe.length).toBeGreaterThan(3);
    for (const [n, file] of unsafe.entries()) await copyFile(join(fixtures, file), entryPath(n));
    const findings = findingsOf(await setting.run('verify', ...config, '--json')).filter((finding) => finding.severity === 'error');
    expect(findings.map(({ code, name }) => ({ code, name })).sort((a, b) => a.name!.localeCompare(b.name!))).toEqual(unsafe.map((_, n) => ({ code: 'unsafe-global', name: tinyName(n) })));
  });
});

describe('invariant 5: two processes may use one cache', () => {
  it('generating twice at once makes every entry once, downloads nearly every file once, and both succeed', async () => {
    await open(30, [32, 32, 32]);
    setting.hub.setBytesPerSecond(20_000);
    const oneRun = setting.dataset.volumes.reduce((sum, volume) => sum + volume.bytes.length, 0);
    const results = await Promise.all([setting.run(...generate('--json')), setting.run(...generate('--json'))]);
    expect(results.map((result) => result.code)).toEqual([0, 0]);
    const published = results.flatMap((result) => linesOf(result)).filter((line) => line.type === 'entryPublished' && line['isNew'] === true).map((line) => line['name']);
    expect(published.sort()).toEqual(setting.dataset.volumes.map((volume) => volume.volumeName).sort());
    expect((await soundEntries(setting.cacheDirectory())).size).toBe(30);
    expect(setting.hub.storageBytes()).toBeLessThan(oneRun * 1.2);
    expect(existsSync(join(setting.cacheDirectory(), '.larder'))).toBe(false);
  });

  it('whatever moves or removes entries is refused while another process generates, which goes on', async () => {
    await open(3);
    expect((await setting.run(...generate('--limit', '2'))).code).toBe(0);
    await flipBit(entryPath(0));
    const damaged = entriesNow();
    setting.hub.failStorage(setting.dataset.volumes[2]!.repositoryPath, { attempts: [{ kind: 'stop', afterBytes: 100 }] });
    setting.hub.clearRequests();
    const running = setting.start(...generate());
    while (!setting.hub.requests.some((request) => request.listener === 'storage')) await sleep(10);
    for (const words of [['fix'], ['clear', '--yes'], ['clear', '--delete', '--yes'], ['quarantine', 'restore', '--all']]) {
      expectTold(await setting.run(...words, ...config), { exit: 3, code: 'CACHE_IN_USE', about: new RegExp(`in use by process ${running.child.pid}`) });
    }
    // What is set aside is no entry: it may be just the room that the other waits for.
    expect((await setting.run('quarantine', 'purge', '--all', '--yes', ...config)).code).toBe(0);
    expect(entriesNow()).toEqual(damaged);
    expect(running.child.exitCode).toBeNull();
    running.killTree();
    await running.ended;
    expect((await setting.run(...generate())).code).toBe(0);
    expect((await setting.run('fix', ...config)).code).toBe(0);
    expect((await soundEntries(setting.cacheDirectory())).size).toBe(3);
  });

  it('a lock, claims and staging of processes that are gone hold nobody up', async () => {
    await open(3);
    expect((await setting.run(...generate('--limit', '1'))).code).toBe(0);
    const directory = join(setting.cacheDirectory(), '.larder');
    const dead = { id: '4194304-1-dead', host: hostname(), pid: 4_194_304, startTicks: 1 };
    await mkdir(join(directory, 'staging', dead.id), { recursive: true });
    await mkdir(join(directory, 'claims'), { recursive: true });
    await writeFile(join(directory, 'staging', dead.id, 'owner.json'), JSON.stringify(dead));
    await writeFile(join(directory, 'claims', entryFileOf(tinyName(1)).slice(0, 32)), JSON.stringify(dead));
    await writeFile(join(directory, 'lock'), JSON.stringify(dead));
    expect((await setting.run(...generate())).code).toBe(0);
    expect((await setting.run('fix', ...config)).code).toBe(0);
    expect(existsSync(directory)).toBe(false);
  });
});
