import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientFrame, ServerFrame } from '../../src-main/contract/methods.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import { createHubDouble } from '../hub/index.ts';
import type { HubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY, sampleUploads, writeSampleProject } from '../sample/index.ts';
import { launchChromium } from './find-chromium.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';

/** Fast enough that entries come one after the other, slow enough that the job runs while it is watched. */
const BYTES_PER_SECOND = 60_000;
const NAMES = ['train_1_a_1.nii.gz', 'train_2_a_1.nii.gz', 'train_3_a_1.nii.gz', 'train_4_a_1.nii.gz'];
const WATCHED_MS = 3_500;

let browser: Browser;
let page: Page;
let served: ServedLarder;
let hub: HubDouble;
let folder: string;
/** Frames of the page's sockets, in the order they went. */
const asked: string[] = [];
let calls = 0;
const told: ServerFrame[] = [];
/** Loses the connection. */
let cut: () => Promise<void>;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-quiet-')));
  const files = sampleUploads().filter(({ name }) => NAMES.includes(name)).map(({ repositoryPath, make }) => ({ path: repositoryPath, content: make() }));
  hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files });
  const project = await writeSampleProject(folder, hub.endpoint, { train: NAMES, valid: [] }, { targetShape: [24, 32, 32] });
  [browser, served] = await Promise.all([launchChromium(), serve(demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') }), folder)]);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(15_000);
  await page.routeWebSocket(/_socket/, (ofPage) => {
    const ofServer = ofPage.connectToServer();
    cut = () => ofPage.close();
    ofPage.onMessage((text) => {
      const frame = JSON.parse(String(text)) as ClientFrame;
      asked.push(frame.type === 'call' ? frame.method : frame.type);
      if (frame.type === 'call') calls++;
      ofServer.send(text);
    });
    ofServer.onMessage((text) => {
      told.push(JSON.parse(String(text)) as ServerFrame);
      ofPage.send(text);
    });
  });
  await enter(page, served);
  await page.goto(`${served.origin}/#/new`);
  await page.getByRole('textbox', { name: 'File on the server' }).fill(project.configPath);
  await page.getByRole('button', { name: 'Read' }).click();
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  hub.setBytesPerSecond(BYTES_PER_SECOND);
  await page.getByRole('button', { name: 'Generate 4 entries' }).click();
  await page.waitForURL(/#\/cache\//);
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await hub?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What was asked and told while nobody touched the page. */
async function watch(): Promise<{ readonly asked: readonly string[]; readonly told: readonly string[] }> {
  // What the last click led to is asked first, and one answer may lead to the next question.
  for (let quiet = 0; quiet < 2; quiet++) {
    await page.waitForTimeout(500);
    await expect.poll(() => calls - told.filter(({ type }) => type === 'answer').length).toBe(0);
  }
  const [before, heard] = [asked.length, told.length];
  await page.waitForTimeout(WATCHED_MS);
  return { asked: asked.slice(before), told: told.slice(heard).flatMap((frame) => (frame.type === 'update' ? [frame.message.payload.type] : [])) };
}

const count = (list: readonly string[], name: string): number => list.filter((each) => each === name).length;

describe('a page that nobody touches while a job runs', () => {
  it('is told of its plan instead of asking how far it is', () => {
    expect(told.flatMap((frame) => (frame.type === 'update' ? [frame.message.payload.type] : []))).toContain('planProgressed');
    expect(asked.filter((method) => /rogress/.test(method))).toEqual([]);
  });

  it('reads rows of the cache it shows only when it is told that they changed', async () => {
    const seen = await watch();
    expect(count(seen.told, 'events')).toBeGreaterThan(10);
    // One that was told before it was watched may still be read.
    const changes = count(seen.told, 'cacheChanged') + 1;
    expect(changes - 1).toBeLessThanOrEqual(WATCHED_MS / 1_000 + 1);
    for (const method of new Set(seen.asked)) {
      expect(['cache.items', 'cache.overview']).toContain(method);
      expect(count(seen.asked, method), `${method} for ${changes} changes`).toBeLessThanOrEqual(changes);
    }
  });

  it('asks nothing on the Jobs screen, and still shows what happens in the job it has open', async () => {
    await page.goto(`${served.origin}/#/jobs`);
    const job = page.getByRole('article').first();
    await job.getByRole('button', { name: /details/ }).click();
    const log = job.getByRole('region', { name: 'Log' });
    await log.getByText('generate in').waitFor();
    const seen = await watch();
    expect(await job.getByRole('button', { name: /^Pause/ }).isVisible(), 'the job ended too soon to be watched').toBe(true);
    expect(seen.asked).toEqual([]);
    expect(count(seen.told, 'events')).toBeGreaterThan(10);
    await job.getByRole('button', { name: /^Pause: generate/ }).click();
    await log.getByText('begins nothing new').waitFor();
    expect(count(asked, 'jobs.follow')).toBe(1);
  });

  it('has the log of the job it has open once more when a lost connection is back', async () => {
    const log = page.getByRole('article').first().getByRole('region', { name: 'Log' });
    const lines = await log.getByRole('listitem').count();
    await cut();
    await expect.poll(() => count(asked, 'jobs.follow')).toBe(2);
    expect(await log.getByRole('listitem').count()).toBe(lines);
  });

  it('has no news while it is hidden, and all of them when it is shown again', async () => {
    const hide = (isHidden: boolean): Promise<unknown> => page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} }); document.dispatchEvent(new Event('visibilitychange'));`);
    await hide(true);
    const job = page.getByRole('article').first();
    await job.getByRole('button', { name: /^Resume: generate/ }).click();
    const before = told.length;
    await page.waitForTimeout(1_500);
    expect(told.slice(before).filter((frame) => frame.type === 'update')).toEqual([]);
    await hide(false);
    await job.getByText('▶ running').waitFor();
    await job.getByRole('region', { name: 'Log' }).getByText('goes on').waitFor();
    await job.getByRole('button', { name: /^Cancel: generate/ }).click();
    await job.getByRole('region', { name: 'Log' }).getByText(/^cancelled/).waitFor();
  });
});
