import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium } from '../app/start-host.ts';
import { truncateEntry } from '../sample/index.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import { weakTexts } from './weak-texts.js';
import { chooseOption } from './choose-option.ts';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

let library: SampleLibrary;
let host: Host;
let page: Page;
const pictures: string[] = [];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  library = await makeSampleLibrary();
  // A second damaged entry, so that a choice can leave one out.
  const entries = (await entryNames()).sort();
  await truncateEntry(join(library.directory, entries.at(-1)!));
  await library.run('verify', '--config', library.project.configPath);
  ({ host, page } = await openPage({ ...library, width: 1280, height: 800 }));
  page.on('request', (request) => {
    if (request.url().includes('/_data/')) pictures.push(new URL(request.url()).pathname);
  });
  await page.getByRole('article', { name: 'sample-chest' }).getByRole('link', { name: 'sample-chest' }).click();
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await library?.remove();
});

async function entryNames(): Promise<string[]> {
  return (await readdir(library.directory)).filter((name) => name.endsWith('.pt'));
}

const table = () => page.getByRole('grid', { name: 'Items of sample-chest' });
const gallery = () => page.getByRole('listbox', { name: 'Items of sample-chest' });
const tiles = () => gallery().getByRole('option');
const look = () => page.getByRole('dialog', { name: 'Quick look' });
const toasts = () => page.getByRole('region', { name: 'What was done' });
/** What an `img` of the page tells; there are no types of the page here. */
interface Decoded {
  readonly complete: boolean;
  readonly naturalWidth: number;
  readonly naturalHeight: number;
}
/** Sides of pictures as they were decoded. */
const sides = (selector: string) => page.locator(selector).evaluateAll((images) => (images as unknown as Decoded[]).map((image) => (image.complete ? `${image.naturalWidth}x${image.naturalHeight}` : 'loading')));

