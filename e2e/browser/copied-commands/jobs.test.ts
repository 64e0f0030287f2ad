import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoEnvironment } from '../../demo/run-command.ts';
import type { HubDouble } from '../../hub/index.ts';
import { createHubDouble } from '../../hub/index.ts';
import type { SampleProject } from '../../sample/index.ts';
import { SAMPLE_REPOSITORY, sampleUploads, writeSampleProject } from '../../sample/index.ts';
import type { Side, Twins } from './twins.ts';
import { LONG_MS, NO_SHELL, makeTwins } from './twins.ts';

/** The last one was damaged before it was uploaded. */
const NAMES = ['train_1_a_1.nii.gz', 'train_2_a_1.nii.gz', 'train_9_a_1.nii.gz'];
const SLOW_BYTES_PER_SECOND = 30_000;

interface JobsSide extends Side {
  readonly hub: HubDouble;
  readonly project: SampleProject;
}

async function makeSide(): Promise<JobsSide> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-copied-')));
  const files = sampleUploads().filter(({ name }) => NAMES.includes(name)).map(({ repositoryPath, make }) => ({ path: repositoryPath, content: make() }));
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files });
  const project = await writeSampleProject(folder, hub.endpoint, { train: NAMES, valid: [] }, { targetShape: [24, 32, 32] });
  return {
    folder,
    environment: demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') }),
    hub,
    project,
    async remove() {
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// Jobs are of one machine: what is copied here runs in the folder of the page, on jobs that the page has.
describe.skipIf(NO_SHELL)('what a copied command does to a job, against its buttons', () => {
  let twins: Twins<JobsSide>;
  beforeAll(async () => {
    twins = await makeTwins(makeSide);
  });
  afterAll(() => twins?.close());

  const jobs = () => twins.page.getByRole('article');
  const here = { where: 'clicked' } as const;
  const button = (name: string) => twins.page.getByRole('button', { name, exact: true });
  const goTo = (link: string) => twins.page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: link }).click();

  /** A job that takes as long as it is looked at. */
  async function begin(): Promise<void> {
    twins.clicked.hub.setBytesPerSecond(SLOW_BYTES_PER_SECOND);
    await twins.page.goto(`${twins.served.origin}/#/new`);
    await twins.page.getByLabel('File on the server').fill(twins.clicked.project.configPath);
    await button('Read').click();
    await button('Plan').click();
    await twins.page.getByRole('button', { name: /^Generate \d entr/ }).click();
    await twins.page.waitForURL(/#\/cache\//);
  }

  it('on the cache: paused by a command, resumed by a click, and the other way round', async () => {
    await begin();
    expect((await twins.type('cache: pause', here)).exitCode).toBe(0);
    await twins.page.getByText('generate is paused').waitFor();
    await button('Resume').click();
    await twins.page.getByText('generate is running').waitFor();
    await button('Pause').click();
    await twins.page.getByText('generate is paused').waitFor();
    expect((await twins.type('cache: resume', here)).exitCode).toBe(0);
    await twins.page.getByText('generate is running').waitFor();
    expect((await twins.type('cache: cancel', here)).exitCode).toBe(0);
    await button('Verify').waitFor();
  });

  it('on the Jobs screen: as one that a click has cancelled', async () => {
    await begin();
    await goTo('Jobs');
    const job = jobs().first();
    await job.getByRole('button', { name: /details/ }).click();
    expect((await twins.type('jobs: pause', here)).exitCode).toBe(0);
    await job.getByText('❚❚ paused').waitFor();
    expect((await twins.type('jobs: resume', here)).exitCode).toBe(0);
    await job.getByText('▶ running').waitFor();
    await job.getByRole('button', { name: /^Pause: generate/ }).click();
    await job.getByText('❚❚ paused').waitFor();
    await job.getByRole('button', { name: /^Resume: generate/ }).click();
    await job.getByText('▶ running').waitFor();
    expect((await twins.type('jobs: cancel', here)).exitCode).toBe(0);
    await job.getByText('■ cancelled').waitFor();
  });

  it('on the Library: stopped by the line of its card', async () => {
    await begin();
    await goTo('Library');
    expect((await twins.type('library: stop', here)).exitCode).toBe(0);
    await goTo('Jobs');
    await jobs().first().getByText('■ cancelled').waitFor();
  });

  it('goes on by a command to the end, as by a click; then retries what failed, and nothing else', async () => {
    twins.clicked.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    const [first] = await twins.json(twins.clicked, 'jobs ls');
    await jobs().first().getByRole('button', { name: /details/ }).click();
    // One volume fails in every run of it.
    expect((await twins.type('jobs: resume', here)).exitCode).toBe(1);
    await jobs().first().getByText('done, 1 failed').waitFor({ timeout: LONG_MS });
    const count = await jobs().count();
    await jobs().first().getByRole('button', { name: /details/ }).click();
    const before = await entries(twins.clicked);
    expect((await twins.type('jobs: retry', here)).exitCode).toBe(1);
    await expect.poll(() => jobs().count()).toBe(count + 1);
    await twins.page.getByRole('button', { name: /^Retry failed/ }).first().click();
    await expect.poll(() => jobs().count()).toBe(count + 2);
    await expect.poll(async () => (await jobs().first().innerText()).includes('done, 1 failed'), { timeout: LONG_MS }).toBe(true);
    const [clicked, typed] = await twins.json(twins.clicked, 'jobs ls');
    const told = ({ result, arguments: asked, state }: Readonly<Record<string, unknown>>) => ({ asked, state, published: (result as { published: number }).published, failures: (result as { failures: unknown }).failures });
    expect(told(typed!)).toEqual(told(clicked!));
    expect(told(clicked!)).toMatchObject({ asked: { only: ['train_9_a_1.nii.gz'] }, published: 0 });
    expect(first?.['state']).toBe('cancelled');
    expect(await entries(twins.clicked)).toEqual(before);
  });

  it('leaves no place of these screens out', () => twins.expectAllRun('jobs'));
});

async function entries({ project }: JobsSide): Promise<readonly string[]> {
  return (await readdir(project.cacheRoot, { recursive: true })).filter((name) => name.endsWith('.pt') && !name.includes('.larder')).sort();
}
