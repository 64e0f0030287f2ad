import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, WebSocketRoute } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeSampleProject } from '../sample/index.ts';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
/** The sample's four volumes of 4 MB take some 20 s at this rate: time to look. */
const SLOW_BYTES_PER_SECOND = 200_000;

let browser: Browser;
let library: SampleLibrary;

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  [browser, library] = await Promise.all([launchChromium(), makeSampleLibrary()]);
});
afterAll(async () => {
  await browser?.close();
  await library?.remove();
});

/** What the page complained about: CSP violations, errors, failed requests. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`));
  return complaints;
}

describe('the library in a browser', () => {
  let served: ServedLarder;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeEach(async () => {
    served = await serve(library.environment, library.folder);
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] });
    page = await context.newPage();
    complaints = complaintsOf(page);
    await enter(page, served);
  });
  afterEach(async () => {
    await context.close();
    await served.stop();
  });

  it('shows a real cache: coverage, size, health, parameters, folder, next step', async () => {
    const card = page.getByRole('article', { name: 'sample-chest' });
    await card.waitFor();
    expect(await card.getByRole('meter', { name: 'Coverage' }).getAttribute('aria-valuetext')).toBe('75 percent: 3 of 4 entries are there, 1 of them damaged');
    const text = await card.innerText();
    expect(text).toContain('0.75 × 0.75 × 1.5 mm');
    expect(text).toContain('24 × 32 × 32');
    expect(text).toContain('1 damaged');
    expect(text).toContain('of 4 cached');
    // Three entries of 1×24×32×32 float32, 98,304 bytes of numbers each, with what PyTorch puts around them.
    expect(text).toMatch(/\b3\d\d kB\b/);
    expect(text).toContain(library.directory);
    expect(text).toContain(`larder fix --config ${library.project.configPath}`);
    expect(complaints).toEqual([]);
  });

  it('takes the token out of the address and keeps it out of the history', async () => {
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    expect(page.url()).toBe(`${served.origin}/`);
    await page.reload();
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
  });

  it('copies the command of a card', async () => {
    await page.getByRole('button', { name: 'Copy the command: repair sample-chest' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`larder fix --config ${library.project.configPath}`);
  });

  it('shows a job of another process while it runs and how it ended', async () => {
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    await library.run('verify', '--config', library.project.configPath);
    await page.getByText('sample-chest: verify has succeeded just now.').waitFor({ timeout: 10_000 });
    const found = library.run('verify', '--cache', library.foreignDirectory);
    await page.getByRole('article', { name: 'from pyt' }).waitFor({ timeout: 20_000 });
    expect((await found).stdout.join('\n')).toMatch(/entries: /);
    // How many there should be is not known of a folder without a config.
    expect(await page.getByRole('article', { name: 'from pyt' }).getByRole('img').getAttribute('aria-label')).toContain('how many there should be is not known');
    expect(complaints).toEqual([]);
  });

  it('says that the server is gone, and keeps showing what it knew', async () => {
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    expect(await served.stop()).toBe(0);
    await page.getByRole('alert').filter({ hasText: 'Connection lost' }).waitFor();
    expect(await page.getByRole('article', { name: 'sample-chest' }).isVisible()).toBe(true);
  });

  it('comes back by itself when the connection breaks, and is up to date then', async () => {
    const connections: WebSocketRoute[] = [];
    // The page tries again after a quarter of a second, which can be over before anybody looks: it succeeds once the alert was seen.
    const seen = Promise.withResolvers<void>();
    await page.routeWebSocket('**/_socket', async (route) => {
      connections.push(route);
      if (connections.length > 1) await seen.promise;
      route.connectToServer();
    });
    await page.reload();
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    await connections[0]!.close({ code: 1011 });
    await page.getByRole('alert').waitFor();
    seen.resolve();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(connections).toHaveLength(2);
    await library.run('verify', '--config', library.project.configPath, '--quick');
    await page.getByText('sample-chest: verify has succeeded just now.').waitFor({ timeout: 10_000 });
  });

  it('can be used by keyboard alone, with a visible focus', async () => {
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    for (let i = 0; i < 20 && !(await focused.getAttribute('aria-label'))?.includes('sample-chest'); i++) await page.keyboard.press('Tab');
    expect(await focused.getAttribute('aria-label')).toBe('Copy the command: repair sample-chest');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByText('Copied').waitFor();
  });

  it.each(['dark', 'light'] as const)('reads well in %s: every text has a contrast of at least 4.5', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, `library-${colorScheme}.png`) });
    expect(await page.evaluate(weakTexts)).toEqual([]);
  });

  it('fits a narrow window without a sideways scroll', async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'library-narrow.png') });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  // The last one: it adds a cache of the same name.
  it('shows a running job of another process with its progress, and that it was cancelled', async () => {
    const project = await writeSampleProject(join(library.folder, 'second'), library.hub.endpoint, library.names, { targetShape: [16, 32, 32] });
    library.hub.setBytesPerSecond(SLOW_BYTES_PER_SECOND);
    try {
      const generated = library.run('generate', '--config', project.configPath, '--yes', '--json');
      const bar = page.getByRole('progressbar');
      await bar.waitFor({ timeout: 20_000 });
      const strip = page.getByRole('contentinfo', { name: 'Jobs' });
      await strip.getByText(/of 4/).waitFor();
      await strip.getByText(/downloading .*B\/s/).waitFor();
      expect(Number(await bar.getAttribute('aria-valuenow'))).toBeLessThan(100);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await page.evaluate(weakTexts)).toEqual([]);
        await page.screenshot({ path: join(SCREENSHOTS, `job-${colorScheme}.png`) });
      }
      const { stdout } = await library.run('jobs', 'ls', '--json');
      const running = stdout.map((line) => JSON.parse(line) as { readonly id: string; readonly state: string }).find((job) => job.state === 'running');
      await library.run('jobs', 'cancel', running!.id);
      expect((await generated).exitCode).toBe(130);
      await strip.getByText(/generate was cancelled just now/).waitFor({ timeout: 10_000 });
      expect(await bar.count()).toBe(0);
      expect(complaints).toEqual([]);
    } finally {
      library.hub.setBytesPerSecond(0);
    }
  });
});

describe('an empty library', () => {
  it.each(['dark', 'light'] as const)('tells three ways to begin, in %s', async (colorScheme) => {
    const served = await serve({ ...library.environment, LARDER_DATA_DIR: join(library.folder, 'empty') }, library.folder);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme });
    try {
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await enter(page, served);
      await page.getByRole('heading', { name: 'No caches yet' }).waitFor();
      const commands = await page.locator('main code').allInnerTexts();
      expect(commands).toEqual(['larder demo', 'larder generate --config configs/config.yaml', 'larder verify --cache path/to/cache']);
      expect(await page.evaluate(weakTexts)).toEqual([]);
      await page.screenshot({ path: join(SCREENSHOTS, `empty-${colorScheme}.png`) });
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
      expect(await served.stop()).toBe(0);
    }
  });
});
