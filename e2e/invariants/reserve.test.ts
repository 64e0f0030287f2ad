import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectTold, linesOf } from './answers.ts';
import { openSetting, soundEntries } from './setting.ts';
import type { Result, Setting } from './setting.ts';
import { mountBlockDisk, mountProblem, mountSmallDisk } from './small-disk.ts';
import type { SmallDisk } from './small-disk.ts';
import { tinyDataset } from './tiny-dataset.ts';

const DISKS = [
  { kind: 'tmpfs', mount: () => mountSmallDisk('size=48m') },
  // Here a folder or a mark takes a block too, which a memory disk gives away.
  { kind: 'ext4', mount: () => mountBlockDisk(64) },
] as const;
const disks = DISKS.map((disk) => ({ ...disk, problem: mountProblem(disk.kind) }));
for (const { kind, problem } of disks) if (problem !== undefined) console.log(`No ${kind} can be mounted here, so the reserve is not tested on one: ${problem}`);

describe.each(disks)('cache and catalog together on $kind without a free byte', ({ mount, problem }) => {
  const test = it.skipIf(problem !== undefined);
  let disk: SmallDisk;
  let setting: Setting;
  let config: string[];
  const onDisk = async (...words: readonly string[]): Promise<Result> => await setting.startWith({ environment: { LARDER_DATA_DIR: join(disk.directory, 'data') } }, ...words).ended;
  const expectDone = (result: Result): void => expect(result.code, result.stderr).toBe(0);
  const sound = async (): Promise<number> => (await soundEntries(setting.cacheDirectory())).size;
  const reserve = (): string => join(disk.directory, 'data', 'catalog.sqlite.reserve');

  beforeEach(async () => {
    if (problem !== undefined) return;
    disk = mount();
    setting = await openSetting({ targetShape: [32, 32, 32], dataset: tinyDataset(4), projectDirectory: join(disk.directory, 'project') });
    config = ['--config', setting.project.configPath];
    expectDone(await onDisk('generate', ...config, '--yes'));
    expect(existsSync(reserve())).toBe(true);
  });
  afterEach(async () => {
    if (problem !== undefined) return;
    await setting.close();
    disk.unmount();
  });

  test('sets entries aside, puts them back, purges and deletes; then the reserve is there again', async () => {
    const ballast = disk.fill();
    expectDone(await onDisk('clear', ...config, '--name', 'scan_0001', '--yes'));
    expect(existsSync(reserve()), 'the reserve is given back').toBe(false);
    expect(await sound()).toBe(3);
    expectDone(await onDisk('quarantine', 'restore', '--all', ...config));
    expect(await sound()).toBe(4);
    expectDone(await onDisk('clear', ...config, '--name', 'scan_0002', '--delete', '--yes'));
    expect(await sound()).toBe(3);
    await rm(ballast);
    expectDone(await onDisk('generate', ...config, '--yes'));
    expect(await sound()).toBe(4);
    expectDone(await onDisk('ls', ...config));
    expect(existsSync(reserve()), 'it is taken again').toBe(true);
    expect(readdirSync(join(disk.directory, 'data')).filter((name) => name.endsWith('.larder-tmp'))).toEqual([]);
  });

  test('purges the quarantine', async () => {
    expectDone(await onDisk('clear', ...config, '--name', 'scan_0001', '--yes'));
    disk.fill();
    expectDone(await onDisk('quarantine', 'purge', '--all', '--yes', ...config));
    expect(existsSync(join(setting.cacheDirectory(), '.larder'))).toBe(false);
  });

  test('puts entries back', async () => {
    expectDone(await onDisk('clear', ...config, '--yes'));
    disk.fill();
    expectDone(await onDisk('quarantine', 'restore', '--all', ...config));
    expect(await sound()).toBe(4);
  });

  test('with the reserve used up and the disk filled once more deletes, purges and puts back, and nothing looks lost', async () => {
    const refill = async (ballast?: string): Promise<string> => {
      if (ballast !== undefined) await rm(ballast);
      await rm(reserve(), { force: true });
      return disk.fill();
    };
    expectDone(await onDisk('clear', ...config, '--name', 'scan_0001', '--yes'));
    expectDone(await onDisk('clear', ...config, '--name', 'scan_0002', '--yes'));
    let ballast = await refill();
    expectTold(await onDisk('ls', ...config), { exit: 3, code: 'DISK_FULL', about: /disk is full/ });
    const items = linesOf(await onDisk('quarantine', 'ls', ...config, '--json'));
    const idOf = (name: string): string => String(items.find((line) => String(line['name']).startsWith(name))!['id']);
    expectDone(await onDisk('quarantine', 'restore', idOf('scan_0002'), ...config));
    expect(await sound()).toBe(3);
    ballast = await refill(ballast);
    expectDone(await onDisk('quarantine', 'purge', '--all', '--yes', ...config));
    ballast = await refill(ballast);
    expectDone(await onDisk('clear', ...config, '--name', 'scan_0003', '--delete', '--yes'));
    expect(await sound()).toBe(2);
    await rm(ballast);
    // Removed and not lost: there is nothing to be made again because something is wrong.
    expect(linesOf(await onDisk('verify', ...config, '--json')).filter((line) => line.type === 'findingFound' && (line['finding'] as { severity: string }).severity === 'error')).toEqual([]);
    expectDone(await onDisk('generate', ...config, '--yes'));
    expect(await sound()).toBe(4);
  });

  test('verifies and remembers what it found; what must be written after the reserve is used up is told as a full disk', async () => {
    const ballast = disk.fill();
    const verified = await onDisk('verify', ...config, '--json');
    expectDone(verified);
    disk.fill();
    expectTold(await onDisk('ls', ...config), { exit: 3, code: 'DISK_FULL', about: /disk is full: the catalog .*catalog\.sqlite/ });
    await rm(ballast);
    expect(linesOf(await onDisk('jobs', 'ls', '--json')).some((line) => line['command'] === 'verify' && line['state'] === 'succeeded')).toBe(true);
  });
});
