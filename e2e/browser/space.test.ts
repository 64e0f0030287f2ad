import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoEnvironment } from '../demo/run-command.ts';
import { createHubDouble } from '../hub/index.ts';
import type { HubDouble } from '../hub/index.ts';
import { mountProblem, mountSmallDisk } from '../invariants/small-disk.ts';
import type { SmallDisk } from '../invariants/small-disk.ts';
import { SAMPLE_REPOSITORY, sampleUploads, writeSampleProject } from '../sample/index.ts';
import type { SampleProject } from '../sample/index.ts';
import { Rounds } from './copied-commands/rounds.ts';
import { copy, installLarder, shell } from './copied-commands/twins.ts';
import { launchChromium } from './find-chromium.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
const SLOW_BYTES_PER_SECOND = 600_000;
const SET_ASIDE_BYTES = 200_000;
const problem = mountProblem();
if (problem !== undefined) console.log(`No file system can be mounted here, so the page of a job without room is not tested: ${problem}`);

describe.skipIf(problem !== undefined)('a job whose disk fills up', () => {
  let browser: Browser;
  let page: Page;
  let served: ServedLarder;
  let hub: HubDouble;
  let project: SampleProject;
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  let disk: SmallDisk;
  let rounds: Rounds;

  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-space-')));
    disk = mountSmallDisk('size=60m');
    const uploads = sampleUploads().slice(0, 6);
    hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: uploads.map(({ repositoryPath, make }) => ({ path: repositoryPath, content: make() })) });
    project = await writeSampleProject(join(disk.directory, 'chest'), hub.endpoint, { train: uploads.map(({ name }) => name), valid: [] }, { targetShape: [64, 96, 96] });
    environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
    await installLarder(folder);
    [browser, served] = await Promise.all([launchChromium(), serve(environment, folder)]);
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark', permissions: ['clipboard-read', 'clipboard-write'] })).newPage();
    page.setDefaultTimeout(30_000);
    rounds = new Rounds(page);
    await enter(page, served);
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    await hub?.close();
    disk?.unmount();
    await rm(folder, { recursive: true, force: true });
  });

  it('says what it lacks and what would free how much, and goes on by itself', async () => {
    hub.setBytesPerSecond(SLOW_BYTES_PER_SECOND);
    await page.goto(`${served.origin}/#/new`);
    await page.getByRole('textbox', { name: 'File on the server' }).fill(project.configPath);
    await page.getByRole('button', { name: 'Read' }).click();
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('button', { name: /Generate \d entries/ }).click();
    await page.waitForURL(/#\/cache\//);
    const cache = join(project.cacheRoot, readdirSync(project.cacheRoot)[0]!);
    await setAside(cache);
    const ballast = disk.fill();
    await page.goto(`${served.origin}/#/jobs`);
    const job = page.getByRole('article').first();
    await job.getByText('out of space').waitFor();
    const shortage = job.getByRole('region', { name: 'Out of space' });
    expect(await shortage.innerText()).toMatch(/The disk is full: the next step needs \d.* (MB|kB), and \d\S* k?B are free\./);
    expect(await shortage.innerText()).toContain(`larder quarantine purge --all --cache ${cache}`);
    expect(await shortage.getByRole('link', { name: /what was set aside/ }).getAttribute('href')).toMatch(/#\/cache\/\d+\/storage/);
    await page.getByRole('contentinfo', { name: 'Jobs' }).getByText(/out of space: needs/).waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SCREENSHOTS, `jobs-space-${colorScheme}.png`) });
      expect(await page.evaluate(weakTexts)).toEqual([]);
    }
    await freeByBoth(cache, shortage);
    await page.goto(`${served.origin}/#/jobs`);
    hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    await rm(ballast);
    await job.getByText(/● done/).waitFor({ timeout: 40_000 });
    expect(await shortage.count()).toBe(0);
    expect(await job.innerText()).toContain('6 made');
    rounds.expectAllRun('room');
  });

  /** A file in the quarantine, too small to be all the room that the job waits for. */
  async function setAside(cache: string): Promise<void> {
    const aside = join(cache, '.larder', 'quarantine', '20261122T031500-1a2b3c4d');
    await mkdir(aside, { recursive: true });
    await writeFile(join(aside, 'old.pt'), Buffer.alloc(SET_ASIDE_BYTES));
    const reason = { code: 'cleared', message: 'Removed by `larder clear`.' };
    await writeFile(join(aside, 'reason.json'), JSON.stringify({ version: 1, id: basename(aside), file: 'old.pt', key: null, name: null, reason, sizeBytes: SET_ASIDE_BYTES, modifiedAtMs: 0, quarantinedAtMs: 0, larderVersion: '0.1.0' }));
  }

  /** What is offered, once by its command and once by the buttons its link leads to, while the job waits. */
  async function freeByBoth(cache: string, shortage: Locator): Promise<void> {
    const line = shortage.locator('[data-command-place="jobs: room"]').first();
    const copied = await copy(page, line);
    const before = disk.freeBytes();
    const freed = async (): Promise<unknown> => ({ bytes: disk.freeBytes() - before, left: await readdir(join(cache, '.larder', 'quarantine')).catch(() => []) });
    rounds.typed('jobs: room');
    const ended = await shell({ folder, environment }, `${copied} --yes`);
    expect([ended.exitCode, ended.stderr]).toEqual([0, '']);
    const byCommand = await freed();
    await setAside(cache);
    await shortage.getByRole('link', { name: /what was set aside/ }).click();
    await page.getByRole('button', { name: 'Delete all …' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete 1' }).click();
    await page.getByText('1 deleted for good').waitFor();
    expect(await freed()).toEqual(byCommand);
    rounds.compared();
    expect(byCommand).toMatchObject({ left: [] });
  }
});
