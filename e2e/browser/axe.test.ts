import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findKhmerFonts } from '../../src-main/kinds/image/find-khmer-fonts.ts';
import type { PageScreen } from './all-screens.ts';
import { allScreens, goToScreen } from './all-screens.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import { axeComplaints } from './axe-complaints.ts';
import { launchChromium } from './find-chromium.ts';
import { hiddenControls } from './hidden-controls.js';
import { movingParts } from './moving-parts.js';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';
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
  await makeLines();
  served = await serve(library.environment, library.folder);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(15_000);
  await enter(page, served);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  screens = await allScreens(page, served.origin);
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await library?.remove();
});

const fonts = findKhmerFonts();
if (fonts === undefined) console.log('Screens of an image cache are not looked at: no Khmer OS fonts on this machine (Debian: apt-get install fonts-khmeros).');

/** A cache of rendered lines, where there are fonts to draw with. */
async function makeLines(): Promise<void> {
  if (fonts === undefined) return;
  for (const folder of ['fonts', 'data/processed']) await mkdir(join(library.folder, folder), { recursive: true });
  await copyFile(join(fonts, 'KhmerOS.ttf'), join(library.folder, 'fonts', 'KhmerOS.ttf'));
  for (const [split, line] of [['train', 'ភាសាខ្មែរ'], ['val', 'ថ្ងៃ'], ['test', 'Phnom Penh']] as const) await writeFile(join(library.folder, 'data/processed', `${split}.txt`), line);
  const { exitCode, stderr } = await library.run('pregenerate', '--yes');
  if (exitCode !== 0) throw new Error(`pregenerate: ${stderr.join('\n')}`);
}

/**
 * What axe has against the page in the dark theme, and in the light one by the rules that ask for colours; what
 * `weakTexts` has against it in both. A picture is kept of what is complained about.
 */
async function complaintsInBoth(name: string, asksForTexts: boolean): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const here = [...(await axeComplaints(page, `${name}, ${colorScheme}`, colorScheme === 'dark' ? 'all' : 'colours'))];
    if (asksForTexts) here.push(...(await page.evaluate(weakTexts)).map((text) => `${name}, ${colorScheme}: ${text}`));
    if (here.length > 0) await page.screenshot({ path: join(SCREENSHOTS, `axe-${name.replaceAll(/\W+/g, '-')}-${colorScheme}.png`) });
    found.push(...here);
  }
  return found;
}

/** What moves though less motion is asked for. */
async function movingInStillness(name: string): Promise<readonly string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const moving = (await page.evaluate(movingParts)).map((part) => `${name}: ${part}`);
  await page.emulateMedia({ reducedMotion: null });
  return moving;
}

