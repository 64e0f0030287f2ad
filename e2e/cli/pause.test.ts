import { readdir } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSampleDataset } from '../sample/index.ts';
import type { SampleDataset } from '../sample/index.ts';
import { createCliSetting } from './larder.ts';
import type { CliSetting, JsonLine } from './larder.ts';

const GENERATE = ['generate', '--config', 'config.yaml', '--batch-size', '4', '--yes', '--json'] as const;
/** A sign of life every half second, what was under way at this speed, and three seconds for the rates. */
const HELD_WITHIN_MS = 15_000;
const HELD_MS = 2_500;

let dataset: SampleDataset;
let setting: CliSetting;
beforeAll(() => {
  dataset = makeSampleDataset();
});
beforeEach(async () => {
  setting = await createCliSetting(dataset, { bytesPerSecond: 0.7e6 });
});
afterEach(async () => {
  await setting?.[Symbol.asyncDispose]();
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const jobs = async (): Promise<JsonLine[]> => (await setting.run('jobs', 'ls', '--json')).json();
async function entries(): Promise<readonly string[]> {
  return (await readdir(await setting.cacheDirectory())).filter((name) => name.endsWith('.pt'));
}

/** A job of `generate` that is paused with some of its entries made. */
async function startAndPause() {
  const running = setting.start(...GENERATE);
  while ((await entries().catch(() => [])).length === 0) await wait(50);
  const id = String((await jobs())[0]!['id']);
  expect((await setting.run('jobs', 'pause', id)).exitCode).toBe(0);
  for (let waited = 0; waited < HELD_WITHIN_MS && !(await isStill()); waited += 500) await wait(500);
  return { running, id };
}

/** Nothing is under way and every rate has fallen to zero. */
async function isStill(): Promise<boolean> {
  const { stages } = (await jobs())[0]!['progress'] as { readonly stages: readonly { readonly itemsPerSecond: number; readonly bytesPerSecond: number; readonly current: readonly string[] }[] };
  return stages.every((stage) => stage.bytesPerSecond === 0 && stage.current.length === 0);
}

describe('pausing a generate from another terminal', () => {
  it('holds it between two items, keeps what it has, and lets it go on to the end', async () => {
    const { running, id } = await startAndPause();
    const [job] = await jobs();
    expect(job).toMatchObject({ id, state: 'paused', endedAtMs: null });
    expect(await isStill()).toBe(true);
    const before = await entries();
    const asked = setting.hub.requests.length;
    expect(before.length).toBeLessThan(14);
    await wait(HELD_MS);
    expect(await entries()).toEqual(before);
    expect(setting.hub.requests.length).toBe(asked);
    setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    expect((await setting.run('jobs', 'pause', id)).stderr).toContain('is not running: it is paused');
    expect((await setting.run('jobs', 'resume', id)).stdout).toContain('goes on in the process that runs it');
    const result = await running.ended;
    expect(result.one('result')).toMatchObject({ published: 14, failed: 1 });
    expect(result.json().filter((line) => line.type === 'jobPaused' || line.type === 'jobContinued').map((line) => line.type)).toEqual(['jobPaused', 'jobContinued']);
    expect((await setting.run('jobs', 'pause', id)).stderr).toContain('it has succeeded');
  });

  it('is cancelled while it is paused, at once', async () => {
    const { running, id } = await startAndPause();
    expect((await setting.run('jobs', 'cancel', id, '--json')).one('job')).toMatchObject({ state: 'cancelled' });
    expect((await running.ended).exitCode).toBe(130);
  });

  it('survives the death of its process: it is interrupted then, and resumed with what it has', async () => {
    const { running, id } = await startAndPause();
    const before = await entries();
    running.process.kill('SIGKILL');
    await running.ended;
    expect((await jobs()).find((job) => job['id'] === id)).toMatchObject({ state: 'interrupted' });
    setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    expect((await setting.run('jobs', 'resume', id, '--json')).one('result')).toMatchObject({ published: 14 - before.length, failed: 1 });
    expect((await entries()).length).toBe(14);
  });
});
