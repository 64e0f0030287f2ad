import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { findKhmerFonts } from '../../src-main/kinds/image/find-khmer-fonts.ts';
import { createHubDouble } from '../hub/index.ts';
import type { HubDouble } from '../hub/index.ts';
import { runCommand, demoEnvironment } from '../demo/run-command.ts';
import { SAMPLE_REPOSITORY, flipBit, makeSampleDataset, sampleFiles, writeSampleProject } from '../sample/index.ts';
import { CLI } from './ensure-built.ts';
import { launchChromium } from './find-chromium.ts';
import { enter, serve } from './serve.ts';

const TARGET = join(import.meta.dirname, '..', '..', 'docs', 'screenshots');
/** Entries large enough to look like something, small enough to be made in seconds. */
const TARGET_SHAPE = [96, 160, 160] as const;
const SIZES = [
  { name: '1280x800', width: 1280, height: 800 },
  { name: '2560x1440', width: 2560, height: 1440 },
] as const;
/** Of the second cache: other volumes. */
const SECOND_SEED = 7;
/** Paths are in the pictures. */
const SHOWN_ROOT = '/datasets';
/** `npm run screenshots -- library jobs` takes these alone. */
const ONLY = process.argv.slice(2);
const THEMES = ['dark', 'light'] as const;

/** What is taken of a Larder of its own, which knows nothing yet. */
interface FirstSteps {
  readonly name: string;
  /** What is done there once, before any picture. */
  readonly act?: (page: Page) => Promise<unknown>;
  readonly ready: (page: Page) => Promise<unknown>;
}

const FIRST_STEPS: readonly FirstSteps[] = [
  { name: 'empty-library', ready: (page) => page.getByRole('heading', { name: 'No caches yet' }).waitFor() },
  { name: 'learn', act: makeSample, ready: (page) => page.getByRole('button', { name: 'Show an item' }).waitFor() },
];

/** From the empty library to the guide that leads through the sample. */
async function makeSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try the sample dataset', exact: true }).click();
  await page.getByRole('button', { name: /^Generate \d/ }).click();
  await page.getByRole('region', { name: 'Learn with the sample' }).waitFor({ timeout: 120_000 });
}

interface Screen {
  readonly name: string;
  /** Behind the `#` of the address; `CACHE` stands for the number of the cache, `KEY` for an entry's. */
  readonly route: string;
  /** Of the cache of lines; else of the volumes. */
  readonly isOfLines?: boolean;
  /** As a gallery. */
  readonly isGallery?: boolean;
  /** What is done there before the picture is taken. */
  readonly act?: (page: Page) => Promise<unknown>;
  /** Something that is there once the screen is painted. */
  readonly ready: (page: Page) => Promise<unknown>;
}

const SCREENS: readonly Screen[] = [
  { name: 'library', route: '/', ready: (page) => page.getByRole('heading', { name: 'Library' }).waitFor() },
  { name: 'items', route: '/cache/CACHE/items', ready: (page) => page.getByRole('row').nth(3).waitFor() },
  { name: 'inspector', route: '/cache/CACHE/items/KEY', ready: (page) => page.locator('canvas').first().waitFor() },
  { name: 'gallery', route: '/cache/CACHE/items', isGallery: true, ready: (page) => page.locator('img').nth(5).waitFor() },
  { name: 'lines', route: '/cache/CACHE/items', isOfLines: true, ready: (page) => page.locator('img').nth(3).waitFor() },
  { name: 'line', route: '/cache/CACHE/items/KEY', isOfLines: true, ready: (page) => page.getByRole('heading', { name: /The same line/ }).waitFor() },
  { name: 'lines-gallery', route: '/cache/CACHE/items', isOfLines: true, isGallery: true, ready: (page) => page.locator('img').nth(5).waitFor() },
  { name: 'findings', route: '/cache/CACHE/findings', ready: (page) => page.getByText('crc-mismatch').first().waitFor() },
  { name: 'parameters', route: '/cache/CACHE/parameters', ready: (page) => page.getByText('cache_params.json').first().waitFor() },
  { name: 'storage', route: '/cache/CACHE/storage', ready: (page) => page.getByRole('heading', { name: 'Quarantine' }).waitFor() },
  { name: 'history', route: '/cache/CACHE/history', ready: (page) => page.getByText('Generate').first().waitFor() },
  { name: 'jobs', route: '/jobs', ready: (page) => page.getByRole('heading', { name: 'Jobs' }).waitFor() },
  {
    name: 'disk',
    route: '/storage',
    async ready(page) {
      await page.getByText(/of entries in/).waitFor();
      await page.getByText('Measuring …').waitFor({ state: 'detached' });
    },
  },
  { name: 'palette', route: '/cache/CACHE/items', act: openPalette, ready: (page) => page.getByRole('dialog').waitFor() },
  { name: 'quick-look', route: '/cache/CACHE/items', act: lookQuickly, ready: (page) => page.getByRole('dialog').locator('img').waitFor() },
  { name: 'verify', route: '/cache/CACHE/items', act: (page) => press(page, 'Verify'), ready: (page) => page.getByRole('dialog').waitFor() },
  { name: 'fix', route: '/cache/CACHE/items', act: (page) => press(page, /^Fix \d/), ready: (page) => page.getByRole('dialog').getByText('To make again').waitFor() },
  { name: 'settings', route: '/settings', ready: (page) => page.getByLabel('Endpoint').waitFor() },
  { name: 'new', route: '/new', ready: (page) => page.getByRole('heading', { name: 'New from config' }).waitFor() },
];
async function openPalette(page: Page): Promise<void> {
  await page.getByRole('row').nth(3).waitFor();
  await page.keyboard.press('Control+k');
}