it('knows every screen of the navigation', () => {
  const hashes = screens.map(({ hash }) => hash);
  for (const hash of ['#/', '#/jobs', '#/new', '#/storage', '#/settings', '#/cache/1/findings']) expect(hashes).toContain(hash);
  expect(hashes.filter((hash) => /^#\/cache\/\d+\/items\/[0-9a-f]{32}$/.test(hash))).toHaveLength(fonts === undefined ? 2 : 3);
});

// One look at every screen; what is found is judged at the end, so that one run names everything.
it('on no screen axe finds anything in either theme, nor moves anything for those who asked for less motion', async () => {
  const found: string[] = [];
  for (const screen of screens) {
    await goToScreen(page, served.origin, screen);
    found.push(...(await complaintsInBoth(screen.name, false)), ...(await movingInStillness(screen.name)));
  }
  expect(found).toEqual([]);
}, 240_000);

it.each(['#/new', '#/storage', '#/settings', '#/cache/1/storage', '#/cache/1/parameters'])('no two buttons of %s are called the same', async (hash) => {
  await goToScreen(page, served.origin, { name: hash, hash });
  const names = [...(await page.getByRole('main').ariaSnapshot()).matchAll(/^ *- '?button (".*?")/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(1);
  expect(names.filter((name, place) => names.indexOf(name) < place)).toEqual([]);
});

it('axe finds nothing in the command palette, in either theme', async () => {
  await page.goto(`${served.origin}/#/`);
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  expect(await complaintsInBoth('palette', false)).toEqual([]);
  await page.keyboard.press('Escape');
});

it('axe finds nothing in the gallery, in either theme, and what a tile is called is what is written on it', async () => {
  await page.goto(`${served.origin}/#/cache/1/items`);
  const choice = page.getByRole('group', { name: 'Show items as' });
  await choice.getByRole('button', { name: 'Gallery' }).click();
  const tiles = page.getByRole('listbox', { name: 'Items of sample-chest' }).getByRole('option');
  await tiles.first().waitFor();
  expect(await complaintsInBoth('gallery', true)).toEqual([]);
  const name = (await tiles.filter({ hasText: 'cached' }).first().getAttribute('title'))!;
  await page.getByRole('option', { name: `${name} cached` }).waitFor();
  await choice.getByRole('button', { name: 'Table' }).click();
});

it('axe finds nothing in the quick look, in either theme', async () => {
  await page.goto(`${served.origin}/#/cache/1/items`);
  await page.getByRole('row').filter({ hasText: 'cached' }).first().click();
  await page.keyboard.press('Escape');
  await page.getByRole('grid').focus();
  await page.keyboard.press('Space');
  await page.getByRole('dialog').locator('img').waitFor();
  expect(await complaintsInBoth('quick look', true)).toEqual([]);
  await page.keyboard.press('Escape');
});

it('axe finds nothing in the library of somebody who has just come, nor in the guide through the sample, in either theme', async () => {
  const newcomers = await serve({ ...library.environment, ...demoEnvironment(process.env, { data: join(library.folder, 'nothing yet'), hfHome: join(library.folder, 'no hub') }) }, library.folder);
  try {
    await enter(page, newcomers);
    await page.getByRole('heading', { name: 'No caches yet' }).waitFor();
    expect(await complaintsInBoth('empty library', true)).toEqual([]);
    await press('Try the sample dataset');
    await press(/^Generate \d/);
    await page.getByRole('region', { name: 'Learn with the sample' }).waitFor({ timeout: 60_000 });
    await page.getByText(/generate has succeeded/).waitFor({ timeout: 60_000 });
    expect(await complaintsInBoth('guide through the sample', true)).toEqual([]);
  } finally {
    await newcomers.stop();
    await page.goto(`${served.origin}/#/`);
  }
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
  const dialog = page.getByRole('dialog').or(page.getByRole('alertdialog'));
  await dialog.waitFor();
  await dialog.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  for (const closed of await dialog.locator('details:not([open]) > summary').all()) await closed.click();
  const isFinal = dialog.getByRole('radio', { name: 'Delete for good' });
  if ((await isFinal.count()) > 0) await isFinal.check();
  expect(await complaintsInBoth(name, true)).toEqual([]);
  await page.keyboard.press('Escape');
});

const SETTLED_MS = 400;

it('axe finds nothing while a list is open outside of a dialog, in either theme; Tab leads on from it', async () => {
  await page.goto(`${served.origin}/#/new`);
  const opener = page.getByRole('main').getByRole('combobox', { name: 'Kind', exact: true });
  for (const key of ['Enter', 'click']) {
    if (key === 'click') await opener.click();
    else await opener.press(key);
    await page.getByRole('option').and(page.locator('[data-highlighted]')).waitFor();
    // As it is once it has come up.
    await page.waitForTimeout(SETTLED_MS);
    expect(await complaintsInBoth(`list, opened by ${key}`, true)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('[role=option][data-highlighted]').waitFor({ state: 'detached' });
  }
  await opener.press('Enter');
  await page.getByRole('option').and(page.locator('[data-highlighted]')).waitFor();
  const after = await opener.evaluate((element) => {
    const all = [...element.ownerDocument.querySelectorAll('main button, main input, main a')] as unknown as { tabIndex: number; disabled?: boolean; innerText: string }[];
    const next = all.slice(all.indexOf(element as never) + 1).find((one) => one.tabIndex >= 0 && one.disabled !== true);
    return next?.innerText.trim() ?? '';
  });
  await page.keyboard.press('Tab');
  await page.locator('[role=option][data-highlighted]').waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate<string>('document.activeElement.innerText.trim()')).toBe(after);
});

it('axe finds nothing where items are bounded by size and age, in either theme', async () => {
  await page.goto(`${served.origin}/#/cache/1/items`);
  await press('Size and age');
  await page.getByLabel('At least').fill('1kB');
  await page.getByLabel('Made within the last').fill('long');
  await page.getByRole('alert').getByText('An age, such as 12h or 30d.').waitFor();
  expect(await complaintsInBoth('bounds', true)).toEqual([]);
});

it('keeps every control within reach at 200 %', async () => {
  // A window of 1280 × 800 at 200 % has 640 × 400 CSS pixels, of two device pixels each.
  await page.setViewportSize({ width: 640, height: 400 });
  const found: string[] = [];
  for (const screen of screens) {
    await goToScreen(page, served.origin, screen);
    const hidden = await page.evaluate(hiddenControls);
    if (hidden.length > 0) await page.screenshot({ path: join(SCREENSHOTS, `zoom${screen.name.replaceAll(/\W+/g, '-')}.png`) });
    found.push(...hidden.map((control) => `${screen.name}: ${control}`));
  }
  expect(found).toEqual([]);
}, 240_000);
