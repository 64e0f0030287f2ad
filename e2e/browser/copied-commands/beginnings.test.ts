import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../../src-main/contract/plan.ts';
import { formatBytes, formatCount } from '../../../src-renderer/lib/format.ts';
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

  it('the empty Library: the demo runs to its end, in a project like that of the sample', async () => {
    const demo = await twins.type('empty library: demo', { flags: ' --keep' });
    expect([demo.exitCode, demo.stderr]).toEqual([0, expect.not.stringContaining('INTERNAL')]);
    const kept = /Kept: (.*)/.exec(demo.stdout)![1]!;
    await button('Try the sample dataset').click();
    await twins.page.getByRole('button', { name: /^Generate \d+ entries/ }).waitFor({ timeout: LONG_MS });
    twins.expectShown(await projectIn(kept), await projectIn(join(twins.clicked.folder, 'data', 'sample')));
    await rm(kept, { recursive: true });
  }, 240_000);

  it('the empty Library: the examples do what they say with what they name', async () => {
    await twins.page.goto(`${twins.served.origin}/#/`);
    const entries = (await readdir(join(twins.typed.folder, 'path/to/cache'))).filter((name) => name.endsWith('.pt'));
    const verified = await twins.type('empty library: verify', { flags: ' --json | tail -1' });
    const { entries: read, sound } = JSON.parse(verified.stdout) as { readonly entries: number; readonly sound: number };
    twins.expectShown([entries.length, entries.length], [read, sound]);
    // In a folder of its own, since the form below makes the same cache.
    const made = await twins.type('empty library: generate', { where: 'clicked', flags: ' --limit 1 --yes --json | tail -1' });
    const { published } = JSON.parse(made.stdout) as { readonly published: number };
    twins.expectShown(published, (await readdir(twins.clicked.project.cacheRoot, { recursive: true })).filter((name) => name.endsWith('.pt')).length);
    await rm(twins.clicked.project.cacheRoot, { recursive: true });
  });

  it('a folder: known by the same numbers, and untouched', async () => {
    await twins.page.goto(`${twins.served.origin}/#/new`);
    const before = await readdir(join(twins.clicked.folder, 'from python'));
    await twins.page.getByRole('textbox', { name: 'Folder on the server' }).fill(join(twins.clicked.folder, 'from python'));
    expect((await twins.type('new: folder')).exitCode).toBe(0);
    await button('Open').click();
    await twins.page.waitForURL(/#\/cache\//);
    await twins.expectSame(async (side) => {
      const { files, bytes, states, kind, required } = (await twins.json(side, "stats --cache 'from python'"))[0]!;
      return { files, bytes, states, kind, required };
    });
    expect(await readdir(join(twins.typed.folder, 'from python'))).toEqual(before);
    expect(await readdir(join(twins.clicked.folder, 'from python'))).toEqual(before);
  });

  it('a config: the same plan, then the same cache, with the options of the form', async () => {
    await twins.page.goto(`${twins.served.origin}/#/new`);
    await twins.page.getByRole('textbox', { name: 'File on the server' }).fill(twins.clicked.project.configPath);
    await button('Read').click();
    await twins.page.getByRole('textbox', { name: /^Limit/ }).fill('1');
    const [chosen] = NAMES.slice(1);
    await twins.page.getByLabel(/^Only these/).fill(`${chosen}\n`);
    const planned = await twins.type('new: plan', { flags: ' --json' });
    const plan = JSON.parse(planned.stdout) as Plan;
    expect(plan.items.map(({ name }) => name)).toEqual([chosen]);
    await button('Plan').click();
    await button('Generate 1 entry').waitFor();
    const rows = await twins.page.getByRole('region', { name: 'Plan' }).locator('dt, dt + dd').allInnerTexts();
    const figure = (name: string): string | undefined => rows[rows.indexOf(name) + 1];
    twins.expectShown(
      [plan.required, plan.present, plan.items.length, plan.memory.workers, plan.batchSize].map(formatCount).concat(formatBytes(plan.download.bytes), formatBytes(plan.disk.peakBytes)),
      ['required', 'present', 'to make', 'workers', 'raw files', 'download', 'disk'].map(figure),
    );
    expect((await twins.type('new: generate')).exitCode).toBe(0);
    await button('Generate 1 entry').click();
    await twins.page.waitForURL(/#\/cache\//);
    // Of what is missing the clicked side knows more: the example of the empty Library made it once.
    const made = async (side: NewSide) => (await twins.json(side, `ls --config ${side.project.configPath}`)).map(({ key, state, shape, dtype }) => (state === 'cached' ? { key, state, shape, dtype } : { key, state }));
    await expect.poll(async () => (await made(twins.clicked)).filter(({ state }) => state === 'cached').length, { timeout: LONG_MS }).toBe(1);
    const [hash] = await readdir(twins.clicked.project.cacheRoot);
    expect((await twins.json(twins.clicked, `ls --config ${twins.clicked.project.configPath} --state cached`)).map(({ name }) => name)).toEqual([chosen]);
    await twins.expectSame(async (side) => [await made(side), await readFile(join(side.project.cacheRoot, hash!, 'cache_params.json'), 'utf8')]);
  });

  it('the sample: the line damages the entry that the button does, and no other cache', async () => {
    const sample = join('data', 'sample');
    expect((await twins.shell(twins.clicked, `larder generate --config ${sample}/config.yaml --limit 3 --yes`)).exitCode).toBe(0);
    await cp(join(twins.clicked.folder, sample, 'cache'), join(twins.typed.folder, sample, 'cache'), { recursive: true });
    // By its folder: the one that the form has made has the same name, and the library may hear only now which was opened last.
    await twins.page.getByRole('navigation', { name: 'Screens and caches' }).getByTitle(join(twins.clicked.folder, sample)).click();
    await button('Show an item').click();
    const ended = await twins.type('learn: damage');
    expect([ended.exitCode, ended.stdout]).toEqual([0, expect.stringMatching(/^One bit of [0-9a-f]{32}\.pt \(.+\) is another now, in byte /)]);
    const entries = async (side: NewSide) => {
      const root = join(side.folder, sample, 'cache');
      const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.pt')).sort();
      return await Promise.all(names.map(async (name) => [name, createHash('sha256').update(await readFile(join(root, name))).digest('hex'), (await stat(join(root, name))).size]));
    };
    const whole = await entries(twins.clicked);
    await button('Damage one').click();
    await twins.page.getByRole('region', { name: 'Learn with the sample' }).getByText('nothing shows it').waitFor();
    const damaged = await twins.expectSame(entries);
    expect(damaged.filter((entry, index) => entry[1] !== whole[index]![1])).toHaveLength(1);
    expect(damaged.map(([name, , size]) => [name, size])).toEqual(whole.map(([name, , size]) => [name, size]));
    const refused = await twins.shell(twins.typed, "larder sample damage --cache 'from python'");
    expect([refused.exitCode, refused.stderr]).toEqual([3, expect.stringContaining('[CACHE_NOT_SAMPLE]')]);
  });

  /** What a sample project is made of, but for where it lies and the port of its Hub. */
  async function projectIn(folder: string): Promise<readonly string[]> {
    const texts = await Promise.all(['config.yaml', 'train.csv', 'valid.csv'].map((name) => readFile(join(folder, name), 'utf8')));
    return texts.map((text) => text.replaceAll(folder, 'FOLDER').replace(/127\.0\.0\.1:\d+/, 'HUB'));
  }

  it('leaves no place of these screens out', () => twins.expectAllRun('beginnings'));
});
