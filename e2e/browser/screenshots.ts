import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { createHubDouble } from '../hub/index.ts';
import { runCommand, demoEnvironment } from '../demo/run-command.ts';
import { SAMPLE_REPOSITORY, flipBit, makeSampleDataset, sampleFiles, writeSampleProject } from '../sample/index.ts';
import { CLI } from './ensure-built.ts';
import { launchChromium } from './find-chromium.ts';
import { serve } from './serve.ts';

const TARGET = join(import.meta.dirname, '..', '..', 'docs', 'screenshots');
/** Entries large enough to look like something, small enough to be made in seconds. */
const TARGET_SHAPE = [96, 160, 160] as const;
const SIZES = [
  { name: '1280x800', width: 1280, height: 800 },
  { name: '2560x1440', width: 2560, height: 1440 },
] as const;
const THEMES = ['dark', 'light'] as const;

interface Screen {
  readonly name: string;
  /** Behind the `#` of the address; `CACHE` stands for the number of the cache, `KEY` for an entry's. */
  readonly route: string;
  /** Something that is there once the screen is painted. */
  readonly ready: (page: Page) => Promise<unknown>;
}

const SCREENS: readonly Screen[] = [
  { name: 'library', route: '/', ready: (page) => page.getByRole('heading', { name: 'Library' }).waitFor() },
  { name: 'items', route: '/cache/CACHE/items', ready: (page) => page.getByRole('row').nth(3).waitFor() },
  { name: 'inspector', route: '/cache/CACHE/items/KEY', ready: (page) => page.locator('canvas').first().waitFor() },
  { name: 'findings', route: '/cache/CACHE/findings', ready: (page) => page.getByText('crc-mismatch').first().waitFor() },
  { name: 'parameters', route: '/cache/CACHE/parameters', ready: (page) => page.getByText('cache_params.json').first().waitFor() },
  { name: 'storage', route: '/cache/CACHE/storage', ready: (page) => page.getByRole('heading', { name: 'Quarantine' }).waitFor() },
  { name: 'history', route: '/cache/CACHE/history', ready: (page) => page.getByText('Generate').first().waitFor() },
  { name: 'jobs', route: '/jobs', ready: (page) => page.getByRole('heading', { name: 'Jobs' }).waitFor() },
  { name: 'disk', route: '/storage', ready: (page) => page.getByText(/of entries in/).waitFor() },
  { name: 'settings', route: '/settings', ready: (page) => page.getByLabel('Endpoint').waitFor() },
  { name: 'new', route: '/new', ready: (page) => page.getByRole('heading', { name: 'New from config' }).waitFor() },
];
/** Pictures of volumes and fonts settle within this time; nothing on these screens moves after it. */
const SETTLE_MS = 1_500;

/** A cache of the sample with one planted fault, found. @returns the environment of its commands */
async function makeCache(root: string): Promise<NodeJS.ProcessEnv> {
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
    return environment;
  } finally {
    await hub.close();
  }
}

/** Number of the only cache and key of a sound entry, as the page itself sees them. */
async function findEntry(page: Page, origin: string): Promise<{ cache: string; key: string }> {
  const link = page.locator('a[href*="#/cache/"]').first();
  const cache = /#\/cache\/(\d+)/.exec((await link.getAttribute('href')) ?? '')?.[1];
  if (cache === undefined) throw new Error('The library shows no cache.');
  await page.goto(`${origin}/#/cache/${cache}/items`);
  await page.getByRole('row').nth(1).waitFor();
  await page.getByRole('row').nth(1).click();
  await page.waitForURL(/\/items\/[0-9a-f]{32}/);
  return { cache, key: /items\/([0-9a-f]{32})/.exec(page.url())![1]! };
}

async function photograph(page: Page, origin: string, entry: { cache: string; key: string }, suffix: string): Promise<void> {
  for (const screen of SCREENS) {
    await page.goto(`${origin}/#${screen.route.replace('CACHE', entry.cache).replace('KEY', entry.key)}`);
    await screen.ready(page);
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(TARGET, `${screen.name}-${suffix}.png`) });
  }
}

/** Every screen, both themes, two sizes, of a real cache in a real browser, into `docs/screenshots`. */
async function main(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'larder-pictures-'));
  const browser = await launchChromium();
  try {
    const served = await serve(await makeCache(root), root);
    try {
      await mkdir(TARGET, { recursive: true });
      const first = await browser.newContext();
      const page = await first.newPage();
      await page.goto(served.url);
      const entry = await findEntry(page, served.origin);
      // The token works once; its cookie is good for every window after that.
      const storageState = await first.storageState();
      for (const { name, width, height } of SIZES) {
        for (const colorScheme of THEMES) {
          const context: BrowserContext = await browser.newContext({ viewport: { width, height }, colorScheme, storageState });
          await photograph(await context.newPage(), served.origin, entry, `${colorScheme}-${name}`);
          await context.close();
        }
      }
      console.log(`${SCREENS.length * SIZES.length * THEMES.length} pictures in ${TARGET}`);
    } finally {
      await served.stop();
    }
  } finally {
    await browser.close();
    await rm(root, { recursive: true, force: true });
  }
}

await main();
