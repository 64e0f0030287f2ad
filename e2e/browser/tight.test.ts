import { copyFile, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoEnvironment, runCommand } from '../demo/run-command.ts';
import { CLI, ROOT } from './ensure-built.ts';
import { launchChromium } from './find-chromium.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';

const WIDTH = 800;
/** Height of a control whose text has broken, px. */
const TWO_LINES = 40;
const MONAI_ENTRIES = join(ROOT, 'src-main/formats/torch/__fixtures__/monai/e1/a');

let browser: Browser;
let page: Page;
let served: ServedLarder;
let folder: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-tight-')));
  environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
  [browser, served] = await Promise.all([launchChromium(), serve(environment, folder)]);
  page = await (await browser.newContext({ viewport: { width: WIDTH, height: 800 } })).newPage();
  page.setDefaultTimeout(15_000);
  await enter(page, served);
  await page.getByRole('heading', { name: 'No caches yet' }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** As from a file manager. */
async function drop(name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(`(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)})); return data; })()`);
  for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('main', type, { dataTransfer });
}

async function expectWithin(control: Locator): Promise<void> {
  await control.waitFor();
  const box = await control.boundingBox();
  expect(box!.x + box!.width).toBeLessThanOrEqual(WIDTH);
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

  it('is a cache of such a name: everything of it and around it is within reach', async () => {
    const name = 'x'.repeat(200);
    await mkdir(join(folder, name));
    for (const file of await readdir(MONAI_ENTRIES)) if (file.endsWith('.pt')) await copyFile(join(MONAI_ENTRIES, file), join(folder, name, file));
    await runCommand(['verify', '--cache', join(folder, name)], { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, () => undefined);
    const main = page.getByRole('main');
    const link = page.getByRole('navigation').getByRole('link', { name });
    await link.click();
    await main.getByRole('button', { name: 'Verify', exact: true }).waitFor();
    const place = await page.getByRole('navigation').boundingBox();
    expect((await link.boundingBox())!.width).toBeLessThan(place!.width);
    for (const button of await main.getByRole('group', { name: 'Actions' }).getByRole('button').all()) await expectWithin(button);
    await page.goto(`${served.origin}/#/storage`);
    await expectWithin(main.getByRole('button', { name: /^Clear/ }).first());
    await page.goto(`${served.origin}/#/jobs`);
    const opener = main.getByRole('button', { name: /details$/ }).first();
    await opener.waitFor();
    expect((await opener.boundingBox())!.height).toBeLessThan(TWO_LINES);
    await page.goto(`${served.origin}/#/`);
    const card = main.getByRole('article', { name });
    await card.getByRole('button', { name: /^Copy the command/ }).focus();
    // A focus that no key has moved is shown to nobody.
    await page.keyboard.press('Shift+Tab');
    expect(await isWhole(card.locator('code').last()), 'a command that nobody is at').toBe(false);
    await page.keyboard.press('Tab');
    expect(await isWhole(card.locator('code').last()), 'a command that is copied by the keys').toBe(true);
  });

  it('is the remark on an empty config, which stands in the place of what could be done there', async () => {
    await drop('empty.yaml', '');
    await page.getByRole('list', { name: 'Problems of the config' }).getByText('the file is empty').waitFor();
    expect(await page.getByLabel('Text of the config').getAttribute('placeholder')).toBe('');
  });
});