async function press(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('main').getByRole('button', { name, exact: true }).first().click();
}

async function lookQuickly(page: Page): Promise<void> {
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
}

/** Pictures of volumes and fonts settle within this time; nothing on these screens moves after it. */
const SETTLE_MS = 1_500;

/** A second cache, of another dataset, half made. */
async function makeHalf(root: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const repoId = 'larder/sample-thorax';
  const dataset = makeSampleDataset(SECOND_SEED);
  const hub = await createHubDouble({ repoId, files: sampleFiles(dataset) });
  try {
    const { configPath } = await writeSampleProject(join(root, 'thorax'), hub.endpoint, dataset.names, { repoId, targetShape: [64, 128, 128] });
    await runCommand(['generate', '--config', configPath, '--limit', '9', '--yes'], { cliEntry: CLI, cwd: root, environment, signal: new AbortController().signal }, () => undefined);
  } finally {
    await hub.close();
  }
}

/** Where a user would have such things; the folder of temporary files where it cannot be had. */
async function makeRoot(): Promise<string> {
  if (process.platform !== 'win32') {
    try {
      await mkdir(SHOWN_ROOT);
      return SHOWN_ROOT;
    } catch {
      // It is there already, or not ours to make.
    }
  }
  return await mkdtemp(join(tmpdir(), 'larder-pictures-'));
}

/** A cache of the sample with one planted fault, found. @returns the environment of its commands; its Hub is asked again by the plan of a repair */
async function makeCache(root: string): Promise<{ readonly environment: NodeJS.ProcessEnv; readonly hub: HubDouble }> {
  const dataset = makeSampleDataset();
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: sampleFiles(dataset) });
  try {
    const project = await writeSampleProject(join(root, 'chest'), hub.endpoint, dataset.names, { targetShape: TARGET_SHAPE });
    const environment = demoEnvironment(process.env, { data: join(root, 'data'), hfHome: join(root, 'hf') });
    const larder = (...words: string[]) => runCommand([...words, '--config', project.configPath], { cliEntry: CLI, cwd: root, environment, signal: new AbortController().signal }, () => undefined);
    await larder('generate', '--yes');
    const [directory] = await readdir(project.cacheRoot);
    const entries = (await readdir(join(project.cacheRoot, directory!))).filter((name) => name.endsWith('.pt')).sort();
    await flipBit(join(project.cacheRoot, directory!, entries[2]!));
    await larder('verify');
    return { environment, hub };
  } catch (error) {
    await hub.close();
    throw error;
  }
}

const LINES = ['ភាសាខ្មែរ', 'ខ្ញុំចង់រៀនភាសាខ្មែរ។', 'ស្ត្រី និង កុមារ', 'ទឹកទន្លេមេគង្គហូរកាត់ប្រទេសកម្ពុជា', 'សូមអរគុណច្រើន', 'ថ្ងៃទី១៥ ខែវិច្ឆិកា', 'Phnom Penh 2026'];

