import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium, isDesktop } from '../app/start-host.ts';
import { axeComplaints } from './axe-complaints.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

/** On a machine with other work to do. */
const PATIENT = { timeout: 30_000 };

let library: SampleLibrary;
let host: Host;
let page: Page;
let address: string;
const complaints: string[] = [];
/** By the policy of the page, over all its reloads. */
const refused: string[] = [];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  library = await makeSampleLibrary();
  ({ host, page, address } = await openPage({ ...library, width: 1280, height: 800 }));
  page.setDefaultTimeout(PATIENT.timeout);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.exposeFunction('larderTestRefused', (text: string) => void refused.push(text));
  await page.addInitScript("addEventListener('securitypolicyviolation', (event) => larderTestRefused(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`))");
  // It listens from the first line of a page on, and was too late for the one that is open.
  await page.reload();
  await page.getByRole('heading', { name: 'Library' }).waitFor();
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
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

/** By keyboard, from the palette. */
async function askToLook(): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('look at a file');
  await page.getByRole('option', { name: /^Look at a file/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
}

// One story, in order: each part begins where the one before it ended.
describe('what lies over the page', () => {
  it('keeps the focus inside of a dialog, and gives it back where it was', async () => {
    await page.goto(`${address}#/cache/1/items`);
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

  it('leads to the screen that was chosen in it, and the window says which that is', async () => {
    const isAtScreen = (): Promise<boolean> => page.getByRole('main').evaluate((main) => main === main.ownerDocument.activeElement);
    for (const [typed, title] of [['storage', 'Storage · Larder'], ['settings', 'Settings · Larder']] as const) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(typed);
      await page.getByRole('option', { name: new RegExp(`^${typed}`, 'i'), selected: true }).waitFor();
      await page.keyboard.press('Enter');
      await expect.poll(() => page.title(), PATIENT).toBe(title);
      await expect.poll(isAtScreen, PATIENT).toBe(true);
    }
    await page.goto(`${address}#/cache/1/items`);
  });

  it('shows in colours of the system which screen it is, and which row is chosen', async () => {
    const looksOf = async (shown: Locator): Promise<string> => (await shown.screenshot()).toString('base64');
    await page.emulateMedia({ forcedColors: 'active' });
    const link = page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: 'Jobs' });
    const elsewhere = await looksOf(link);
    await page.goto(`${address}#/jobs`);
    await page.getByRole('heading', { name: 'Jobs', exact: true }).waitFor();
    expect(await looksOf(link), 'the screen').not.toBe(elsewhere);
    await page.keyboard.press('Control+k');
    await expectChosenToShow(page.getByRole('dialog', { name: 'Command palette' }).getByRole('option'));
    await page.keyboard.press('Escape');
    if (!isDesktop) {
      await askToLook();
      await page.getByRole('button', { name: 'Choose a folder …' }).click();
      await expectChosenToShow(page.getByRole('dialog', { name: 'Choose a folder on the server' }).getByRole('option'));
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.emulateMedia({ forcedColors: null });
    await page.goto(`${address}#/cache/1/items`);

    async function expectChosenToShow(rows: Locator): Promise<void> {
      const first = rows.first();
      await first.and(page.locator('[aria-selected=true]')).waitFor();
      const chosen = await looksOf(first);
      await page.keyboard.press('ArrowDown');
      await first.and(page.locator('[aria-selected=false]')).waitFor();
      expect(await looksOf(first), 'the row').not.toBe(chosen);
    }
  });

  it.skipIf(isDesktop)('closes one dialog at a time where one has opened another', async () => {
    await askToLook();
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

  it.runIf(isDesktop)('gives the focus back to the dialog that had the system ask for a folder, and closes that one next', async () => {
    await askToLook();
    const dialog = page.getByRole('dialog', { name: 'Look at a file or folder' });
    await dialog.getByRole('button', { name: 'Choose a folder …' }).focus();
    await page.keyboard.press('Enter');
    expect(await host.answerDialog({ canceled: true, filePaths: [] })).toBe('Choose a folder');
    await expect.poll(focused, PATIENT).toBe('Choose a folder …');
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(await dialog.getByRole('textbox', { name: 'Path' }).inputValue()).toBe('');
    await pictures('look');
    expect(await axeComplaints(page, 'look', 'all')).toEqual([]);
    // A second press while the first one is asked asks nothing more.
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await host.answerDialog({ canceled: true, filePaths: [] });
    await expect.poll(focused, PATIENT).toBe('Choose a folder …');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await host.clickMenu('open-config');
    expect(await host.answerDialog({ canceled: true, filePaths: [] }), 'no dialog was open before it').toBe('Open a config');
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
    // An Esc in the same turn as the end of the word belongs to the word.
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 20))');
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
  });

  it('tells what was done without taking the focus, and F6 leads to undoing it and back', async () => {
    await page.goto(`${address}#/cache/1/parameters`);
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
    // The time of the page goes on as it is told.
    await page.clock.install();
    const longerThanShown = (): Promise<void> => page.clock.runFor(20_000);
    await page.reload();
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    const toast = page.getByRole('region', { name: 'What was done' }).getByRole('group');
    const grid = page.getByRole('grid', { name: /^Items of from python/ });
    const tell = async (): Promise<void> => {
      await askToLook();
      await page.getByRole('textbox', { name: isDesktop ? 'Path' : 'Path on the server', exact: true }).fill(library.foreignDirectory);
      await page.keyboard.press('Enter');
      await toast.getByText(`${library.foreignDirectory} is in the library now.`).waitFor();
      await grid.waitFor();
    };
    await tell();
    await toast.hover();
    await longerThanShown();
    expect(await toast.count(), 'pointed at').toBe(1);
    await page.mouse.move(20, 400);
    await longerThanShown();
    expect(await toast.count(), 'left').toBe(0);
    await tell();
    await page.mouse.move(20, 400);
    await grid.focus();
    await page.keyboard.press('F6');
    await longerThanShown();
    expect(await toast.count(), 'with the focus among them').toBe(1);
    // As the focus leaves, to where it was.
    await page.keyboard.press('Shift+Tab');
    await expect.poll(() => grid.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await longerThanShown();
    expect(await toast.count(), 'with the focus elsewhere').toBe(0);
  });

  it('asked nothing that the policy of the page refuses', async () => {
    expect(complaints).toEqual([]);
    expect(refused).toEqual([]);
    // What is refused would have been noticed.
    await page.evaluate("{ const image = new Image(); image.src = 'https://elsewhere.invalid/a.png'; }");
    await expect.poll(() => refused).toEqual([expect.stringMatching(/^img-src: https:\/\/elsewhere\.invalid\//)]);
  });
});
