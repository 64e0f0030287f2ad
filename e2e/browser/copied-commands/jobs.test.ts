import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalog } from '../../../src-main/catalog/index.ts';
import type { JobRow } from '../../../src-main/jobs/index.ts';
import { demoEnvironment } from '../../demo/run-command.ts';
import type { HubDouble } from '../../hub/index.ts';
import { createHubDouble } from '../../hub/index.ts';
import type { SampleProject } from '../../sample/index.ts';
import { SAMPLE_REPOSITORY, sampleUploads, writeSampleProject } from '../../sample/index.ts';
import type { Ended, Side, Twins } from './twins.ts';
import { LONG_MS, NO_SHELL, makeTwins } from './twins.ts';

/** The last one was damaged before it was uploaded. */
const NAMES = ['train_1_a_1.nii.gz', 'train_2_a_1.nii.gz', 'train_9_a_1.nii.gz'];
const SLOW_BYTES_PER_SECOND = 10_000;

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

// Each side has a job of its own: one is held, stopped and resumed by buttons, the other by the commands beside them.
describe.skipIf(NO_SHELL)('what a copied command does to a job, against its buttons', () => {
  let twins: Twins<JobsSide>;
  beforeAll(async () => {
    twins = await makeTwins(makeSide);
    await twins.json(twins.typed, 'jobs ls');
  });
  afterAll(() => twins?.close());

  const jobs = () => twins.page.getByRole('article');
  const button = (name: string) => twins.page.getByRole('button', { name, exact: true });
  const goTo = (link: string) => twins.page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: link }).click();
  const setSpeed = (bytesPerSecond: number) => [twins.clicked, twins.typed].forEach(({ hub }) => hub.setBytesPerSecond(bytesPerSecond));

  /** The id of the newest job on the page's side, by what it is on the other. */
  const renamed = () => new Map([[newestJob(twins.clicked)!.id, newestJob(twins.typed)!.id]]);

  /** A job on either side that takes as long as it is looked at. @returns how the one in a terminal ends */
  async function begin(): Promise<{ readonly running: Promise<Ended> }> {
    setSpeed(SLOW_BYTES_PER_SECOND);
    const before = newestJob(twins.typed);
    const running = twins.shell(twins.typed, `larder generate --config ${twins.typed.project.configPath} --yes`);
    await twins.page.goto(`${twins.served.origin}/#/new`);
    await twins.page.getByRole('textbox', { name: 'File on the server' }).fill(twins.clicked.project.configPath);
    await button('Read').click();
    await button('Plan').click();
    await twins.page.getByRole('button', { name: /^Generate \d entr/ }).click();
    await twins.page.waitForURL(/#\/cache\//);
    const isBegun = (): boolean => newestJob(twins.typed)?.id !== before?.id && newestJob(twins.typed)?.state === 'running';
    await expect.poll(isBegun, { timeout: LONG_MS }).toBe(true);
    return { running };
  }

  /** Of the newest job on either side: what it is about, how it stands, what came of it, and what is there. */
  async function expectBoth(state: string): Promise<void> {
    for (const side of [twins.clicked, twins.typed]) await expect.poll(() => newestJob(side)?.state, { timeout: LONG_MS }).toBe(state);
    await twins.expectSame(async (side) => {
      const { command, state: now, arguments: asked, result } = newestJob(side)!;
      const { published = 0, failed = 0, failures = [] } = (result ?? {}) as { readonly published?: number; readonly failed?: number; readonly failures?: readonly { readonly name: string; readonly code: string }[] };
      return { command, now, asked: askedFor(asked, side), published, failed, failures: failures.map(({ name, code }) => `${name} ${code}`), entries: await entries(side) };
    });
  }

  it('on the cache: paused, resumed, cancelled', async () => {
    const { running } = await begin();
    const ids = { renamed: renamed() };
    expect((await twins.type('cache: pause', ids)).exitCode).toBe(0);
    await button('Pause').click();
    await twins.page.getByText('generate is paused').waitFor();
    await expectBoth('paused');
    expect((await twins.type('cache: resume', ids)).exitCode).toBe(0);
    await button('Resume').click();
    await twins.page.getByText('generate is running').waitFor();
    await expectBoth('running');
    expect((await twins.type('cache: cancel', ids)).exitCode).toBe(0);
    expect((await running).exitCode).toBe(130);
    await button('Cancel').click();
    await button('Verify').waitFor();
    await expectBoth('cancelled');
  });

  it('on the Jobs screen: the same, and held there also by a command of this very side', async () => {
    const { running } = await begin();
    await goTo('Jobs');
    const job = jobs().first();
    await job.getByRole('button', { name: /details/ }).click();
    const ids = { renamed: renamed() };
    expect((await twins.type('jobs: pause', { where: 'clicked' })).exitCode).toBe(0);
    await job.getByText('❚❚ paused').waitFor();
    await job.getByRole('button', { name: /^Resume: generate/ }).click();
    await job.getByText('▶ running').waitFor();
    expect((await twins.type('jobs: pause', ids)).exitCode).toBe(0);
    await job.getByRole('button', { name: /^Pause: generate/ }).click();
    await job.getByText('❚❚ paused').waitFor();
    await expectBoth('paused');
    expect((await twins.type('jobs: resume', ids)).exitCode).toBe(0);
    await job.getByRole('button', { name: /^Resume: generate/ }).click();
    await job.getByText('▶ running').waitFor();
    await expectBoth('running');
    expect((await twins.type('jobs: cancel', ids)).exitCode).toBe(0);
    expect((await running).exitCode).toBe(130);
    await job.getByRole('button', { name: /^Cancel: generate/ }).click();
    await job.getByText('■ cancelled').waitFor();
    await expectBoth('cancelled');
  });

  it('on the Library: stopped by the line of its card', async () => {
    const { running } = await begin();
    await goTo('Library');
    expect((await twins.type('library: stop', { renamed: renamed() })).exitCode).toBe(0);
    expect((await running).exitCode).toBe(130);
    await goTo('Jobs');
    await jobs().first().getByRole('button', { name: /^Cancel: generate/ }).click();
    await expectBoth('cancelled');
  });

  it('in the palette: stopped by its line', async () => {
    const { running } = await begin();
    await twins.page.keyboard.press('Control+k');
    await twins.page.getByRole('combobox').fill('cancel generate');
    const option = twins.page.getByRole('option', { name: 'Cancel generate' });
    await option.hover();
    expect((await twins.type('palette: chosen', { renamed: renamed() })).exitCode).toBe(0);
    expect((await running).exitCode).toBe(130);
    await option.click();
    await expectBoth('cancelled');
  });

  it('goes on to the end; then retries what failed, and nothing else', async () => {
    setSpeed(Number.POSITIVE_INFINITY);
    await goTo('Jobs');
    await jobs().first().getByRole('button', { name: /details/ }).click();
    const before = await jobs().count();
    // One volume fails in every run of it.
    expect((await twins.type('jobs: resume', { renamed: renamed() })).exitCode).toBe(1);
    await jobs().first().getByRole('button', { name: /^Resume: generate/ }).click();
    await expect.poll(() => jobs().count(), { timeout: LONG_MS }).toBe(before + 1);
    await jobs().first().getByText('done, 1 failed').waitFor({ timeout: LONG_MS });
    await expectBoth('succeeded');
    expect(await entries(twins.typed)).toHaveLength(NAMES.length - 1);
    await jobs().first().getByRole('button', { name: /details/ }).click();
    expect((await twins.type('jobs: retry', { renamed: renamed() })).exitCode).toBe(1);
    await jobs().first().getByRole('button', { name: /^Retry failed/ }).click();
    await expect.poll(() => jobs().count(), { timeout: LONG_MS }).toBe(before + 2);
    await jobs().first().getByText('done, 1 failed').waitFor({ timeout: LONG_MS });
    await expectBoth('succeeded');
    expect(newestJob(twins.clicked)).toMatchObject({ arguments: { only: ['train_9_a_1.nii.gz'] }, result: { published: 0 } });
  });

  it('leaves no place of these screens out', () => twins.expectAllRun('jobs'));
});

/** As its row in the catalog of that side has it. */
function newestJob({ folder }: JobsSide): JobRow | undefined {
  const catalog = openCatalog({ path: join(folder, 'data/catalog.sqlite') });
  try {
    return catalog.jobs.list({ limit: 1 })[0];
  } finally {
    catalog.close();
  }
}

/** What a job was asked for. A flag that a terminal leaves out is off, as is one that a page does not speak of. */
function askedFor(asked: unknown, { folder }: JobsSide): unknown {
  return JSON.parse(JSON.stringify(asked).replaceAll(folder, 'FOLDER'), (_name, value: unknown) => (value === false ? undefined : value));
}

async function entries({ project }: JobsSide): Promise<readonly string[]> {
  return (await readdir(project.cacheRoot, { recursive: true })).filter((name) => name.endsWith('.pt') && !name.includes('.larder')).sort();
}
