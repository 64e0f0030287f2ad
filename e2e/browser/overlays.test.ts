import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeComplaints } from './axe-complaints.ts';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

/** On a machine with other work to do. */
const PATIENT = { timeout: 30_000 };

let browser: Browser;
let library: SampleLibrary;
let served: ServedLarder;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  [browser, library] = await Promise.all([launchChromium(), makeSampleLibrary()]);
  served = await serve(library.environment, library.folder);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(PATIENT.timeout);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.addInitScript("globalThis.refused = []; addEventListener('securitypolicyviolation', (event) => refused.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`))");
  await enter(page, served);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await library?.remove();
});

async function pictures(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `over-${name}-${colorScheme}.png`) });
  }
}

/** Name or text of what has the focus. */
const focused = () => page.evaluate<string>("(document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText).trim()");
const isInside = () => page.evaluate<boolean>("document.activeElement.closest('[role=dialog]') !== null");

// One story, in order: each part begins where the one before it ended.
describe('what lies over the page', () => {
  it('keeps the focus inside of a dialog, and gives it back where it was', async () => {
    await page.goto(`${served.origin}/#/cache/1/items`);
    const opener = page.getByRole('main').getByRole('button', { name: 'Verify', exact: true });
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Verify sample-chest' });
    await dialog.waitFor();
    await expect.poll(isInside, PATIENT).toBe(true);
    for (const key of ['Tab', 'Shift+Tab']) {
      for (let times = 0; times < 12; times++) {
        await page.keyboard.press(key);
        await expect.poll(isInside, PATIENT).toBe(true);
      }
    }
    await pictures('dialog');
    // It asks something: a click beside it is no answer, and the palette does not come over it.
    await page.mouse.click(20, 400);
    await page.keyboard.press('Control+k');
    expect(await page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => opener.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  });

  it('closes one dialog at a time where one has opened another', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('look at a file');
    await page.getByRole('option', { name: /^Look at a file/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    const under = page.getByRole('dialog', { name: 'Look at a file or folder', includeHidden: true });
    await under.getByRole('button', { name: 'Choose a folder …' }).click();
    const over = page.getByRole('dialog', { name: 'Choose a folder on the server' });
    await over.getByRole('option').first().waitFor();
    await expect.poll(focused, PATIENT).toBe('Part of a name, or a path');
    await pictures('nested');
    expect(await axeComplaints(page, 'nested', 'all')).toEqual([]);
    await page.keyboard.press('Escape');
    await over.waitFor({ state: 'detached' });
    await under.waitFor();
    await expect.poll(focused, PATIENT).toBe('Choose a folder …');
    await page.keyboard.press('Escape');
    await under.waitFor({ state: 'detached' });
  });

  it('closes the palette and the quick look by a click beside them', async () => {
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await palette.getByRole('option').first().waitFor();
    await pictures('palette');
    await page.keyboard.type('nothing is called this');
    await palette.getByRole('status').getByText('Nothing is called that.').waitFor();
    await page.mouse.click(20, 400);
    await palette.waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: 'cached' }).first().click();
    await page.keyboard.press('Escape');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Space');
    const look = page.getByRole('dialog', { name: 'Quick look' });
    await look.locator('img').waitFor();
    await pictures('quick-look');
    await page.mouse.click(20, 400);
    await look.waitFor({ state: 'detached' });
    await expect.poll(() => page.getByRole('grid').evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
  });

  it('waits for the word that a text method is still putting together', async () => {
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    const input = palette.getByRole('combobox');
    const session = await page.context().newCDPSession(page);
    await session.send('Input.imeSetComposition', { text: 'settings', selectionStart: 8, selectionEnd: 8 });
    expect(await input.inputValue()).toBe('settings');
    await session.send('Input.dispatchKeyEvent', { type: 'keyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
    expect(await palette.count()).toBe(1);
    await session.send('Input.insertText', { text: 'settings' });
    await palette.getByRole('option', { name: /^Settings/, selected: true }).waitFor();
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
  });

  it('tells what was done without taking the focus, and F6 leads to undoing it and back', async () => {
    await page.goto(`${served.origin}/#/cache/1/parameters`);
    await page.getByRole('button', { name: 'Remove from library' }).click();
    const toasts = page.getByRole('region', { name: 'What was done' });
    await toasts.getByText('sample-chest is out of the library').waitFor();
    await pictures('toast');
    expect(await axeComplaints(page, 'toast', 'all')).toEqual([]);
    expect(await toasts.getAttribute('aria-live')).toBe('polite');
    await page.keyboard.press('F6');
    await expect.poll(focused, PATIENT).toBe('What was done (F6)');
    await page.keyboard.press('Tab');
    await expect.poll(focused, PATIENT).toContain('is out of the library');
    await page.keyboard.press('Tab');
    await expect.poll(focused, PATIENT).toBe('Undo');
    await page.keyboard.press('Enter');
    await toasts.getByText('sample-chest is in the library again.').waitFor();
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    // With the focus among them they do not go by themselves; Esc puts one away.
    await expect.poll(focused, PATIENT).toContain('is in the library again.');
    await page.keyboard.press('Escape');
    await toasts.getByText('sample-chest is in the library again.').waitFor({ state: 'detached' });
  });

  it('keeps what was done in sight for as long as somebody points at it or is among it', async () => {
    const other = await page.context().newPage();
    other.setDefaultTimeout(PATIENT.timeout);
    // The time of the page goes on as it is told.
    await other.clock.install();
    const longerThanShown = (): Promise<void> => other.clock.runFor(20_000);
    await other.goto(`${served.origin}/#/cache/1/items`);
    const toast = other.getByRole('region', { name: 'What was done' }).getByRole('group');
    const tell = async (): Promise<void> => {
      await other.locator('header').getByRole('button', { name: 'Copy path' }).click();
      await toast.waitFor();
    };
    await tell();
    await toast.hover();
    await longerThanShown();
    expect(await toast.count(), 'pointed at').toBe(1);
    await other.mouse.move(20, 400);
    await longerThanShown();
    expect(await toast.count(), 'left').toBe(0);
    await tell();
    await other.mouse.move(20, 400);
    await other.keyboard.press('F6');
    await longerThanShown();
    expect(await toast.count(), 'with the focus among them').toBe(1);
    // As the focus leaves, to where it was.
    await other.keyboard.press('Shift+Tab');
    await longerThanShown();
    expect(await toast.count(), 'with the focus elsewhere').toBe(0);
    await other.close();
  });

  it('asked nothing that the policy of the page refuses', async () => {
    expect(await page.evaluate('refused')).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
