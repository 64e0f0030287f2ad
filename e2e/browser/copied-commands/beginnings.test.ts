import { cp, mkdir, mkdtemp, readFile, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoEnvironment } from '../../demo/run-command.ts';
import type { HubDouble } from '../../hub/index.ts';
import { createHubDouble } from '../../hub/index.ts';
import type { SampleProject } from '../../sample/index.ts';
import { SAMPLE_REPOSITORY, sampleUploads, writeSampleProject } from '../../sample/index.ts';
import { ROOT } from '../ensure-built.ts';
import type { Side, Twins } from './twins.ts';
import { LONG_MS, NO_SHELL, makeTwins } from './twins.ts';

const NAMES = ['train_1_a_1.nii.gz', 'train_2_a_1.nii.gz'];
const MONAI_ENTRIES = join(ROOT, 'src-main/formats/torch/__fixtures__/monai/e1/a');

interface NewSide extends Side {
  readonly hub: HubDouble;
  readonly project: SampleProject;
}

async function makeSide(): Promise<NewSide> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-copied-')));
  const files = sampleUploads().filter(({ name }) => NAMES.includes(name)).map(({ repositoryPath, make }) => ({ path: repositoryPath, content: make() }));
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files });
  const project = await writeSampleProject(join(folder, 'project'), hub.endpoint, { train: NAMES, valid: [] }, { targetShape: [24, 32, 32] });
  // Where the examples of the empty Library point to.
  await mkdir(join(folder, 'configs'));
  await cp(project.configPath, join(folder, 'configs', 'config.yaml'));
  for (const target of ['path/to/cache', 'from python']) await cp(MONAI_ENTRIES, join(folder, target), { recursive: true });
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

describe.skipIf(NO_SHELL)('what a copied command begins, against the forms beside it', () => {
  let twins: Twins<NewSide>;
  beforeAll(async () => {
    twins = await makeTwins(makeSide);
  });
  afterAll(() => twins?.close());

  const button = (name: string | RegExp) => twins.page.getByRole('button', { name, exact: true });

  it('the empty Library: the demo runs to its end, the examples with what they name', async () => {
    const demo = await twins.type('empty library: demo');
    expect([demo.exitCode, demo.stderr]).toEqual([0, expect.not.stringContaining('INTERNAL')]);
    expect((await twins.type('empty library: verify')).stdout).toMatch(/entries: \d+ sound/);
    // In a folder of its own, since the form below makes the same cache.
    expect((await twins.type('empty library: generate', { where: 'clicked', flags: ' --limit 1 --yes --json | tail -1' })).stdout).toContain('"published":1');
    await rm(twins.clicked.project.cacheRoot, { recursive: true });
  }, 240_000);

  it('a folder: known by the same numbers, and untouched', async () => {
    await twins.page.goto(`${twins.served.origin}/#/new`);
    const before = await readdir(join(twins.clicked.folder, 'from python'));
    await twins.page.getByLabel('Folder on the server').fill(join(twins.clicked.folder, 'from python'));
    expect((await twins.type('new: folder')).exitCode).toBe(0);
    await button('Open').click();
    await twins.page.waitForURL(/#\/cache\//);
    const [one, other] = await Promise.all([twins.clicked, twins.typed].map(async (side) => (await twins.json(side, "stats --cache 'from python'"))[0]!));
    for (const name of ['files', 'bytes', 'states', 'kind', 'required']) expect(other![name], name).toEqual(one![name]);
    expect(await readdir(join(twins.typed.folder, 'from python'))).toEqual(before);
    expect(await readdir(join(twins.clicked.folder, 'from python'))).toEqual(before);
  });

  it('a config: the same plan, then the same cache, with the options of the form', async () => {
    await twins.page.goto(`${twins.served.origin}/#/new`);
    await twins.page.getByLabel('File on the server').fill(twins.clicked.project.configPath);
    await button('Read').click();
    await twins.page.getByLabel(/^Limit/).fill('1');
    const planned = await twins.type('new: plan', { flags: ' --json' });
    const plan = JSON.parse(planned.stdout) as { readonly items: readonly { readonly name: string }[]; readonly download: { readonly files: number } };
    expect(plan.items).toHaveLength(1);
    await button('Plan').click();
    await button('Generate 1 entry').waitFor();
    expect((await twins.type('new: generate')).exitCode).toBe(0);
    await button('Generate 1 entry').click();
    await twins.page.waitForURL(/#\/cache\//);
    const made = async (side: NewSide) => (await twins.json(side, `ls --config ${side.project.configPath}`)).map(({ key, state, shape, dtype }) => ({ key, state, shape, dtype }));
    await expect.poll(async () => (await made(twins.clicked)).filter(({ state }) => state === 'cached').length, { timeout: LONG_MS }).toBe(1);
    expect(await made(twins.typed)).toEqual(await made(twins.clicked));
    const [hash] = await readdir(twins.clicked.project.cacheRoot);
    const params = (side: NewSide) => readFile(join(side.project.cacheRoot, hash!, 'cache_params.json'), 'utf8');
    expect(await params(twins.typed)).toBe(await params(twins.clicked));
  });

  it('leaves no place of these screens out', () => twins.expectAllRun('beginnings'));
});
