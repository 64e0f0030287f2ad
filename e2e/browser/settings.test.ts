import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { startBrowser } from '../app/hosts/browser.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium, isDesktop } from '../app/start-host.ts';
import { demoEnvironment, runCommand } from '../demo/run-command.ts';
import { CLI } from './ensure-built.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
const SECRET = 'hf_ofTheKeyStoreOnly';

let host: Host;
let page: Page;
let address: string;
let folder: string;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-settings-')));
  // Whatever this machine needs to reach the world is not part of the story.
  const { NODE_EXTRA_CA_CERTS: _own, ...plain } = process.env;
  environment = { ...demoEnvironment(plain, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') }), HF_TOKEN: 'hf_never_shown', SSL_CERT_FILE: '/etc/company.pem' };
  ({ host, page, address } = await openPage({ environment, folder, width: 1280, height: 1000, colorScheme: 'light' }));
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await rm(folder, { recursive: true, force: true });
});

const field = (name: string): Locator => page.getByRole('textbox', { name, exact: true });
const file = async (): Promise<unknown> => JSON.parse(await readFile(join(folder, 'data/settings.json'), 'utf8'));
const groundOf = (shown: Page): Promise<string> => shown.evaluate('getComputedStyle(document.body).backgroundColor');
const ground = (): Promise<string> => groundOf(page);

/** Closes the dialog for a CA file, of the system or of the page, without a choice or with the file of this path. */
async function answer(path: string | null): Promise<void> {
  if (isDesktop) {
    expect(await host.answerDialog({ canceled: path === null, filePaths: path === null ? [] : [path] })).toBe('Choose a CA file');
    return;
  }
  const dialog = page.getByRole('dialog', { name: 'Choose a CA file on the server' });
  await dialog.getByRole('combobox').waitFor();
  if (path === null) await page.keyboard.press('Escape');
  else {
    await page.keyboard.type(dirname(path));
    await page.keyboard.press('Enter');
    await page.keyboard.type(basename(path));
    await dialog.getByRole('option', { name: basename(path), selected: true }).waitFor();
    await page.keyboard.press('Enter');
  }
  await dialog.waitFor({ state: 'detached' });
}

