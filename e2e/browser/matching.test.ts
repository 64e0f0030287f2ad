import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
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
const BIG = CHOSEN_MAX + 1_000;
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

  it('is verified by what it has in common, not by its keys', async () => {
    await bar().getByRole('button', { name: 'Verify …' }).click();
    expect(await dialog().locator('code').innerText()).toContain(' --min-size 15');
    await dialog().getByRole('radio', { name: /structure/i }).check();
    await dialog().getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByRole('status', { name: 'What was done' }).getByText(new RegExp(`${words(BIG)} entries verified: 0 sound, ${words(BIG)} damaged`)).waitFor({ timeout: 60_000 });
  });

  it('is repaired where a search and a filter meet', async () => {
    await page.getByRole('searchbox').fill('ab');
    const count = (await readdir(directory)).filter((name) => name.startsWith('ab')).length;
    const small = Array.from({ length: SMALL }, (_, i) => createHash('md5').update(`scan ${BIG + i}`).digest('hex')).filter((key) => key.startsWith('ab')).length;
    await chooseAll(count - small);
    await bar().getByRole('button', { name: 'Fix …' }).click();
    await dialog().getByRole('button', { name: `Fix ${count - small}`, exact: true }).click();
    await page.getByRole('status', { name: 'What was done' }).getByText(new RegExp(`${count - small} files set aside`)).waitFor();
    await page.getByRole('searchbox').fill('');
    await expect.poll(async () => (await readdir(directory)).filter((name) => name.startsWith('ab')).length).toBe(small);
  });

  it('is cleared, and what does not match stays', async () => {
    const big = (await readdir(directory)).filter((name) => name.endsWith('.pt')).length - SMALL;
    await page.getByText(new RegExp(`^${words(big)} items$`)).waitFor({ state: 'attached' });
    await chooseAll(big);
    await bar().getByRole('button', { name: 'Clear …' }).click();
    await dialog().getByRole('radio', { name: /for good/i }).check();
    await dialog().getByRole('button', { name: new RegExp(`^Delete ${words(big)} for good$`) }).click();
    await page.getByRole('status', { name: 'What was done' }).getByText(new RegExp(`${words(big)} entries .* deleted for good`)).waitFor({ timeout: 60_000 });
    expect((await readdir(directory)).filter((name) => name.endsWith('.pt'))).toHaveLength(SMALL);
    const longest = calls.filter(({ method }) => /verify|fix|lear/.test(method)).map(({ length }) => length);
    expect(longest.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...longest)).toBeLessThan(500);
  });
});
