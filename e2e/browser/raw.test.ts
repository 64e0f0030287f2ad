import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNifti } from '../../src-main/formats/nifti/index.ts';
import { demoEnvironment, runCommand } from '../demo/run-command.ts';
import type { HubDouble } from '../hub/index.ts';
import { createHubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY, writeSampleProject } from '../sample/index.ts';
import { CLI } from './ensure-built.ts';
import { launchChromium } from './find-chromium.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';
import { chooseOption } from './choose-option.ts';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
const INT16 = 4;
/** What WebGL 2 promises on every machine; nothing here has less. */
const SIDE_MAX = 256;
const PATIENCE = { timeout: 15_000 };

/** A value that tells its place: hundreds of x, tens of y, ones of z, modulo what an int16 holds; channels far apart. */
const valueAt = (x: number, y: number, z: number, channel = 0): number => ((x * 7 + y * 31 + z * 101) % 1500) - 800 + channel * 10_000;

function makeRaw(sizes: readonly [number, number, number], channels = 1): Uint8Array {
  const [nx, ny, nz] = sizes;
  const voxels = new Int16Array(nx * ny * nz * channels);
  for (let at = 0; at < voxels.length; at++) voxels[at] = valueAt(at % nx, Math.floor(at / nx) % ny, Math.floor(at / nx / ny) % nz, Math.floor(at / nx / ny / nz));
  const sform = Float64Array.from([-0.75, 0, 0, 90, 0, -0.75, 0, 80, 0, 0, 1.5, -40, 0, 0, 0, 1]);
  return gzipSync(encodeNifti({ sizes: channels === 1 ? sizes : [...sizes, channels], datatype: INT16, voxels, sform }));
}

const LONG = { name: 'train_1_a_1.nii.gz', path: 'dataset/train_fixed/train_1/train_1_a/train_1_a_1.nii.gz', sizes: [600, 24, 20] as const, channels: 1 };
const TIMES = { name: 'train_2_a_1.nii.gz', path: 'dataset/train_fixed/train_2/train_2_a/train_2_a_1.nii.gz', sizes: [20, 24, 28] as const, channels: 3 };

let browser: Browser;
let served: ServedLarder;
let page: Page;
let hub: HubDouble;
let folder: string;
const keys = new Map<string, string>();

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-raw-')));
  const raws = [LONG, TIMES].map(({ name, path, sizes, channels }) => ({ name, path, content: makeRaw(sizes, channels) }));
  hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: raws.map(({ path, content }) => ({ path, content })) });
  const project = await writeSampleProject(folder, hub.endpoint, { train: [LONG.name, TIMES.name], valid: [] }, { targetShape: [300, 24, 20] });
  const environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
  const run = (...words: string[]) => runCommand(words, { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, () => undefined);
  const made = await run('generate', '--config', project.configPath, '--yes');
  if (made.exitCode !== 0) throw new Error(`generate: ${[...made.stderr, ...made.stdout].join('\n')}`);
  const { stdout } = await run('ls', '--config', project.configPath, '--json');
  for (const line of stdout) {
    const { name, key } = JSON.parse(line) as { readonly name?: string; readonly key?: string };
    if (name !== undefined && key !== undefined) keys.set(name, key);
  }
  // The raw files are gone from the data folder; Python's own cache has them.
  for (const { path, content } of raws) await putIntoHuggingFaceCache(path, content);
  [browser, served] = await Promise.all([launchChromium(), serve(environment, folder)]);
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' })).newPage();
  page.setDefaultTimeout(15_000);
  await enter(page, served);
  await page.getByRole('article').first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await hub?.close();
  await rm(folder, { recursive: true, force: true });
});

/** As huggingface_hub keeps it: a blob by its digest, and a link to it by commit and path. */
async function putIntoHuggingFaceCache(path: string, content: Uint8Array): Promise<void> {
  const repository = join(folder, 'huggingface/hub', `datasets--${SAMPLE_REPOSITORY.replace('/', '--')}`);
  const blob = join(repository, 'blobs', createHash('sha256').update(content).digest('hex'));
  const link = join(repository, 'snapshots', '0123456789abcdef0123456789abcdef01234567', path);
  await mkdir(dirname(blob), { recursive: true });
  await mkdir(dirname(link), { recursive: true });
  await writeFile(blob, content);
  await symlink(blob, link);
}

