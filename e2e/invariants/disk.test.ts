import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectNoStack, expectTold, lineOf, linesOf } from './answers.ts';
import { openSetting, soundEntries } from './setting.ts';
import type { Setting, SettingOptions } from './setting.ts';
import { mountProblem, mountSmallDisk } from './small-disk.ts';
import type { SmallDisk } from './small-disk.ts';
import { tinyDataset } from './tiny-dataset.ts';

const MB = 2 ** 20;
const problem = mountProblem();
if (problem !== undefined) console.log(`No file system can be mounted here, so full and read-only disks are not tested: ${problem}`);

let disk: SmallDisk;
let setting: Setting;
let config: string[];
const generate = (): string[] => ['generate', ...config, '--yes', '--num-workers', '2'];

/** The project is on a small disk of its own, the catalog is not. */
async function openOn(options: string, how: SettingOptions): Promise<void> {
  disk = mountSmallDisk(options);
  setting = await openSetting({ ...how, projectDirectory: join(disk.directory, 'project') });
  config = ['--config', setting.project.configPath];
}

async function sound(): Promise<string[]> {
  return Array.from((await soundEntries(setting.cacheDirectory())).keys()).sort();
}

/** What Larder keeps for itself inside the cache. */
function ownFiles(): string[] {
  const own = join(setting.cacheDirectory(), '.larder');
  return existsSync(own) ? readdirSync(own, { recursive: true }).map(String) : [];
}