// One story, in its order.
describe('the Settings screen', () => {
  it('shows what counts and who says so, and of the token only where it is from', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
    await field('Endpoint').waitFor();
    const text = await page.getByRole('main').innerText();
    expect(text).toContain('In use: https://huggingface.co.');
    expect(text).toContain('In use: /etc/company.pem, from SSL_CERT_FILE of the environment, which goes first.');
    expect(text).toContain('In use: the one from HF_TOKEN.');
    expect(text).toMatch(isDesktop ? /One that is given here is encrypted and kept in the (keyring|keychain|key store) of / : /Only the desktop app keeps a token\./);
    expect(await page.getByLabel('Token', { exact: true }).count()).toBe(isDesktop ? 1 : 0);
    expect(text).toContain(join(folder, 'data'));
    expect(await page.content()).not.toContain('hf_never_shown');
    expect(await page.getByRole('heading', { name: 'Graphics' }).count(), 'a browser has its own').toBe(isDesktop ? 1 : 0);
    await page.getByText(/^Larder: /).waitFor();
    const diagnostics = await page.getByLabel('What Larder runs on').innerText();
    if (isDesktop) expect(diagnostics).toMatch(/^Larder: [\d.]+, through the desktop\nSystem: .+\nRuns on: .*node [\d.]+\nPage: Mozilla.+\nWebGL 2: .+\nGraphics: .*webgl2 \w+/);
    else expect(diagnostics).toMatch(/^Larder: [\d.]+, through a browser\nSystem: .+\nRuns on: node [\d.]+\nPage: Mozilla.+\nWebGL 2: .+$/);
    expect(diagnostics, 'no paths').not.toContain(folder);
  });

  it.runIf(isDesktop)('keeps a token in the key store alone, says that the one of the environment goes first, and forgets it', async () => {
    const token = page.getByLabel('Token', { exact: true });
    const forget = page.getByRole('button', { name: 'Forget it' });
    await token.fill('two words');
    await page.keyboard.press('Enter');
    await page.getByText('This is no token.').waitFor();
    expect(await forget.count()).toBe(0);
    await token.fill(SECRET);
    await page.keyboard.press('Enter');
    await forget.waitFor();
    expect(await page.getByText('This is no token.').count()).toBe(0);
    expect(await token.inputValue()).toBe('');
    expect(await page.getByRole('main').innerText()).toContain('In use: the one from HF_TOKEN.');
    expect(await page.content()).not.toContain(SECRET);
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(files).toContain(join(folder, 'data/token.enc'));
    for (const path of files) expect((await readFile(path)).includes(SECRET), path).toBe(false);
    await forget.click();
    await forget.waitFor({ state: 'detached' });
    await expect(readFile(join(folder, 'data/token.enc'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(host.said()).not.toContain(SECRET);
  });

  it('keeps a change at once, by keyboard, and shows its command', async () => {
    await field('Workers').fill('3');
    await page.keyboard.press('Enter');
    await page.getByText('larder settings set workers 3').waitFor();
    await field('Memory').fill('8,5');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('larder settings set memory 8.5GB').waitFor();
    // The button that was pressed is gone.
    await expect.poll(() => field('Memory').evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
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
    await field('Endpoint').fill('https://hub.example');
    await field('Proxy').fill('http://me:secret@proxy:3128');
    expect(await page.getByRole('button', { name: /^Keep/ }).evaluateAll((found) => found.map((button) => button.getAttribute('aria-label')))).toEqual(['Keep Endpoint', 'Keep Proxy']);
    await field('Endpoint').fill('');
    await field('Proxy').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Set HTTPS_PROXY in the environment instead.').waitFor();
    expect(await field('Proxy').getAttribute('aria-invalid')).toBe('true');
    expect(await file()).toEqual({ memoryBytes: 8_500_000_000 });
    await page.screenshot({ path: join(SCREENSHOTS, 'settings-refused.png') });
    expect(await page.evaluate(weakTexts)).toEqual([]);
    await field('Proxy').fill('');
  });

  it('takes a path from a dialog, which may be closed without one, and keeps it when it is told to', async () => {
    const path = join(folder, 'company.pem');
    await writeFile(path, rootCertificates[0]!);
    const browse = page.getByRole('button', { name: 'Browse … CA file' });
    await browse.click();
    await answer(null);
    await expect.poll(() => browse.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await field('CA file').inputValue()).toBe('');
    await browse.click();
    await answer(path);
    await expect.poll(() => field('CA file').inputValue()).toBe(path);
    expect(await file(), 'only chosen').toEqual({ memoryBytes: 8_500_000_000 });
    await field('CA file').press('Enter');
    await page.getByText(`larder settings set ca-file ${path}`).waitFor();
    expect(await file()).toEqual({ memoryBytes: 8_500_000_000, caFile: path });
    await field('CA file').fill('');
    await page.keyboard.press('Enter');
    await page.getByText('larder settings reset ca-file').waitFor();
    expect(await file()).toEqual({ memoryBytes: 8_500_000_000 });
  });

  it.runIf(isDesktop)('keeps what the graphics card is used for, with its command and from when on it counts', async () => {
    const tick = page.getByRole('checkbox', { name: 'Use the graphics card even where it is on the block list' });
    await tick.check();
    await page.getByText('larder settings set ignore-gpu-blocklist on').waitFor();
    expect(await page.getByRole('region', { name: 'Graphics' }).getByRole('status').first().innerText()).toBe('✓ Kept; restart Larder for it to count');
    expect(await file()).toEqual({ memoryBytes: 8_500_000_000, ignoreGpuBlocklist: true });
    await tick.uncheck();
    await page.getByText('larder settings reset ignore-gpu-blocklist').last().waitFor();
    expect(await file()).toEqual({ memoryBytes: 8_500_000_000 });
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

  it.skipIf(isDesktop)('puts every other tab into it at once', async () => {
    const other = await page.context().newPage();
    await other.emulateMedia({ colorScheme: 'light' });
    await other.goto(`${address}#/settings`);
    await other.getByRole('radio', { name: 'as the system' }).waitFor();
    const light = await groundOf(other);
    await page.getByRole('radio', { name: 'dark' }).check();
    await expect.poll(() => groundOf(other), { timeout: 900 }).not.toBe(light);
    await expect.poll(() => other.getByRole('radio', { name: 'dark' }).isChecked()).toBe(true);
    await page.getByRole('radio', { name: 'as the system' }).check();
    await expect.poll(() => other.getByRole('radio', { name: 'as the system' }).isChecked()).toBe(true);
    await other.close();
  });

  it('puts the pages of every other door into it, also when a command changes it, and what the system draws', async () => {
    const beside = await startBrowser({ folder, environment });
    const other = beside.page;
    const drawn = () => host.asked('nativeTheme.themeSource').map(([theme]) => theme);
    const before = drawn().length;
    await page.emulateMedia({ colorScheme: 'light' });
    await other.emulateMedia({ colorScheme: 'light' });
    await other.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
    await other.getByRole('radio', { name: 'as the system' }).waitFor();
    const light = await groundOf(other);
    await page.getByRole('radio', { name: 'dark' }).check();
    const dark = await ground();
    await expect.poll(() => groundOf(other), { timeout: 3_000 }).not.toBe(light);
    await expect.poll(() => other.getByRole('radio', { name: 'dark' }).isChecked()).toBe(true);
    const said = await runCommand(['settings', 'set', 'theme', 'light'], { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, () => undefined);
    expect(said.exitCode).toBe(0);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => groundOf(other), { timeout: 3_000 }).toBe(light);
    await expect.poll(ground).toBe(light);
    await other.getByRole('radio', { name: 'as the system' }).check();
    await expect.poll(ground).toBe(dark);
    await expect.poll(() => page.getByRole('radio', { name: 'as the system' }).isChecked()).toBe(true);
    if (host.capabilities.recordsSystem) await expect.poll(() => drawn().slice(before)).toEqual(['dark', 'light', 'system']);
    await beside.close();
  });

  it('fits a narrow window without a sideways scroll', async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    await page.screenshot({ path: join(SCREENSHOTS, 'settings-narrow.png') });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