async function open(on: Page, name: string): Promise<void> {
  await on.goto(`${served.origin}/#/cache/1/items/${keys.get(name)}`);
  await on.locator('[aria-busy=false] canvas').first().waitFor();
}

async function readout(on: Page, what: string): Promise<{ readonly value: number; readonly index: readonly [number, number, number] }> {
  const [value, index] = await on.getByLabel(`At the crosshair, ${what}`).locator('dd').allInnerTexts();
  // It is not there while another volume comes.
  const [x, y, z] = (index ?? '').split(', ').map(Number);
  return { value: Number((value ?? '–').replace('−', '-')), index: [x!, y!, z!] };
}

/** What the raw picture says about its crosshair is what was written at that voxel. */
async function expectRawValue(on: Page, channel = 0): Promise<void> {
  await expect.poll(async () => (await readout(on, 'raw')).value, PATIENCE).not.toBeNaN();
  const { value, index } = await readout(on, 'raw');
  expect(value).toBe(valueAt(...index, channel));
}

// One story, in its order.
describe('the raw volume of an entry', () => {
  it('is offered from the Hugging Face cache, and shown whole where the graphics can take it', async () => {
    await open(page, LONG.name);
    await page.getByLabel('Raw beside it').check();
    const raw = page.getByRole('figure', { name: 'Raw volume' });
    await raw.getByText('Raw, 600 × 24 × 20', { exact: true }).waitFor();
    await expectRawValue(page);
    await page.locator('canvas').first().press('Shift+ArrowRight');
    await expectRawValue(page);
    await page.screenshot({ path: join(SCREENSHOTS, 'raw-whole-dark.png') });
  });

  it('that has several channels or points in time shows any of them', async () => {
    await open(page, TIMES.name);
    const raw = page.getByRole('figure', { name: 'Raw volume' });
    await raw.getByText(/Raw, 20 × 24 × 28/).waitFor();
    await expectRawValue(page, 0);
    await chooseOption(raw.getByLabel('Raw channel'), '2');
    await expect.poll(async () => (await readout(page, 'raw')).value, PATIENCE).toBeGreaterThan(15_000);
    await expectRawValue(page, 2);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SCREENSHOTS, `raw-channels-${colorScheme}.png`) });
      expect(await page.evaluate(weakTexts)).toEqual([]);
    }
  });
});

describe('graphics that take less than a volume has', () => {
  it('are given it in steps, cached and raw, and both say so', async () => {
    const small = await page.context().newPage();
    small.setDefaultTimeout(15_000);
    await small.addInitScript(`
      const get = WebGL2RenderingContext.prototype.getParameter;
      WebGL2RenderingContext.prototype.getParameter = function (name) { return name === this.MAX_3D_TEXTURE_SIZE ? ${SIDE_MAX} : get.call(this, name); };
    `);
    const asked: string[] = [];
    small.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await open(small, LONG.name);
    await small.getByRole('figure', { name: 'Cached volume' }).getByText('Cached, 300 × 24 × 20, every 2nd voxel shown').waitFor();
    await small.getByLabel('Raw beside it').check();
    await small.getByRole('figure', { name: 'Raw volume' }).getByText('Raw, 600 × 24 × 20, every 3rd voxel shown').waitFor();
    await expectRawValue(small);
    // The value of the cached one is that of the whole tensor at the place that is shown.
    const { value, index } = await readout(small, 'cached');
    const [x, y, z] = index;
    const bytes = await (await small.request.get(`${served.origin}/_data/vol/1-${keys.get(LONG.name)}.nii`)).body();
    expect(value).toBeCloseTo(bytes.readFloatLE(352 + 4 * (x + 300 * (y + 24 * z))), 3);
    expect(asked.filter((path) => path.includes('/raw/')), 'the whole one is not even made').toEqual([]);
    await small.screenshot({ path: join(SCREENSHOTS, 'raw-reduced-dark.png') });
    await small.close();
  });
});
