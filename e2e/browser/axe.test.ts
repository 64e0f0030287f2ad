import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageScreen } from './all-screens.ts';
import { allScreens, goToScreen } from './all-screens.ts';
import { launchChromium } from './find-chromium.ts';
import { hiddenControls } from './hidden-controls.js';
import { movingParts } from './moving-parts.js';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

let browser: Browser;
let library: SampleLibrary;
let served: ServedLarder;
let page: Page;
let screens: readonly PageScreen[];
let entryFile: string;

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  [browser, library] = await Promise.all([launchChromium(), makeSampleLibrary()]);
  // A second cache, one that Larder did not make.
  await library.run('verify', '--cache', library.foreignDirectory);
  // Something in the quarantine, and something that a run has left.
  await library.run('clear', '--config', library.project.configPath, '--only', library.names.valid[0]!, '--yes');
  await mkdir(join(library.directory, '.larder', 'raw'), { recursive: true });
  await writeFile(join(library.directory, '.larder', 'raw', 'left'), 'half a volume');
  entryFile = (await readdir(library.directory)).find((file) => file.endsWith('.pt'))!;
  served = await serve(library.environment, library.folder);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(served.url);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  screens = await allScreens(page, served.origin);
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await library?.remove();
});

/** What axe has against the page as it is, one line a place. */
async function complaintsOf(name: string): Promise<readonly string[]> {
  // Evaluated by the debugger: the page's own policy lets no foreign script in, and stays as it is.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${name}: ${id}: ${node.target.join(' ')}: ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`));
}

/** Looks at every screen before it judges, so that one run names everything. */
async function onEveryScreen(look: (name: string) => Promise<readonly string[]>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const screen of screens) {
    await goToScreen(page, served.origin, screen);
    found.push(...(await look(screen.name)));
  }
  return found;
}

it('knows every screen of the navigation', () => {
  const hashes = screens.map(({ hash }) => hash);
  for (const hash of ['#/', '#/jobs', '#/new', '#/storage', '#/settings', '#/cache/1/findings']) expect(hashes).toContain(hash);
  expect(hashes.filter((hash) => /^#\/cache\/\d+\/items\/[0-9a-f]{32}$/.test(hash))).toHaveLength(2);
});

describe.each(['dark', 'light'] as const)('axe in %s', (colorScheme) => {
  it('finds nothing on any screen', async () => {
    await page.emulateMedia({ colorScheme });
    expect(await onEveryScreen(complaintsOf)).toEqual([]);
  }, 240_000);

  it('finds nothing in the command palette', async () => {
    await page.goto(`${served.origin}/#/`);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    expect(await complaintsOf('palette')).toEqual([]);
    await page.keyboard.press('Escape');
  });

});

/** Every dialog: where it is opened, and by what. */
const DIALOGS: readonly (readonly [name: string, hash: string, open: () => Promise<void>])[] = [
  ['Generate', '#/cache/1/items', () => press(/^Generate \d/)],
  ['Verify', '#/cache/1/items', () => press('Verify')],
  ['Fix', '#/cache/1/items', () => press(/^Fix \d/)],
  ['Export', '#/cache/1/items', () => press('Export …')],
  ['Clear entries', '#/cache/1/items', clearOne],
  ['Remove raw files', '#/cache/1/storage', () => press('Remove raw files …')],
  ['Put back', '#/cache/1/storage', () => press('Put all back …')],
  ['Delete from quarantine', '#/cache/1/storage', () => press('Delete all …')],
  ['Clear a cache', '#/storage', () => press(/^Clear sample-chest …$/)],
  ['Clear leftovers', '#/storage', () => press(/clear leftovers of sample-chest …$/)],
  ['Clear previews', '#/storage', () => press('Clear previews …')],
  ['Look at a list', '#/', () => lookAt(library.project.trainCsvPath)],
  ['Look at an entry', '#/', () => lookAt(join(library.directory, entryFile))],
  ['Look at nothing', '#/', () => lookAt(library.project.directory)],
];

async function press(name: string | RegExp): Promise<void> {
  await page.getByRole('main').getByRole('button', { name, exact: true }).first().click();
}

async function clearOne(): Promise<void> {
  await page.getByRole('row').filter({ hasText: 'cached' }).first().click({ modifiers: ['Control'] });
  await press('Clear 1 …');
}

async function lookAt(path: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('look at a file');
  await page.keyboard.press('Enter');
  await page.getByLabel('Path on the server').fill(path);
  await page.getByRole('button', { name: 'Look', exact: true }).click();
  await page.getByText('Looking …').waitFor({ state: 'detached' });
}

it.each(DIALOGS)('axe finds nothing in the dialog %s, in either theme, with everything in it open', async (name, hash, open) => {
  await page.goto(`${served.origin}/${hash}`);
  await open();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await page.waitForLoadState('networkidle');
  for (const closed of await dialog.locator('details:not([open]) > summary').all()) await closed.click();
  const isFinal = dialog.getByRole('radio', { name: 'Delete for good' });
  if ((await isFinal.count()) > 0) await isFinal.check();
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `dialog-${name.replaceAll(' ', '-')}-${colorScheme}.png`) });
    found.push(...(await complaintsOf(`${name}, ${colorScheme}`)), ...(await page.evaluate(weakTexts)).map((text) => `${name}, ${colorScheme}: ${text}`));
  }
  expect(found).toEqual([]);
  await page.keyboard.press('Escape');
});

it('axe finds nothing where items are bounded by size and age, in either theme', async () => {
  await page.goto(`${served.origin}/#/cache/1/items`);
  await press('Size and age');
  await page.getByLabel('At least').fill('1kB');
  await page.getByLabel('Made within the last').fill('long');
  await page.getByRole('alert').getByText('An age, such as 12h or 30d.').waitFor();
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `items-bounds-${colorScheme}.png`) });
    found.push(...(await complaintsOf(`bounds, ${colorScheme}`)), ...(await page.evaluate(weakTexts)));
  }
  expect(found).toEqual([]);
});

it('moves nothing for those who asked for less motion', async () => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await onEveryScreen(async (name) => (await page.evaluate(movingParts)).map((part) => `${name}: ${part}`))).toEqual([]);
  await page.emulateMedia({ reducedMotion: null });
}, 240_000);

it('keeps every control within reach at 200 %', async () => {
  // A window of 1280 × 800 at 200 % has 640 × 400 CSS pixels, of two device pixels each.
  await page.setViewportSize({ width: 640, height: 400 });
  const found = await onEveryScreen(async (name) => {
    await page.screenshot({ path: join(SCREENSHOTS, `zoom${name.replaceAll(/\W+/g, '-')}.png`) });
    return (await page.evaluate(hiddenControls)).map((control) => `${name}: ${control}`);
  });
  expect(found).toEqual([]);
}, 240_000);
