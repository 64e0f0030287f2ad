import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeComplaints } from './axe-complaints.ts';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';

let browser: Browser;
let library: SampleLibrary;
let served: ServedLarder;
let page: Page;

beforeAll(async () => {
  [browser, library] = await Promise.all([launchChromium(), makeSampleLibrary()]);
  served = await serve(library.environment, library.folder);
  page = await (await browser.newContext({ viewport: { width: 2560, height: 1440 } })).newPage();
  page.setDefaultTimeout(15_000);
  await enter(page, served);
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await library?.remove();
});

it('shows in the library what is in a cache, and beside it what was done lately', async () => {
  const card = page.getByRole('article', { name: 'sample-chest' });
  await card.locator('img[src^="blob:"]').first().waitFor();
  const lately = page.getByRole('region', { name: 'Lately' });
  const text = await lately.innerText();
  expect(text).toMatch(/verify[\s\S]+generate/i);
  expect(text).toContain('1 damaged');
  const [of, at] = [(await card.boundingBox())!, (await lately.boundingBox())!];
  expect(at.x).toBeGreaterThan(of.x + of.width);
  expect(await axeComplaints(page, 'library')).toEqual([]);
});

it('shows the details of the newest job beside the jobs, and of the one that is chosen', async () => {
  await page.getByRole('link', { name: 'Jobs', exact: true }).click();
  const details = page.getByRole('region', { name: /^Details of/ });
  await details.getByText(/verify in/).waitFor();
  const generate = page.getByRole('article', { name: /generate/ }).getByRole('button', { name: /details/ });
  expect(await generate.getAttribute('aria-pressed')).toBe('false');
  await generate.click();
  await details.getByText(/generate in/).waitFor();
  expect(await generate.getAttribute('aria-pressed')).toBe('true');
  expect(await axeComplaints(page, 'jobs')).toEqual([]);
});

it('shows the entry that a finding is about beside the findings, until it is closed', async () => {
  await page.goto(`${served.origin}/#/cache/1/findings`);
  const damaged = page.locator('details').filter({ hasText: 'crc-mismatch' }).getByRole('link');
  const name = await damaged.innerText();
  const panel = page.getByRole('complementary', { name: 'Entry' });
  await panel.getByRole('heading', { name }).waitFor();
  expect(await panel.innerText()).toContain('the model trains on wrong numbers');
  expect(await damaged.getAttribute('aria-current')).toBe('true');
  await panel.locator('canvas[data-shown]').waitFor();
  expect(await axeComplaints(page, 'findings')).toEqual([]);
  await page.getByRole('button', { name: 'Close the inspector' }).click();
  await panel.waitFor({ state: 'detached' });
  await damaged.click();
  await panel.getByRole('heading', { name }).waitFor();
  expect(page.url()).toMatch(/\/findings$/);
});

it('goes to the entry among the items where there is no room beside', async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('complementary', { name: 'Entry' }).waitFor({ state: 'detached' });
  await page.locator('details').filter({ hasText: 'crc-mismatch' }).getByRole('link').click();
  await page.waitForURL(/\/items\/[0-9a-f]{32}$/);
});
