import { mkdir } from 'node:fs/promises';
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

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

let browser: Browser;
let library: SampleLibrary;
let served: ServedLarder;
let page: Page;
let screens: readonly PageScreen[];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  [browser, library] = await Promise.all([launchChromium(), makeSampleLibrary()]);
  // A second cache, one that Larder did not make.
  await library.run('verify', '--cache', library.foreignDirectory);
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

  it.each(['Generate', 'Verify', 'Fix'])('finds nothing in the dialog behind %s', async (action) => {
    await page.goto(`${served.origin}/#/cache/1/items`);
    await page.getByRole('main').getByRole('button', { name: new RegExp(`^${action}`) }).first().click();
    await page.getByRole('dialog').waitFor();
    expect(await complaintsOf(action)).toEqual([]);
    await page.keyboard.press('Escape');
  });
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
