import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoEnvironment, runCommand } from '../demo/run-command.ts';
import { CLI } from './ensure-built.ts';
import { launchChromium } from './find-chromium.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

let browser: Browser;
let page: Page;
let served: ServedLarder;
let folder: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-settings-')));
  // Whatever this machine needs to reach the world is not part of the story.
  const { NODE_EXTRA_CA_CERTS: _own, ...plain } = process.env;
  environment = { ...demoEnvironment(plain, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') }), HF_TOKEN: 'hf_never_shown', SSL_CERT_FILE: '/etc/company.pem' };
  [browser, served] = await Promise.all([launchChromium(), serve(environment, folder)]);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' })).newPage();
  page.setDefaultTimeout(12_000);
  await enter(page, served);
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await rm(folder, { recursive: true, force: true });
});

const field = (name: string): Locator => page.getByRole('textbox', { name, exact: true });
const file = async (): Promise<unknown> => JSON.parse(await readFile(join(folder, 'data/settings.json'), 'utf8'));
const ground = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');

// One story, in its order.
describe('the Settings screen', () => {
  it('shows what counts and who says so, and of the token only where it is from', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
    await field('Endpoint').waitFor();
    const text = await page.getByRole('main').innerText();
    expect(text).toContain('In use: https://huggingface.co.');
    expect(text).toContain('In use: /etc/company.pem, from SSL_CERT_FILE of the environment, which goes first.');
    expect(text).toContain('In use: the one from HF_TOKEN.');
    expect(text).toContain('Only the desktop app keeps a token.');
    expect(text).toContain(join(folder, 'data'));
    expect(await page.content()).not.toContain('hf_never_shown');
    expect(await page.getByRole('heading', { name: 'Graphics' }).count(), 'a browser has its own').toBe(0);
    await page.getByText(/^Larder: /).waitFor();
    const diagnostics = await page.getByLabel('What Larder runs on').innerText();
    expect(diagnostics).toMatch(/^Larder: [\d.]+, through a browser\nSystem: .+\nRuns on: node [\d.]+\nPage: Mozilla.+\nWebGL 2: .+$/);
    expect(diagnostics, 'no paths').not.toContain(folder);
  });

  it('keeps a change at once, by keyboard, and shows its command', async () => {
    await field('Workers').fill('3');
    await page.keyboard.press('Enter');
    await page.getByText('larder settings set workers 3').waitFor();
    await field('Memory').fill('8,5');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('larder settings set memory 8.5GB').waitFor();
    expect(await file()).toEqual({ workers: 3, memoryBytes: 8_500_000_000 });
    await field('Workers').fill('');
    await page.keyboard.press('Enter');
    await page.getByText('larder settings reset workers').waitFor();
    expect(await file()).toEqual({ memoryBytes: 8_500_000_000 });
  });

  it('refuses what cannot be used, beside its field', async () => {
    await field('Workers').fill('2000');
    await page.getByRole('alert').getByText('A whole number from 1 to 1,024.').waitFor();
    expect(await field('Workers').getAttribute('aria-invalid')).toBe('true');
    // An arrow key goes to the nearest number that is allowed.
    await field('Workers').press('ArrowUp');
    expect(await field('Workers').inputValue()).toBe('1024');
    await field('Workers').fill('');
    await field('Proxy').fill('http://me:secret@proxy:3128');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Set HTTPS_PROXY in the environment instead.').waitFor();
    expect(await field('Proxy').getAttribute('aria-invalid')).toBe('true');
    expect(await file()).toEqual({ memoryBytes: 8_500_000_000 });
    await page.screenshot({ path: join(SCREENSHOTS, 'settings-refused.png') });
    expect(await page.evaluate(weakTexts)).toEqual([]);
    await field('Proxy').fill('');
  });

  it('puts the page into its theme, whatever the system has, and keeps it over a reload', async () => {
    const light = await ground();
    await page.getByRole('radio', { name: 'dark' }).check();
    await expect.poll(ground).not.toBe(light);
    const dark = await ground();
    await page.reload();
    await field('Endpoint').waitFor();
    expect(await ground()).toBe(dark);
    await page.screenshot({ path: join(SCREENSHOTS, 'settings-dark.png') });
    expect(await page.evaluate(weakTexts)).toEqual([]);
    await page.getByRole('radio', { name: 'light' }).check();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(ground).toBe(light);
    await page.screenshot({ path: join(SCREENSHOTS, 'settings-light.png') });
    expect(await page.evaluate(weakTexts)).toEqual([]);
    await page.getByRole('radio', { name: 'as the system' }).check();
    await expect.poll(ground).toBe(dark);
    expect(await file()).toEqual({ memoryBytes: 8_500_000_000 });
  });

  it('puts every other window into it at once, also when a command changes it', async () => {
    const other = await page.context().newPage();
    await other.emulateMedia({ colorScheme: 'light' });
    await other.goto(`${served.origin}/#/settings`);
    await other.getByRole('radio', { name: 'as the system' }).waitFor();
    const otherGround = (): Promise<string> => other.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await otherGround();
    await page.getByRole('radio', { name: 'dark' }).check();
    await expect.poll(otherGround, { timeout: 900 }).not.toBe(light);
    await expect.poll(() => other.getByRole('radio', { name: 'dark' }).isChecked()).toBe(true);
    const said = await runCommand(['settings', 'set', 'theme', 'light'], { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, () => undefined);
    expect(said.exitCode).toBe(0);
    await expect.poll(otherGround, { timeout: 3_000 }).toBe(light);
    await expect.poll(ground).toBe(light);
    await page.getByRole('radio', { name: 'as the system' }).check();
    await other.close();
  });

  it('fits a narrow window without a sideways scroll', async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    await page.screenshot({ path: join(SCREENSHOTS, 'settings-narrow.png') });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
