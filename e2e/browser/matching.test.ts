import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalog } from '../../src-main/catalog/index.ts';
import type { ClientFrame } from '../../src-main/contract/methods.ts';
import { CHOSEN_MAX } from '../../src-main/contract/methods.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import { launchChromium } from './find-chromium.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
/** More than a call may name. */
const BIG = CHOSEN_MAX + 500;
const SMALL = 50;
/** Of a big file; the small ones have a few. */
const BIG_BYTES = 20;

let browser: Browser;
let page: Page;
let served: ServedLarder;
let folder: string;
let directory: string;
const calls: { readonly method: string; readonly length: number }[] = [];

/** Files of a cache that anybody may have made: none of them is whole. */
async function writeFiles(): Promise<void> {
  const fileOf = (index: number): string => join(directory, `${createHash('md5').update(`scan ${index}`).digest('hex')}.pt`);
  for (let from = 0; from < BIG + SMALL; from += 500) await Promise.all(Array.from({ length: Math.min(500, BIG + SMALL - from) }, (_, i) => writeFile(fileOf(from + i), 'x'.repeat(from + i < BIG ? BIG_BYTES : 5))));
}

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-matching-')));
  directory = join(folder, 'cache');
  await Promise.all([mkdir(directory), mkdir(join(folder, 'data'))]);
  await writeFiles();
  const catalog = openCatalog({ path: join(folder, 'data/catalog.sqlite') });
  catalog.caches.upsert({ kind: 'volume', directory, label: 'big' });
  catalog.close();
  [browser, served] = await Promise.all([launchChromium(), serve(demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') }), folder)]);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(30_000);
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const frame = JSON.parse(String(payload)) as ClientFrame;
      if (frame.type === 'call') calls.push({ method: frame.method, length: String(payload).length });
    }),
  );
  await enter(page, served);
  await page.goto(`${served.origin}/#/cache/1/items`);
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await rm(folder, { recursive: true, force: true });
});

const bar = () => page.getByRole('region', { name: 'Chosen items' });
const dialog = () => page.getByRole('dialog');
const words = (count: number): string => count.toLocaleString('en-US').replaceAll(',', '[\\s,  ]?');

async function chooseAll(count: number): Promise<void> {
  await page.getByRole('grid').getByRole('row').nth(1).click({ modifiers: ['Control'] });
  await page.keyboard.press('Control+a');
  await bar().getByRole('button', { name: new RegExp(`^All ${words(count)} that match$`) }).click();
  await bar().getByText(new RegExp(`^All ${words(count)} that match$`)).waitFor();
}

describe('everything that a list shows, however much', () => {
  it('is a choice once all that can be picked are', async () => {
    await page.getByRole('grid').getByRole('row').nth(1).waitFor();
    await page.getByRole('button', { name: /^Size and age/ }).click();
    await page.getByLabel('At least').fill('15');
    await page.getByText(new RegExp(`^${words(BIG)} items$`)).waitFor({ state: 'attached' });
    await chooseAll(BIG);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SCREENSHOTS, `items-matching-${colorScheme}.png`) });
      expect(await page.evaluate(weakTexts)).toEqual([]);
    }
  });

  it('is verified and repaired where a search and a filter meet, by what it has in common', async () => {
    const ofSearch = (keys: readonly string[]): number => keys.filter((key) => key.startsWith('ab')).length;
    const small = ofSearch(Array.from({ length: SMALL }, (_, i) => createHash('md5').update(`scan ${BIG + i}`).digest('hex')));
    const count = ofSearch(await readdir(directory)) - small;
    await page.getByRole('searchbox').fill('ab');
    await page.getByText(`${count} items`, { exact: true }).waitFor({ state: 'attached' });
    await chooseAll(count);
    await bar().getByRole('button', { name: 'Verify …' }).click();
    expect(await dialog().locator('code').innerText()).toContain(' --name=ab --min-size 15');
    await dialog().getByRole('button', { name: 'Verify', exact: true }).click();
    const toasts = page.getByRole('region', { name: 'What was done' });
    await toasts.getByText(`${count} entries verified: 0 sound, ${count} damaged`).waitFor();
    await bar().getByRole('button', { name: 'Fix …' }).click();
    await dialog().getByRole('button', { name: `Fix ${count}`, exact: true }).click();
    await toasts.getByText(`${count} files set aside`).waitFor();
    expect(ofSearch(await readdir(directory))).toBe(small);
    await page.getByRole('searchbox').fill('');
  });

  it('is exported: the entries it means and no others', async () => {
    await page.getByText(/^\d{2}[\s,]?\d{3} items$/).waitFor({ state: 'attached' });
    const big = (await readdir(directory)).filter((name) => name.endsWith('.pt')).length - SMALL;
    await page.getByRole('button', { name: /^cached/ }).click();
    await page.getByText(new RegExp(`^${words(big)} items$`)).waitFor({ state: 'attached' });
    await chooseAll(big);
    await bar().getByRole('button', { name: 'Export …' }).click();
    await dialog().getByRole('radio', { name: /table/ }).check();
    expect(await dialog().locator('code').innerText()).toContain(' --state cached --min-size 15 --output cache_info.csv');
    const [download] = await Promise.all([page.waitForEvent('download'), dialog().getByRole('button', { name: /^Save/ }).click()]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(big + 1);
  });

  it('is cleared, and what does not match stays', async () => {
    const big = (await readdir(directory)).filter((name) => name.endsWith('.pt')).length - SMALL;
    await page.getByText(new RegExp(`^${words(big)} items$`)).waitFor({ state: 'attached' });
    await chooseAll(big);
    await bar().getByRole('button', { name: 'Clear …' }).click();
    await dialog().getByRole('radio', { name: /for good/i }).check();
    await dialog().getByRole('button', { name: new RegExp(`^Delete ${words(big)} for good$`) }).click();
    await page.getByRole('region', { name: 'What was done' }).getByText(new RegExp(`${words(big)} entries .* deleted for good`)).waitFor({ timeout: 60_000 });
    expect((await readdir(directory)).filter((name) => name.endsWith('.pt'))).toHaveLength(SMALL);
    const longest = calls.filter(({ method }) => /verify|fix|lear/.test(method)).map(({ length }) => length);
    expect(longest.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...longest)).toBeLessThan(500);
  });
});