describe.skipIf(problem !== undefined)('a disk', () => {
  afterEach(async () => {
    await setting.close();
    disk.unmount();
  });

  describe('of 60 MB', () => {
    beforeEach(() => openOn('size=60m', { targetShape: [128, 128, 64], dataset: tinyDataset(10) }));

    it('on which the cache would not fit is refused with all numbers, and nothing is begun', async () => {
      disk.fill(30 * MB);
      const result = await setting.run(...generate());
      expectTold(result, { exit: 3, code: 'DISK_WOULD_NOT_FIT', about: /42\.\d MB are needed at peak .* only 31\.5 MB are free at .*cache/ });
      expect(setting.hub.storageBytes()).toBe(0);
      expect(existsSync(setting.project.cacheRoot)).toBe(false);
      const plan = await setting.run('plan', ...config, '--json');
      expect(plan.code).toBe(3);
      expect(lineOf(plan, 'plan')).toMatchObject({ disk: { fits: false, freeBytes: disk.freeBytes() } });
    });

    it('on which what `fix` would make again does not fit is told so before anything is set aside; with room it is made', async () => {
      expect((await setting.run(...generate())).code).toBe(0);
      const before = await sound();
      const damaged = before.slice(0, 2);
      for (const file of damaged) await truncate(join(setting.cacheDirectory(), file), 1000);
      const ballast = disk.fill(20 * MB);
      const refused = await setting.run('fix', ...config);
      expectTold(refused, { exit: 3, code: 'DISK_WOULD_NOT_FIT', about: /8\.\d MB are needed at peak for 2 and 16\.8 MB kept free, but only 2[01]\.\d MB are free at .* Nothing was set aside\./ });
      expect(refused.stderr).toMatch(/^To make again: 2 entries$/m);
      expect(existsSync(join(setting.cacheDirectory(), damaged[0]!))).toBe(true);
      await rm(ballast);
      const fixed = await setting.run('fix', ...config, '--json');
      expect(fixed.code, fixed.stderr).toBe(0);
      expect(lineOf(fixed, 'remakePlanned')).toMatchObject({ forecast: { toMake: 2, blockedCount: 0, disk: { fits: true }, memory: { perWorkerFrom: 'measured' } } });
      const { forecast, measured } = lineOf(fixed, 'result') as { forecast?: { peakBytes: number }; measured?: { peakBytes: number } };
      expect(Math.abs(measured!.peakBytes / forecast!.peakBytes - 1)).toBeLessThan(0.05);
      expect(await sound()).toEqual(before);
    });

    it('that somebody else fills meanwhile stops the run, with no half entry; it goes on when there is room', async () => {
      const running = setting.start(...generate());
      await running.until(/^made /m);
      const ballast = disk.fill();
      const stopped = await running.ended;
      expectTold(stopped, { exit: 3, code: 'DISK_FULL', about: /disk is full/ });
      const before = await sound();
      expect(before.length).toBeGreaterThan(0);
      expect(before.length).toBeLessThan(10);
      expect(ownFiles().filter((path) => !path.startsWith('raw'))).toEqual([]);
      await rm(ballast);
      const resumed = await setting.run(...generate());
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(await sound()).toHaveLength(10);
      expect(ownFiles()).toEqual([]);
      expect((await setting.run('verify', ...config)).code).toBe(0);
    });
  });

  describe('of 40 MB, filled to the last byte', () => {
    beforeEach(async () => {
      await openOn('size=40m', { targetShape: [64, 64, 64], dataset: tinyDataset(4) });
      expect((await setting.run(...generate())).code).toBe(0);
    });

    it('is freed by clear --delete', async () => {
      disk.fill();
      const result = await setting.run('clear', ...config, '--name', 'scan_0001', '--delete', '--yes');
      expect(result.code, result.stderr).toBe(0);
      expect(disk.freeBytes()).toBeGreaterThan(MB);
      expect(await sound()).toHaveLength(3);
      expect(ownFiles()).toEqual([]);
      expect((await setting.run('clear', ...config, '--delete', '--yes')).code).toBe(0);
      expect(await sound()).toHaveLength(0);
    });

    it('is freed by quarantine purge', async () => {
      expect((await setting.run('clear', ...config, '--name', 'scan_0001', '--yes')).code).toBe(0);
      disk.fill();
      const result = await setting.run('quarantine', 'purge', '--all', '--yes', ...config);
      expect(result.code, result.stderr).toBe(0);
      expect(disk.freeBytes()).toBeGreaterThan(MB);
      expect(ownFiles()).toEqual([]);
    });

    it('still answers plan, ls, stats, show, map and verify', async () => {
      disk.fill();
      for (const words of [['plan'], ['ls'], ['stats'], ['show', 'scan_0001.nii.gz'], ['map', '--output-path', '-'], ['verify']]) {
        const result = await setting.run(...words, ...config);
        expect(result.code, `${words.join(' ')}: ${result.stderr}`).toBe(0);
      }
    });

    it('leaves alone what cannot be set aside, says so, and nothing looks in use afterwards', async () => {
      const before = await sound();
      const ballast = disk.fill();
      for (const words of [['clear', ...config, '--yes'], ['generate', ...config, '--yes'], ['fix', ...config]]) {
        const result = await setting.run(...words);
        expectNoStack(result);
        expect(await sound()).toEqual(before);
        expect(ownFiles(), words[0]).toEqual([]);
      }
      const told = await setting.run('clear', ...config, '--yes');
      expectTold(told, { exit: 3, code: 'DISK_FULL', about: /disk is full/ });
      await rm(ballast);
      expect((await setting.run('clear', ...config, '--yes')).code).toBe(0);
      expect(await sound()).toEqual([]);
    });
  });

  describe('without a single free inode', () => {
    beforeEach(async () => {
      await openOn('size=40m,nr_inodes=100', { targetShape: [32, 32, 32], dataset: tinyDataset(4) });
      expect((await setting.run(...generate())).code).toBe(0);
    });

    it('is freed by clear --delete', async () => {
      disk.fillInodes();
      const result = await setting.run('clear', ...config, '--name', 'scan_0001', '--delete', '--yes');
      expect(result.code, result.stderr).toBe(0);
      expect(await sound()).toHaveLength(3);
    });

    it('is freed by quarantine purge', async () => {
      expect((await setting.run('clear', ...config, '--name', 'scan_0001', '--yes')).code).toBe(0);
      disk.fillInodes();
      const result = await setting.run('quarantine', 'purge', '--all', '--yes', ...config);
      expect(result.code, result.stderr).toBe(0);
      expect(ownFiles()).toEqual([]);
    });

    it('stops generate in words, and it goes on when there is room', async () => {
      expect((await setting.run('clear', ...config, '--delete', '--yes')).code).toBe(0);
      const crumbs = disk.fillInodes();
      expectTold(await setting.run(...generate()), { exit: 3, code: 'DISK_FULL', about: setting.project.cacheRoot });
      await rm(crumbs, { recursive: true });
      expect((await setting.run(...generate())).code).toBe(0);
      expect(await sound()).toHaveLength(4);
    });
  });

  describe('mounted read-only', () => {
    beforeEach(async () => {
      await openOn('size=40m', { targetShape: [16, 16, 16], dataset: tinyDataset(3) });
      expect((await setting.run(...generate(), '--limit', '2')).code).toBe(0);
      disk.remount('ro');
    });

    it('is read as ever, and every change is refused by its path', async () => {
      const before = await sound();
      for (const words of [['ls'], ['stats'], ['show', 'scan_0001.nii.gz'], ['verify']]) {
        const result = await setting.run(...words, ...config);
        expect(result.code, `${words.join(' ')}: ${result.stderr}`).toBe(0);
      }
      expect((await setting.run(...generate(), '--only', 'scan_0000.nii.gz')).code, 'there is nothing to do').toBe(0);
      for (const words of [generate(), ['fix', ...config], ['clear', ...config, '--yes'], ['clear', ...config, '--delete', '--yes']]) {
        expectTold(await setting.run(...words), { exit: 3, code: 'READ_ONLY', about: setting.cacheDirectory() });
      }
      expect(await sound()).toEqual(before);
    });
  });

  describe('with raw files only, mounted read-only', () => {
    it('is read; cleaning it is refused by path, and the cache is complete', async () => {
      await openOn('size=20m', { targetShape: [16, 16, 16], dataset: tinyDataset(2) });
      const elsewhere = await openSetting({ targetShape: [16, 16, 16], dataset: tinyDataset(2) });
      try {
        await useRawFilesOf(elsewhere);
        disk.remount('ro');
        const result = await elsewhere.run('generate', '--config', elsewhere.project.configPath, '--yes', '--clean-local-raw-files');
        expectTold(result, { exit: 3, code: 'READ_ONLY', about: /removing the raw file .*scan_000\d\.nii\.gz/ });
        expect((await soundEntries(elsewhere.cacheDirectory())).size).toBe(2);
        expect(elsewhere.hub.storageBytes()).toBe(0);
      } finally {
        await elsewhere.close();
      }
    });
  });

  it('that is full when the catalog is on it is told as the catalog, not as the cache', async () => {
    await openOn('size=40m', { targetShape: [8, 8, 8], dataset: tinyDataset(2) });
    const environment = { LARDER_DATA_DIR: join(disk.directory, 'data') };
    expect((await setting.startWith({ environment }, ...generate()).ended).code).toBe(0);
    const ballast = disk.fill();
    const result = await setting.startWith({ environment }, 'verify', ...config, '--json').ended;
    expectNoStack(result);
    if (result.code !== 0) expect(linesOf(result).at(-1)).toMatchObject({ type: 'error', error: { code: expect.stringMatching(/^(DISK_FULL|IO_FAILED)$/) as string, message: expect.stringContaining(join(disk.directory, 'data', 'catalog.sqlite')) as string } });
    await rm(ballast);
    expect((await setting.startWith({ environment }, 'verify', ...config).ended).code).toBe(0);
  });
});

/** Raw files of `other` lie on the small disk from now on. */
async function useRawFilesOf(other: Setting): Promise<void> {
  const raw = join(disk.directory, 'raw');
  await mkdir(raw);
  for (const volume of other.dataset.volumes) await writeFile(join(raw, volume.volumeName), volume.bytes);
  const text = await readFile(other.project.configPath, 'utf8');
  await writeFile(other.project.configPath, text.replace(/img_dir: .*/, `img_dir: ${JSON.stringify(raw)}`));
}
