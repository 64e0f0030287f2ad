import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSampleDataset } from '../sample/index.ts';
import type { SampleDataset } from '../sample/index.ts';
import { createCliSetting } from './larder.ts';
import type { CliSetting, RunningLarder } from './larder.ts';

/** A second is promised; half a second more for a machine that has other things to do. */
const STOPPED_WITHIN_MS = 1500;
const CONFIG = ['--config', 'config.yaml'] as const;
const GENERATE = ['generate', ...CONFIG, '--batch-size', '4', '--yes'] as const;

let dataset: SampleDataset;
let setting: CliSetting;
beforeAll(() => {
  dataset = makeSampleDataset();
});
beforeEach(async () => {
  // Slow enough that there is a middle: the uploads take some seconds.
  setting = await createCliSetting(dataset, { bytesPerSecond: 1.5e6 });
});
afterEach(async () => {
  await setting?.[Symbol.asyncDispose]();
});

/** Bytes of raw files the Hub's storage has begun to send. */
async function untilDownloading(): Promise<void> {
  while (!setting.hub.requests.some((request) => request.listener === 'storage')) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function stop(running: RunningLarder, signal: NodeJS.Signals): Promise<void> {
  const startedAt = performance.now();
  running.process.kill(signal);
  const result = await running.ended;
  const took = performance.now() - startedAt;
  expect(result.exitCode).toBe(130);
  expect(result.stderr).toContain('Cancelled; nothing is half-done.');
  expect(result.stdout).toBe('');
  expect(took).toBeLessThan(STOPPED_WITHIN_MS);
}

/** Nothing but finished entries, the parameters, and raw files to go on with. */
async function expectNothingHalfDone(): Promise<void> {
  const directory = await setting.cacheDirectory();
  const names = await readdir(directory);
  expect(names.filter((name) => !/^[0-9a-f]{32}\.pt$|^cache_params\.json$|^\.larder$/.test(name))).toEqual([]);
  if (names.includes('.larder')) expect(await readdir(join(directory, '.larder'))).toEqual(['raw']);
  const verified = (await setting.run('verify', '--cache', directory, '--json')).one('result');
  expect(verified).toMatchObject({ damaged: 0, temporaries: 0 });
}

async function expectComplete(): Promise<void> {
  const result = (await setting.run('verify', ...CONFIG, '--json')).one('result');
  expect(result).toMatchObject({ sound: 14, damaged: 0, missing: 0, errors: 0, temporaries: 0 });
  const names = await readdir(await setting.cacheDirectory());
  expect(names.filter((name) => !name.endsWith('.pt'))).toEqual(['cache_params.json']);
}

/** The job that ended in this state. */
async function jobIn(state: string): Promise<string> {
  const jobs = (await setting.run('jobs', 'ls', '--json')).json();
  return String(jobs.find((job) => job['command'] === 'generate' && job['state'] === state)!['id']);
}

describe('stopping a generate', () => {
  it('with Ctrl-C while it downloads: 130 at once, and `jobs resume` completes it without starting over', async () => {
    const running = setting.start(...GENERATE);
    await untilDownloading();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await stop(running, 'SIGINT');
    await expectNothingHalfDone();
    setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    const config = await readFile(setting.project.configPath, 'utf8');
    await writeFile(setting.project.configPath, config.replace('target_spacing: [0.75, 0.75, 1.5]', 'target_spacing: [0.75, 0.75, 2.0]'));
    for (const verb of ['resume', 'retry']) {
      const refused = await setting.run('jobs', verb, await jobIn('cancelled'), '--json');
      expect(refused.exitCode).toBe(3);
      expect(refused.one('error')).toMatchObject({ error: { code: 'CONFIG_CHANGED', details: { directory: await setting.cacheDirectory() } } });
    }
    await writeFile(setting.project.configPath, config);
    const resumed = await setting.run('jobs', 'resume', await jobIn('cancelled'), '--json');
    expect(resumed).toMatchObject({ exitCode: 1, stderr: '' });
    expect(resumed.one('result')).toMatchObject({ published: 14, failed: 1, blocked: 1 });
    await expectComplete();
    const uploaded = [...dataset.volumes, dataset.damaged].reduce((sum, upload) => sum + upload.bytes.length, 0);
    // What was sent into the void when the connections broke is less than one socket buffer each.
    expect(setting.hub.storageBytes()).toBeLessThan(uploaded + 4 * 2 ** 20);
  });

  it('with Ctrl-C while it preprocesses: what was made stays, the same command makes the rest', async () => {
    const running = setting.start(...GENERATE);
    await running.until(/^made {4}/m);
    await stop(running, 'SIGINT');
    const made = await setting.digests();
    expect(made.size).toBeGreaterThan(0);
    expect(made.size).toBeLessThan(14);
    await expectNothingHalfDone();
    setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    const again = await setting.run(...GENERATE, '--json');
    expect(again.one('result')).toMatchObject({ published: 14 - made.size, failed: 1 });
    await expectComplete();
    const after = await setting.digests();
    for (const [file, digest] of made) expect(after.get(file)).toBe(digest);
  });

  it('with SIGTERM, as a cluster does', async () => {
    const running = setting.start(...GENERATE);
    await running.until(/^made {4}/m);
    await stop(running, 'SIGTERM');
    await expectNothingHalfDone();
  });

  it('from another terminal, with `jobs cancel`', async () => {
    const running = setting.start(...GENERATE);
    await running.until(/^made {4}/m);
    const cancelled = await setting.run('jobs', 'cancel', await jobIn('running'), '--json');
    expect(cancelled.one('job')).toMatchObject({ command: 'generate', state: 'cancelled' });
    expect((await running.ended).exitCode).toBe(130);
    await expectNothingHalfDone();
  });

  it('with a kill that nobody can catch: the job is known as interrupted and is gone on with', async () => {
    const running = setting.start(...GENERATE);
    await running.until(/^made {4}/m);
    running.process.kill('SIGKILL');
    expect((await running.ended).exitCode).toBeNull();
    setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    const resumed = await setting.run('jobs', 'resume', await jobIn('interrupted'), '--json');
    expect(resumed.one('result')).toMatchObject({ failed: 1, blocked: 1 });
    await expectComplete();
  });

  it('two at once on one cache: both succeed, every entry is made once', async () => {
    setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    const [one, two] = await Promise.all([setting.run(...GENERATE, '--json'), setting.run(...GENERATE, '--json')]);
    const results = [one.one('result'), two.one('result')] as { readonly published?: number }[];
    expect(results.reduce((sum, result) => sum + (result.published ?? 0), 0)).toBe(14);
    expect([one.exitCode, two.exitCode]).toEqual([1, 1]);
    await expectComplete();
  });
});
