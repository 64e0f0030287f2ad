import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectTold, linesOf } from './answers.ts';
import { openSetting, soundEntries } from './setting.ts';
import type { Setting } from './setting.ts';
import { mountProblem, mountSmallDisk } from './small-disk.ts';
import type { SmallDisk } from './small-disk.ts';
import { tinyDataset } from './tiny-dataset.ts';

const MB = 2 ** 20;
const problem = mountProblem();
if (problem !== undefined) console.log(`No file system can be mounted here, so waiting for room is not tested: ${problem}`);

describe.skipIf(problem !== undefined)('a job on a disk of 60 MB that somebody else fills', () => {
  let disk: SmallDisk;
  let setting: Setting;
  let generate: string[];
  beforeEach(async () => {
    disk = mountSmallDisk('size=60m');
    // Ten entries of 4.2 MB.
    setting = await openSetting({ targetShape: [128, 128, 64], dataset: tinyDataset(10), projectDirectory: join(disk.directory, 'project') });
    // One worker: the disk is full long before the last of them.
    generate = ['generate', '--config', setting.project.configPath, '--yes', '--num-workers', '1'];
  });
  afterEach(async () => {
    await setting.close();
    disk.unmount();
  });
  const sound = async (): Promise<number> => (await soundEntries(setting.cacheDirectory())).size;

  it('pauses, says with numbers what would free how much, and goes on by itself when there is room', async () => {
    const running = setting.start(...generate, '--wait', '--json');
    await running.until(/entryPublished/);
    const aside = join(setting.cacheDirectory(), '.larder', 'quarantine', '20261122T031500-1a2b3c4d');
    mkdirSync(aside, { recursive: true });
    await writeFile(join(aside, 'old.pt'), Buffer.alloc(3 * MB));
    const ballast = disk.fill();
    await running.until(/"type":"jobPaused"/);
    const jobs = linesOf(await setting.run('jobs', 'ls', '--json'));
    expect(jobs[0]).toMatchObject({ state: 'paused', progress: { shortage: { directory: setting.cacheDirectory() } } });
    const made = await sound();
    expect(made).toBeLessThan(10);
    await rm(ballast);
    const result = await running.ended;
    expect(result.code, result.stderr).toBe(0);
    expect(await sound()).toBe(10);
    const ranOut = linesOf(result).filter((line) => line['type'] === 'spaceRanOut');
    expect(ranOut[0]).toMatchObject({ isWaiting: true, shortage: { lacks: 'bytes', remedies: [{ kind: 'quarantine', bytes: 3 * MB, files: 1 }] } });
    const { neededBytes, freeBytes } = ranOut[0]!['shortage'] as { neededBytes: number; freeBytes: number };
    expect(neededBytes, 'an entry, and its raw file').toBeGreaterThan(4 * MB);
    expect(freeBytes).toBeLessThan(neededBytes);
    expect(linesOf(result).filter((line) => line['type'] === 'itemFailed')).toEqual([]);
  });

  it('is tried again at once when somebody resumes it, and can be cancelled while it waits', async () => {
    const running = setting.start(...generate, '--wait', '--json');
    await running.until(/entryPublished/);
    disk.fill();
    await running.until(/"type":"jobPaused"/);
    const [job] = linesOf(await setting.run('jobs', 'ls', '--json'));
    expect((await setting.run('jobs', 'resume', String(job!['id']))).code).toBe(0);
    // It may be full again before anybody has heard that it goes on.
    await running.until(/spaceRanOut[^]*spaceRanOut/);
    expect((await setting.run('jobs', 'cancel', String(job!['id']))).code).toBe(0);
    expect((await running.ended).code).toBe(130);
  });

  it('ends in a script, with the same numbers, and the same command goes on', async () => {
    const running = setting.start(...generate);
    await running.until(/^made /m);
    const ballast = disk.fill();
    const stopped = await running.ended;
    expectTold(stopped, { exit: 3, code: 'DISK_FULL', about: /disk is full.* \d+\.\d MB are needed for the next step, and \d+\.\d MB are free at / });
    expect(stopped.stderr).toMatch(/Out of space at .*: the next step needs \d/);
    await rm(ballast);
    expect((await setting.run(...generate)).code).toBe(0);
    expect(await sound()).toBe(10);
  });
});

it.skipIf(problem !== undefined)('waits for room for the very folder of the cache, where it is to wait', async () => {
  const disk = mountSmallDisk('size=60m,nr_inodes=200');
  const setting = await openSetting({ dataset: tinyDataset(2), projectDirectory: join(disk.directory, 'project') });
  try {
    const crumbs = disk.fillInodes();
    const running = setting.start('generate', '--config', setting.project.configPath, '--yes', '--num-workers', '1', '--wait', '--json');
    await running.until(/"type":"jobPaused"/);
    await rm(crumbs, { recursive: true });
    const result = await running.ended;
    expect(result.code, result.stderr).toBe(0);
    expect(linesOf(result).find((line) => line['type'] === 'spaceRanOut')).toMatchObject({ isWaiting: true, shortage: { lacks: 'inodes' } });
    expect((await soundEntries(setting.cacheDirectory())).size).toBe(2);
  } finally {
    await setting.close();
    disk.unmount();
  }
});
