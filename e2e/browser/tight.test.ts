import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demoEnvironment } from '../demo/run-command.ts';
import { launchChromium } from './find-chromium.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';

let browser: Browser;
let page: Page;
let served: ServedLarder;
let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-tight-')));
  [browser, served] = await Promise.all([launchChromium(), serve(demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') }), folder)]);
  page = await (await browser.newContext({ viewport: { width: 800, height: 800 } })).newPage();
  page.setDefaultTimeout(15_000);
  await enter(page, served);
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await page.goto(`${served.origin}/#/`);
  await page.getByRole('heading', { name: 'No caches yet' }).waitFor();
});

/** As from a file manager. */
async function drop(name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(`(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)})); return data; })()`);
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('main', type, { dataTransfer });
}

const isWhole = (text: Locator): Promise<boolean> => text.evaluate((element) => element.scrollWidth <= element.clientWidth);

describe('what has little room', () => {
  it('is in a narrow top bar no higher than the bar', async () => {
    const [bar, button] = [await page.getByRole('banner').boundingBox(), await page.getByRole('button', { name: /^Search items/ }).boundingBox()];
    expect(button!.y).toBeGreaterThan(bar!.y);
    expect(button!.y + button!.height).toBeLessThan(bar!.y + bar!.height);
    expect(await page.getByRole('banner').locator('kbd').evaluate((key) => key.getClientRects().length === 1 && key.getBoundingClientRect().height < 24)).toBe(true);
  });

  it('is a name as long as a file system allows, and read whole in the title of its dialog', async () => {
    await drop(`${'a'.repeat(251)}.csv`, 'VolumeName\ntrain_1_a_1.nii.gz\n');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('A list of 1 volume').waitFor();
    expect(await isWhole(dialog.getByRole('heading'))).toBe(true);
    expect(await isWhole(dialog)).toBe(true);
    await page.keyboard.press('Escape');
  });

  it('is the remark on an empty config, which stands in the place of what could be done there', async () => {
    await drop('empty.yaml', '');
    await page.getByRole('list', { name: 'Problems of the config' }).getByText('the file is empty').waitFor();
    expect(await page.getByLabel('Text of the config').getAttribute('placeholder')).toBe('');
  });
});
