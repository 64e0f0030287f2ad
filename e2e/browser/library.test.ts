import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium } from '../app/start-host.ts';
import { writeSampleProject } from '../sample/index.ts';
import { complaintsOf } from './complaints-of.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
/** The sample's four volumes of 4 MB take some 20 s at this rate: time to look. */
const SLOW_BYTES_PER_SECOND = 200_000;

let library: SampleLibrary;

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  library = await makeSampleLibrary();
});
afterAll(async () => {
  await closeChromium();
  await library?.remove();
});

describe('the library', () => {
  let host: Host;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    ({ host, page } = await openPage({ ...library, width: 1440, height: 900 }));
    complaints = complaintsOf(page);
  });
  afterAll(async () => {
    await host?.close();
  });
  beforeEach(async () => {
    await page.reload();
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
  });

  it('shows a real cache: coverage, size, health, parameters, folder, next step', async () => {
    const card = page.getByRole('article', { name: 'sample-chest' });
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

  it('copies the command of a card', async () => {
    await page.getByRole('button', { name: 'Copy the command: repair sample-chest' }).click();
    await page.getByText('Copied').waitFor();
    // No page of the desktop may read the clipboard; a person may paste it.
    await page.keyboard.press('Control+k');
    const field = page.getByRole('dialog').getByRole('combobox');
    await field.press('ControlOrMeta+v');
    expect(await field.inputValue()).toBe(`larder fix --config ${library.project.configPath}`);
  });

  it('shows a job of another process while it runs and how it ended', async () => {
    await library.run('verify', '--config', library.project.configPath);
    await page.getByText('sample-chest: verify has succeeded just now.').waitFor({ timeout: 10_000 });
    const found = library.run('verify', '--cache', library.foreignDirectory);
    await page.getByRole('article', { name: 'from pyt' }).waitFor({ timeout: 20_000 });
    expect((await found).stdout.join('\n')).toMatch(/entries: /);
    // How many there should be is not known of a folder without a config.
    expect(await page.getByRole('article', { name: 'from pyt' }).getByRole('img').getAttribute('aria-label')).toContain('how many there should be is not known');
    expect(complaints).toEqual([]);
  });

  it('can be used by keyboard alone, with a visible focus', async () => {
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
    await page.screenshot({ path: join(SCREENSHOTS, `library-${colorScheme}.png`) });
    expect(await page.evaluate(weakTexts)).toEqual([]);
  });

  it('fits a narrow window without a sideways scroll', async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    await page.screenshot({ path: join(SCREENSHOTS, 'library-narrow.png') });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.setViewportSize({ width: 1440, height: 900 });
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
  it('tells three ways to begin, in dark and light', async () => {
    const { host, page } = await openPage({ ...library, environment: { ...library.environment, LARDER_DATA_DIR: join(library.folder, 'empty') }, width: 1440, height: 900 });
    try {
      const complaints = complaintsOf(page);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.reload();
        await page.getByRole('heading', { name: 'No caches yet' }).waitFor();
        const commands = await page.locator('main code').allInnerTexts();
        expect(commands).toEqual(['larder demo', 'larder generate --config configs/config.yaml', 'larder verify --cache path/to/cache']);
        expect(await page.evaluate(weakTexts)).toEqual([]);
        await page.screenshot({ path: join(SCREENSHOTS, `empty-${colorScheme}.png`) });
      }
      expect(complaints).toEqual([]);
    } finally {
      await host.close();
    }
  });
});