// One story, in order: each part begins where the one before it ended.
describe('Items', () => {
  it('have small pictures in the table, made for those with a file', async () => {
    await table().waitFor();
    // The card in the library had some of them already, and an app whose window was open before anybody listened: a new page asks again.
    await page.reload();
    await expect.poll(() => sides('[role="row"] img')).toContain('128x128');
    const keys = (await entryNames()).map((name) => name.replace(/\.pt$/, '')).sort();
    expect(keys).toHaveLength(3);
    await expect.poll(() => [...new Set(pictures)].map((path) => /^\/_data\/thumb\/\d+-(.*)\.png$/.exec(path)?.[1] ?? path).sort()).toEqual(keys);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SCREENSHOTS, `items-table-${colorScheme}.png`) });
    }
  });

  it('stay in view until those of another order are there, and are taken over by them', async () => {
    const first = async (): Promise<string> => (await table().getByRole('row').nth(1).innerText()).split('\n')[0]!.trim();
    await page.evaluate(`window.rowsGone = 0; new MutationObserver((changes) => changes.forEach(({ removedNodes }) => removedNodes.forEach((node) => { if (node.role === 'row') window.rowsGone++; }))).observe(document.querySelector('[role=grid]'), { childList: true, subtree: true })`);
    const sorted = [...library.names.train, ...library.names.valid].sort();
    for (const expected of [sorted[0], sorted.at(-1)]) {
      await table().getByRole('columnheader').getByRole('button', { name: 'Volume' }).click();
      await expect.poll(first).toBe(expected);
    }
    expect(await page.evaluate('window.rowsGone')).toBe(0);
    await page.reload();
    await expect.poll(() => table().getByRole('row').count()).toBe(5);
  });

  it('are shown as a gallery with names and states, and the choice is remembered', async () => {
    await page.getByRole('group', { name: 'Show items as' }).getByRole('button', { name: 'Gallery' }).click();
    await expect.poll(() => tiles().count()).toBe(4);
    await expect.poll(() => sides('[role="option"] img')).toContain('128x128');
    expect(await page.getByRole('option', { name: / missing\b/ }).innerText()).toContain('no file');
    expect(await tiles().first().getAttribute('aria-setsize')).toBe('4');
    await page.reload();
    await expect.poll(() => tiles().count()).toBe(4);
    await chooseOption(page.getByRole('combobox', { name: 'Sort by' }), 'Volume');
    const sorted = [...library.names.train, ...library.names.valid].sort();
    await expect.poll(() => tiles().first().getAttribute('title')).toBe(sorted[0]);
    await chooseOption(page.getByRole('combobox', { name: 'Sort by' }), 'List order');
    // Clicks count when the rows are those of the new order.
    await gallery().and(page.locator('[aria-busy="false"]')).waitFor();
  });

  it('are looked at quickly with Space, and the arrow keys flip through them', async () => {
    await page.getByRole('option', { name: / cached\b/ }).first().click();
    const panel = page.getByRole('complementary', { name: 'Entry' });
    await panel.waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.keyboard.press('Space');
    await look().waitFor();
    const last = 4;
    for (let index = 0; index < last; index++) await page.keyboard.press('ArrowLeft');
    await look().getByText('1 of 4').waitFor();
    const seen: string[] = [];
    for (let index = 1; index <= last; index++) {
      await look().getByText(`${index} of 4`).waitFor();
      seen.push(await look().getByRole('heading').innerText());
      const image = look().getByRole('img');
      const words = look().getByText(/There is no(thing in this| file)/);
      await image.or(words).waitFor();
      if ((await image.count()) > 0) await expect.poll(() => sides('[role=dialog] img')).toEqual(['960x320']);
      if (index === 1) await page.screenshot({ path: join(SCREENSHOTS, 'items-look-light.png') });
      await page.keyboard.press('ArrowRight');
    }
    expect(new Set(seen)).toEqual(new Set([...library.names.train, ...library.names.valid]));
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.screenshot({ path: join(SCREENSHOTS, 'items-look-dark.png') });
    expect(await page.evaluate(weakTexts)).toEqual([]);
    await page.keyboard.press('Space');
    await look().waitFor({ state: 'detached' });
    expect(await gallery().getAttribute('aria-activedescendant')).toBe('tile-3');
    expect(await panel.count()).toBe(0);
  });

  it.each(['dark', 'light'] as const)('are chosen by click, Ctrl, Shift and all at once (%s)', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const bar = page.getByRole('region', { name: 'Chosen items' });
    await gallery().press('Escape');
    await tiles().nth(0).click({ modifiers: ['Control'] });
    await tiles().nth(1).click({ modifiers: ['Control'] });
    await bar.getByText('2 chosen').waitFor();
    await bar.getByRole('button', { name: 'Choose all 4' }).click();
    await bar.getByText('4 chosen').waitFor();
    expect(await gallery().locator('[aria-selected="true"]').count()).toBe(4);
    await page.screenshot({ path: join(SCREENSHOTS, `items-gallery-${colorScheme}.png`) });
    expect(await page.evaluate(weakTexts)).toEqual([]);
    await bar.getByRole('button', { name: 'Choose none' }).click();
    await bar.waitFor({ state: 'detached' });
  });

  it('are fixed by choice: the one that was chosen, and no other', async () => {
    const damaged = page.getByRole('option', { name: / damaged\b/ });
    await expect.poll(() => damaged.count()).toBe(2);
    const name = (await damaged.first().getAttribute('title'))!;
    await page.getByRole('button', { name: /damaged 2/ }).click();
    await expect.poll(() => tiles().count()).toBe(2);
    await tiles().first().click({ modifiers: ['Control'] });
    await page.getByRole('button', { name: 'Fix …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fix 1 of sample-chest' });
    await dialog.getByText(/1 damaged file .* will be set aside/).waitFor();
    // What it takes is told before it is asked for, as `larder fix` tells it.
    await dialog.getByText('To make again').waitFor();
    expect(await dialog.innerText()).toMatch(/Disk\n+[\d.]+ [kM]B at peak; [\d.]+ [MGT]B free/);
    expect(await dialog.innerText()).toMatch(/larder fix --config .* --only [0-9a-f]{32}/);
    await page.screenshot({ path: join(SCREENSHOTS, 'items-fix-light.png') });
    await dialog.getByRole('button', { name: 'Fix 1' }).click();
    await toasts().getByText('sample-chest: 1 file set aside, 1 entry made again.').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: /^All 4/ }).click();
    await page.getByRole('option', { name: `${name} cached` }).waitFor();
    await expect.poll(() => damaged.count()).toBe(1);
    await toasts().getByRole('button', { name: 'Undo' }).click();
    await toasts().getByText('1 file put back.').waitFor();
    await expect.poll(() => damaged.count()).toBe(2);
  });

  it('are cleared by choice, with what it takes, and put back', async () => {
    // The others move up when one goes.
    const buttons = toasts().getByRole('button', { name: 'Dismiss' });
    while ((await buttons.count()) > 0) await buttons.first().click();
    const before = await entryNames();
    const bytes = (await Promise.all(before.map((name) => stat(join(library.directory, name))))).reduce((sum, { size }) => sum + size, 0);
    await gallery().focus();
    await page.keyboard.press('Control+a');
    await page.getByRole('button', { name: 'Clear 3 …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clear 3 of sample-chest' });
    await dialog.getByText(`3 files (${(bytes / 1000).toFixed(0)} kB)`).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'items-clear-light.png') });
    await dialog.getByRole('button', { name: 'Set aside 3' }).click();
    await toasts().getByText(/3 entries .* set aside/).waitFor();
    expect(await entryNames()).toEqual([]);
    // The bar with what could be done is gone, and its dialog: the keys go to the list again.
    await expect.poll(() => gallery().evaluate((list) => list === list.ownerDocument.activeElement)).toBe(true);
    await toasts().getByRole('button', { name: 'Undo' }).click();
    await toasts().getByText('3 files put back.').waitFor();
    expect((await entryNames()).sort()).toEqual(before.sort());
  });

  it('tell what a job has found while it still runs, by code', async () => {
    // The others move up when one goes.
    const buttons = toasts().getByRole('button', { name: 'Dismiss' });
    while ((await buttons.count()) > 0) await buttons.first().click();
    // Setting aside forgot what was known of the files; another terminal looks again.
    await library.run('verify', '--config', library.project.configPath);
    await page.getByRole('button', { name: 'Fix 3' }).waitFor();
    library.hub.setBytesPerSecond(50_000);
    try {
      await page.getByRole('button', { name: 'Fix 3' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Fix 3' }).click();
      await page.getByRole('tab', { name: /^findings/i }).click();
      const live = page.getByRole('region', { name: 'Found by the running job' });
      await live.getByText(/3 found so far/).waitFor();
      const changed = live.locator('details').filter({ hasText: 'crc-mismatch' });
      await changed.locator('summary').click();
      await changed.getByText(/CRC-32 [0-9a-f]{8} instead of/).waitFor();
      await page.screenshot({ path: join(SCREENSHOTS, 'items-live-light.png') });
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.screenshot({ path: join(SCREENSHOTS, 'items-live-dark.png') });
      // What was found before the page was there is there with it.
      await page.reload();
      await live.getByText(/3 found so far/).waitFor();
      await changed.locator('summary').click();
      await changed.getByText(/CRC-32 [0-9a-f]{8} instead of/).waitFor();
      expect(await page.evaluate(weakTexts)).toEqual([]);
    } finally {
      library.hub.setBytesPerSecond(1_000_000_000);
    }
    await toasts().getByText(/2 files set aside, 3 entries made again/).waitFor({ timeout: 60_000 });
    await page.getByText('Nothing was found.').waitFor();
  });

  it('tell what a job of a terminal finds while it still runs', async () => {
    await rm(join(library.directory, (await entryNames())[0]!));
    library.hub.setBytesPerSecond(50_000);
    const fixing = library.run('fix', '--config', library.project.configPath);
    try {
      const live = page.getByRole('region', { name: 'Found by the running job' });
      await live.getByText(/1 found so far/).waitFor();
      await live.locator('summary').click();
      await live.getByRole('listitem').filter({ hasText: '.nii.gz' }).waitFor();
    } finally {
      library.hub.setBytesPerSecond(1_000_000_000);
    }
    expect((await fixing).exitCode).toBe(0);
    await page.getByText('Nothing was found.').waitFor();
  });
});
