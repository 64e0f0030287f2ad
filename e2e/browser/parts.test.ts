import type { Browser, Page, Route } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';

/** On a machine with other work to do. */
const PATIENT = { timeout: 30_000 };

const REST = /\/assets\/rest-[^/]*\.js$/;
const CACHE = /\/assets\/CacheView-[^/]*\.js$/;

let browser: Browser;
let library: SampleLibrary;
let served: ServedLarder;
let page: Page;

beforeAll(async () => {
  [browser, library] = await Promise.all([launchChromium(), makeSampleLibrary()]);
  served = await serve(library.environment, library.folder);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(PATIENT.timeout);
  await enter(page, served);
});
afterEach(async () => {
  await page.unrouteAll();
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await library?.remove();
});

const loaded = () => page.evaluate<string[]>("performance.getEntriesByType('resource').map(({ name }) => name)");
const heading = () => page.getByRole('heading', { name: 'Library' });

/** Opens the page anew, with requests for some of its files held back. @returns lets them go */
async function openHolding(files: RegExp, hash = ''): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let isOpen = false;
  await page.route(files, (route) => (isOpen ? route.continue() : void held.push(route)));
  await page.goto('about:blank');
  await page.goto(`${served.origin}/${hash}`);
  return async () => {
    isOpen = true;
    await Promise.all(held.map((route) => route.continue()));
  };
}

describe('parts of the page that come later', () => {
  it('are loaded by themselves, before anybody asks for them', async () => {
    await heading().waitFor();
    for (const file of [CACHE, REST, /\/assets\/inspectors-[^/]*\.js$/]) await expect.poll(async () => (await loaded()).some((name) => file.test(name)), PATIENT).toBe(true);
  });

  it('take over what was typed before they were there', async () => {
    const release = await openHolding(REST);
    await heading().waitFor();
    const opener = page.getByRole('button', { name: /Search items, caches, commands/ });
    await opener.focus();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('settings');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await release();
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await palette.getByRole('option', { name: /^Settings/, selected: true }).waitFor();
    await page.keyboard.type(': ');
    expect(await palette.getByRole('combobox').inputValue()).toBe('settings: ');
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
    await expect.poll(() => opener.evaluate((element) => element === element.ownerDocument.activeElement), PATIENT).toBe(true);
  });

  it('do what was entered before they were there, and not what was typed on', async () => {
    for (const [typed, end] of [['settings', 'closed'], ['settin', 'open']] as const) {
      const release = await openHolding(REST);
      await heading().waitFor();
      await page.keyboard.press('Control+k');
      await page.keyboard.type(typed);
      await page.keyboard.press('Enter');
      if (end === 'open') await page.keyboard.type('gs');
      await release();
      const palette = page.getByRole('dialog', { name: 'Command palette' });
      if (end === 'open') {
        await palette.getByRole('option', { name: /^Settings/, selected: true }).waitFor();
        expect(await palette.getByRole('combobox').inputValue()).toBe('settings');
        await page.keyboard.press('Enter');
      }
      await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
      await palette.waitFor({ state: 'detached' });
    }
  });

  it('lose no key on the way', async () => {
    const words = 'sample-chest: storage sample-chest: history';
    for (const at of [3, 11, 19, 27, 35]) {
      const release = await openHolding(REST);
      await heading().waitFor();
      await page.keyboard.press('Control+k');
      let released: Promise<void> | undefined;
      for (const [index, letter] of [...words].entries()) {
        if (index === at) released = release();
        await page.keyboard.type(letter);
      }
      await released;
      await page.getByRole('dialog', { name: 'Command palette' }).waitFor();
      expect(await page.getByRole('combobox').inputValue()).toBe(words);
    }
  });

  it('open the dialog whose button was pressed as soon as they are there', async () => {
    const release = await openHolding(REST, '#/cache/1/items');
    await page.getByRole('main').getByRole('button', { name: 'Verify', exact: true }).click();
    await release();
    const dialog = page.getByRole('dialog', { name: 'Verify sample-chest' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('show the screen of the address, whichever comes first', async () => {
    const release = await openHolding(CACHE, '#/cache/1/items');
    await page.getByRole('navigation').getByRole('link', { name: 'sample-chest' }).waitFor();
    await release();
    await page.getByRole('grid', { name: 'Items of sample-chest' }).waitFor();
  });

  it('are told when they cannot be had, by whoever asked for them, and come with the page loaded anew', async () => {
    let asked = 0;
    await page.route(REST, async (route) => {
      asked++;
      await route.fulfill({ status: 404, body: '' });
    });
    await page.goto('about:blank');
    await page.goto(`${served.origin}/`);
    await heading().waitFor();
    // Loading it ahead has failed by now; nobody has asked for anything.
    await expect.poll(() => asked, PATIENT).toBeGreaterThan(0);
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.goto(`${served.origin}/#/settings`);
    const told = page.getByRole('alert').filter({ hasText: 'A part of this page could not be loaded' });
    await told.waitFor();
    await page.unrouteAll();
    await told.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    expect(await told.count()).toBe(0);
  });
});