/** The same lines in every font there is, as a training asks for them. */
async function makeLines(root: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const fonts = findKhmerFonts();
  if (fonts === undefined) throw new Error('There are no Khmer OS fonts here (Debian: apt-get install fonts-khmeros).');
  const folder = join(root, 'lines');
  await mkdir(join(folder, 'data', 'processed'), { recursive: true });
  await writeFile(join(folder, 'data', 'processed', 'train.txt'), LINES.slice(0, 5).join('\n'));
  await writeFile(join(folder, 'data', 'processed', 'val.txt'), LINES[5]!);
  await writeFile(join(folder, 'data', 'processed', 'test.txt'), LINES[6]!);
  await cp(fonts, join(folder, 'fonts'), { recursive: true });
  for (const words of [['pregenerate', '--yes'], ['verify', '--cache', 'data/synthetic']]) await runCommand(words, { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, () => undefined);
}

/** Number of a cache and key of its first entry, as the page itself sees them. */
async function findEntry(page: Page, origin: string, label: string): Promise<{ cache: string; key: string }> {
  await page.goto(`${origin}/#/`);
  const link = page.getByRole('article', { name: label }).locator('a[href*="#/cache/"]').first();
  const cache = /#\/cache\/(\d+)/.exec((await link.getAttribute('href')) ?? '')?.[1];
  if (cache === undefined) throw new Error(`The library does not show ${label}.`);
  await page.goto(`${origin}/#/cache/${cache}/items`);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('row').nth(1).click();
  await page.waitForURL(/\/items\/[0-9a-f]{32}/);
  return { cache, key: /items\/([0-9a-f]{32})/.exec(page.url())![1]! };
}

interface Subjects {
  readonly volumes: { readonly cache: string; readonly key: string };
  readonly lines: { readonly cache: string; readonly key: string };
}

async function photograph(page: Page, origin: string, subjects: Subjects, suffix: string): Promise<void> {
  for (const screen of SCREENS) {
    if (ONLY.length > 0 && !ONLY.includes(screen.name)) continue;
    const entry = screen.isOfLines === true ? subjects.lines : subjects.volumes;
    await page.goto(`${origin}/#${screen.route.replace('CACHE', entry.cache).replace('KEY', entry.key)}`);
    if (screen.isGallery === true) await page.getByText('Gallery', { exact: true }).click();
    await screen.act?.(page);
    await screen.ready(page);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(TARGET, `${screen.name}-${suffix}.png`) });
    if (screen.act !== undefined) await page.keyboard.press('Escape');
    if (screen.isGallery === true) await page.getByText('Table', { exact: true }).click();
  }
}

/** What somebody sees first, in both themes and sizes. */
async function photographFirst(browser: Browser, root: string, { name: screen, act, ready }: FirstSteps): Promise<void> {
  const served = await serve(demoEnvironment(process.env, { data: join(root, `data-of-${screen}`), hfHome: join(root, 'hf') }), root);
  try {
    const first = await browser.newContext();
    const own = await first.newPage();
    await enter(own, served);
    await act?.(own);
    const { hash } = new URL(own.url());
    const storageState = await first.storageState();
    for (const { name, width, height } of SIZES) {
      for (const colorScheme of THEMES) {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme, storageState });
        const page = await context.newPage();
        await page.goto(`${served.origin}/${hash}`);
        await ready(page);
        await page.waitForTimeout(SETTLE_MS);
        await page.screenshot({ path: join(TARGET, `${screen}-${colorScheme}-${name}.png`) });
        await context.close();
      }
    }
  } finally {
    await served.stop();
  }
}

/** Every screen, both themes, two sizes, of a real cache in a real browser, into `docs/screenshots`. */
async function main(): Promise<void> {
  const root = await makeRoot();
  const browser = await launchChromium();
  try {
    for (const steps of FIRST_STEPS) if (ONLY.length === 0 || ONLY.includes(steps.name)) await photographFirst(browser, root, steps);
    const { environment, hub } = await makeCache(root);
    await makeHalf(root, environment);
    await makeLines(root, environment);
    const served = await serve(environment, root);
    try {
      await mkdir(TARGET, { recursive: true });
      const first = await browser.newContext();
      const page = await first.newPage();
      await enter(page, served);
      await page.getByRole('heading', { name: 'Library' }).waitFor();
      const subjects = { volumes: await findEntry(page, served.origin, 'sample-chest'), lines: await findEntry(page, served.origin, 'synthetic') };
      // The token works once; its cookie is good for every window after that.
      const storageState = await first.storageState();
      for (const { name, width, height } of SIZES) {
        for (const colorScheme of THEMES) {
          const context: BrowserContext = await browser.newContext({ viewport: { width, height }, colorScheme, storageState });
          await photograph(await context.newPage(), served.origin, subjects, `${colorScheme}-${name}`);
          await context.close();
        }
      }
      console.log(`${(ONLY.length || SCREENS.length + FIRST_STEPS.length) * SIZES.length * THEMES.length} pictures in ${TARGET}`);
    } finally {
      await served.stop();
      await hub.close();
    }
  } finally {
    await browser.close();
    await rm(root, { recursive: true, force: true });
  }
}

await main();
