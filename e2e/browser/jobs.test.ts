import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium, leave } from '../app/start-host.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import { createHubDouble } from '../hub/index.ts';
import type { HubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY, sampleUploads, writeSampleProject } from '../sample/index.ts';
import type { SampleProject } from '../sample/index.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
/** Slow enough to see it run, fast enough to end. */
const SLOW_BYTES_PER_SECOND = 300_000;
/** The first two are sound; the last one was damaged before it was uploaded. */
const NAMES = ['train_1_a_1.nii.gz', 'train_2_a_1.nii.gz', 'train_9_a_1.nii.gz'];

let host: Host;
let page: Page;
let address: string;
let hub: HubDouble;
let project: SampleProject;
let folder: string;

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-jobs-')));
  const files = sampleUploads().filter(({ name }) => NAMES.includes(name)).map(({ repositoryPath, make }) => ({ path: repositoryPath, content: make() }));
  hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files });
  project = await writeSampleProject(folder, hub.endpoint, { train: NAMES, valid: [] }, { targetShape: [24, 32, 32] });
  await open();
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await hub?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<void> {
  ({ host, page, address } = await openPage({ environment: demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') }), folder, width: 1280, height: 800, colorScheme: 'dark' }));
}

async function picture(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`) });
    expect(await page.evaluate(weakTexts)).toEqual([]);
  }
}

const jobs = (): Locator => page.getByRole('article');

describe('jobs', () => {
  it('are none at first', async () => {
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await page.getByRole('heading', { name: 'No jobs yet' }).waitFor();
    await picture('jobs-empty');
  });

  it('show every stage while they run, and stop when they are cancelled', async () => {
    // None of them comes before it is stopped, however slow the machine is.
    hub.setBytesPerSecond(SLOW_BYTES_PER_SECOND / 20);
    await page.goto(`${address}#/new`);
    await page.locator('#config-path').fill(project.configPath);
    await page.getByRole('button', { name: 'Read' }).click();
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('button', { name: 'Generate 3 entries' }).click();
    await page.waitForURL(/#\/cache\//);
    await page.goto(`${address}#/jobs`);
    const job = jobs().first();
    await job.getByRole('progressbar', { name: 'downloading' }).waitFor();
    await job.getByText(/B\/s/).first().waitFor();
    await job.getByRole('button', { name: /details/ }).click();
    await job.getByRole('region', { name: 'Log' }).getByText('generate in').waitFor();
    await picture('jobs-running');
    await job.getByRole('button', { name: /^Pause: generate/ }).click();
    await job.getByText('❚❚ paused').waitFor();
    await job.getByRole('region', { name: 'Log' }).getByText('begins nothing new').waitFor();
    await page.getByRole('contentinfo', { name: 'Jobs' }).getByText('paused', { exact: true }).waitFor();
    await picture('jobs-paused');
    await job.getByRole('button', { name: /^Resume: generate/ }).click();
    await job.getByText('▶ running').waitFor();
    await job.getByRole('button', { name: /^Cancel: generate/ }).click();
    await job.getByText('■ cancelled').waitFor();
    expect(await job.getByText(/larder jobs resume/).isVisible()).toBe(true);
  });

  it('go on when they are resumed, and say what failed and why', async () => {
    hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    await jobs().first().getByRole('button', { name: /^Resume/ }).click();
    const job = jobs().first();
    await job.getByText('done, 1 failed').waitFor({ timeout: 30_000 });
    expect(await jobs().count()).toBe(2);
    await job.getByRole('button', { name: /details/ }).click();
    const failures = job.getByRole('region', { name: 'Failures' });
    expect(await failures.innerText()).toContain('train_9_a_1.nii.gz');
    expect(await job.getByText(/^larder jobs retry /).isVisible()).toBe(true);
    expect(await job.getByRole('region', { name: 'Log' }).innerText()).toMatch(/made\s+train_1_a_1\.nii\.gz/);
    await picture('jobs-failed');
  });

  it('make again only what failed', async () => {
    await jobs().first().getByRole('button', { name: 'Retry failed' }).click();
    await jobs().nth(2).waitFor();
    const job = jobs().first();
    await job.getByText('done, 1 failed').waitFor({ timeout: 30_000 });
    expect(await job.innerText()).toContain('0 made');
    expect(hub.requests.length).toBeGreaterThan(0);
  });

  it('are remembered, log and all, by the next start', async () => {
    await leave(host);
    await open();
    await page.getByRole('link', { name: 'Jobs', exact: true }).click();
    await jobs().nth(2).waitFor();
    await jobs().last().getByRole('button', { name: /details/ }).click();
    await jobs().last().getByRole('region', { name: 'Log' }).getByText('cancelled').waitFor();
  });
});
