import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium } from '../app/start-host.ts';
import { demoEnvironment, runCommand } from '../demo/run-command.ts';
import { axeComplaints } from './axe-complaints.ts';
import { CLI, ROOT } from './ensure-built.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
const ENTRY = join(ROOT, 'src-main/formats/torch/__fixtures__/monai/e1/a/028d5d0a733c1a993c4ba40f1edc963c.pt');
const COUNT = 2_300;
/** Rows in view, those beyond the edges, and the two rooms. */
const DRAWN_AT_MOST = 60;

let host: Host;
let page: Page;
let folder: string;
let directory: string;

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-quarantine-')));
  directory = join(folder, 'many');
  await mkdir(directory);
  for (let index = 0; index < COUNT; index++) await copyFile(ENTRY, join(directory, `${createHash('md5').update(String(index)).digest('hex')}.pt`));
  const environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
  const cleared = await runCommand(['clear', '--cache', directory, '--yes'], { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, () => undefined);
  expect(cleared.exitCode).toBe(0);
  ({ host, page } = await openPage({ environment, folder, width: 1280, height: 800, colorScheme: 'dark' }));
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await rm(folder, { recursive: true, force: true });
});

const records = () => page.getByRole('group', { name: 'What is set aside' });
const rows = () => records().locator('tbody tr[aria-rowindex]');
const names = (): Promise<string[]> => rows().getByRole('rowheader').allInnerTexts();

describe('a quarantine of thousands', () => {
  it('draws the rows in view alone, and says how many there are', async () => {
    await page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: /^many/ }).click();
    await page.getByRole('tab', { name: 'Storage' }).click();
    await page.getByText('2,300 set aside').waitFor();
    expect(await records().getByRole('table').getAttribute('aria-rowcount')).toBe('201');
    expect(await rows().count()).toBeLessThan(DRAWN_AT_MOST);
    await page.getByRole('button', { name: 'Show 2,000 more' }).click();
    await page.getByRole('button', { name: 'Show 100 more' }).click();
    await expect.poll(() => records().getByRole('table').getAttribute('aria-rowcount')).toBe('2301');
    expect(await page.getByRole('button', { name: /^Show \d.* more$/ }).count()).toBe(0);
    expect(await rows().count()).toBeLessThan(DRAWN_AT_MOST);
  });

  it('leads to the last of them by keyboard, each once and in its order', async () => {
    const first = await names();
    await records().focus();
    // Its end is where the heights of rows say that are measured on the way.
    const lastAtEnd = async (): Promise<string | null> => {
      await page.keyboard.press('End');
      return await rows().last().getAttribute('aria-rowindex');
    };
    await expect.poll(lastAtEnd, { timeout: 10_000 }).toBe('2301');
    const last = await names();
    expect(last.filter((name) => first.includes(name))).toEqual([]);
    const indexes = await rows().evaluateAll((found) => found.map((row) => Number((row as unknown as { getAttribute(name: string): string }).getAttribute('aria-rowindex'))));
    expect(indexes).toEqual(indexes.map((_, place) => indexes[0]! + place));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SCREENSHOTS, `quarantine-${colorScheme}.png`) });
      expect(await axeComplaints(page, `quarantine, ${colorScheme}`, 'all')).toEqual([]);
      expect(await page.evaluate(weakTexts)).toEqual([]);
    }
  });

  it('asks by name before it deletes one for good, beginning at the answer that does nothing', async () => {
    const wanted = (await rows().last().locator('small').innerText()).trim();
    await rows().last().getByRole('button', { name: `Delete ${wanted} for good` }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Delete for good?' });
    expect(await dialog.getByRole('list', { name: 'Names' }).getByRole('listitem').allInnerTexts()).toEqual([wanted]);
    await expect.poll(() => dialog.getByRole('button', { name: 'Close' }).evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('2,300 set aside').waitFor();
  });

  it('gives back the one that is meant, wherever it stands', async () => {
    const wanted = (await rows().last().locator('small').innerText()).trim();
    await rows().last().getByRole('button', { name: `Put back ${wanted}` }).click();
    await page.getByRole('dialog', { name: 'Put it back?' }).getByRole('button', { name: 'Put 1 back' }).click();
    await page.getByText('2,299 set aside').waitFor();
    // Its row is gone, with the button that had the focus.
    await expect.poll(() => page.getByRole('region', { name: 'Quarantine' }).evaluate((region) => region.contains(region.ownerDocument.activeElement))).toBe(true);
    expect((await readdir(directory)).filter((name) => name.endsWith('.pt'))).toEqual([wanted]);
  });
});
