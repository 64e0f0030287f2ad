import { execFileSync } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKhmerFonts } from '../../src-main/kinds/image/find-khmer-fonts.ts';
import { formatBytes } from '../../src-renderer/lib/format.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import { launchChromium } from './find-chromium.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
const FONTS = ['KhmerOS.ttf', 'KhmerOSmuol.ttf'];
const LINES = ['ភាសាខ្មែរ', 'ខ្ញុំចង់រៀនភាសាខ្មែរ។', 'ABC 123', '🙂 ភាសា'];

/** Enough to be held in the middle of them. */
const LONG_LINES = 1_000;

const fonts = findKhmerFonts();
if (fonts === undefined) console.log('Images are not tested in a browser: no Khmer OS fonts on this machine (Debian: apt-get install fonts-khmeros).');

// One story, in order: each part begins where the one before it ended.
describe.runIf(fonts !== undefined)('images of text in the app', () => {
  let folder: string;
  let browser: Browser;
  let served: ServedLarder;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-images-')));
    await mkdir(SCREENSHOTS, { recursive: true });
    await mkdir(join(folder, 'fonts'));
    await mkdir(join(folder, 'data', 'processed'), { recursive: true });
    for (const font of FONTS) await copyFile(join(fonts!, font), join(folder, 'fonts', font));
    await writeFile(join(folder, 'data', 'processed', 'train.txt'), LINES.join('\n'));
    await writeFile(join(folder, 'data', 'processed', 'val.txt'), 'ថ្ងៃ');
    await writeFile(join(folder, 'data', 'processed', 'test.txt'), 'ឆ្នាំ');
    served = await serve(demoEnvironment(process.env, { data: join(folder, 'larder'), hfHome: join(folder, 'hf') }), folder);
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await enter(page, served);
    await page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: 'New from config' }).click();
  });
  afterAll(async () => {
    await context?.close();
    await served?.stop();
    await browser?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const sample = () => page.getByRole('region', { name: 'How it looks' });
  const rows = () => page.getByRole('grid', { name: 'Items of synthetic' }).getByRole('row');

  it('takes a corpus folder and a fonts folder, given by their paths, into the form', async () => {
    for (const [place, label] of [
      [join(folder, 'data', 'processed'), 'Corpus folder'],
      [join(folder, 'fonts'), 'Fonts folder'],
    ] as const) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('look at a file');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Look at a file or folder' }).getByLabel('Path on the server').fill(place);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await page.getByRole('textbox', { name: label }).inputValue()).toBe(place);
    }
  });

  it('writes a config and draws a line in every font, anew while the height changes', async () => {
    await page.getByRole('button', { name: 'Write the config and show a line' }).click();
    const pictures = sample().getByRole('img');
    await pictures.nth(1).waitFor();
    expect(await pictures.count()).toBe(FONTS.length);
    expect(await pictures.first().getAttribute('height')).toBe('32');
    await page.getByRole('slider', { name: 'Height' }).fill('48');
    await sample().locator('img[height="48"]').first().waitFor();
    expect(await page.getByRole('textbox', { name: /config/i }).first().inputValue()).toContain('height: 48');
  });

  it('says why a line would be skipped', async () => {
    await page.getByLabel('A line to try').fill('🙂 ភាសា');
    await sample().getByText(/has no glyph for U\+1F642/).first().waitFor();
  });

  it('pregenerates from there', async () => {
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    // Five lines in two fonts; the sixth has an emoji that neither font can draw.
    await page.getByRole('button', { name: 'Generate 10 entries' }).click();
    await page.getByRole('button', { name: /cached 10/ }).waitFor();
    // What neither font can draw is not offered to be made.
    await page.getByRole('button', { name: 'Why 2 cannot be made …' }).waitFor();
    expect(await page.getByRole('button', { name: /^Generate/ }).count()).toBe(0);
  });

  it('shows lines as pictures and finds them by a part of their text', async () => {
    await page.getByRole('searchbox').first().fill('រៀន');
    await rows().filter({ hasText: 'ខ្ញុំចង់រៀនភាសាខ្មែរ។' }).nth(1).waitFor();
    const heights = () => rows().getByRole('img').evaluateAll((images) => images.map((image) => (image as unknown as { readonly naturalHeight: number }).naturalHeight));
    await expect.poll(heights, { timeout: 10_000 }).toEqual([48, 48]);
    expect(await rows().count()).toBe(1 + FONTS.length);
  });

  it('tells the lines of a gallery apart by font and height', async () => {
    await page.getByRole('button', { name: 'Gallery' }).click();
    const tiles = page.getByRole('listbox', { name: 'Items of synthetic' }).getByRole('option');
    for (const font of FONTS) await tiles.filter({ hasText: `${font} · 48 px` }).first().waitFor();
    await page.getByRole('option', { name: `ខ្ញុំចង់រៀនភាសាខ្មែរ។ cached ${FONTS[0]} · 48 px` }).waitFor();
    await page.getByRole('button', { name: 'Table' }).click();
  });

  it('shows a line beside its text, and the same line in all fonts', async () => {
    await rows().nth(1).click();
    const inspector = page.getByRole('complementary', { name: 'ខ្ញុំចង់រៀនភាសាខ្មែរ។' });
    await inspector.getByText('As training sees it').waitFor();
    const same = inspector.getByRole('region', { name: 'The same line in all fonts' });
    await expect.poll(() => same.getByRole('link').count(), { timeout: 20_000 }).toBe(FONTS.length);
    const before = page.url();
    await same.getByRole('link', { name: /KhmerOSmuol/ }).click();
    await inspector.getByText('fonts/KhmerOSmuol.ttf').waitFor();
    expect(page.url()).not.toBe(before);
  });

  it('counts by split, font and height, and says what could not be drawn and why', async () => {
    await page.getByRole('tablist', { name: 'Parts of the cache' }).getByRole('tab', { name: 'Parameters' }).click();
    const numbers = page.getByRole('region', { name: 'Numbers' });
    expect(await page.getByText('cache_params.json').count()).toBe(0);
    // Five lines in two fonts of the height 48; of train three and one with an emoji that neither font can draw.
    for (const font of FONTS) await numbers.getByRole('row', { name: new RegExp(`${font.replace('.', '\\.')} 5$`) }).waitFor();
    await numbers.getByRole('row', { name: /^48 10$/ }).waitFor();
    await numbers.getByRole('row', { name: /^val 2 2$/ }).waitFor();
    // Both fonts have the same Latin letters.
    await numbers.getByText('2 entries show 1 picture').waitFor();
    expect(await numbers.getByRole('row', { name: /U\+1F642/ }).count()).toBe(FONTS.length);
    await numbers.getByRole('row', { name: /^images\/ 10 / }).waitFor();
  });

  it('shows what a training has looked up, and says how to count where nothing was', async () => {
    await page.getByRole('tablist', { name: 'Parts of the cache' }).getByRole('tab', { name: 'History' }).click();
    await page.getByText('Nothing was counted yet.').waitFor();
    const line = { time: 1_700_000_000, split: 'train', epoch: 0, font: 'fonts/KhmerOS.ttf', hits: 990, misses: 10, hit_seconds: 0.45, miss_seconds: 0.05 };
    await mkdir(join(folder, 'data', 'synthetic', '.larder'), { recursive: true });
    await writeFile(join(folder, 'data', 'synthetic', '.larder', 'hits-1.jsonl'), `${JSON.stringify(line)}\n`);
    await page.reload();
    // A miss took 5 ms: 990 of them would have taken 4.95 s, and the hits took 0.45 s.
    await page.getByText('99.0 % of 1,000 lookups were hits; the cache saved 4.5 s.').waitFor();
    await page.getByRole('row', { name: /train 0 990 10/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('goes on when visitors leave while their picture comes', async () => {
    const [cookie] = await context.cookies();
    const keys = (await readdir(join(folder, 'data', 'synthetic', 'images'))).map((name) => name.slice(0, -4));
    for (let at = 0; at < 300; at++) {
      const socket = connect(served.port, '127.0.0.1').on('error', () => undefined);
      socket.write(`GET /_data/thumb/1-${keys[at % keys.length]}.png HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\nCookie: ${cookie!.name}=${cookie!.value}\r\n\r\n`);
      setTimeout(() => socket.destroy(), at % 40);
      await setTimeoutAsync(2);
    }
    await page.reload();
    await page.getByText('Lookups of the training').waitFor();
  });

  it('draws again what is there, when that is asked for', async () => {
    await page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: 'New from config' }).click();
    await page.getByRole('textbox', { name: 'File on the server' }).fill(join(folder, 'larder', 'configs', (await readdir(join(folder, 'larder', 'configs')))[0]!));
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByText('Nothing of what is missing can be made; “cannot be made” above says why.').waitFor();
    await page.getByLabel('Draw again what is there').check();
    await page.getByText(/^larder pregenerate --config .* --re-render --dry-run$/).waitFor();
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('button', { name: 'Generate 10 entries' }).click();
    await page.getByRole('tablist', { name: 'Parts of the cache' }).getByRole('tab', { name: 'History' }).click();
    const done = page.getByRole('article', { name: 'generate, done' });
    await expect.poll(() => done.count(), { timeout: 20_000 }).toBe(2);
    expect(await done.getByText('10 made').count()).toBe(2);
  });

  const images = async (): Promise<readonly string[]> => (await readdir(join(folder, 'data', 'synthetic', 'images'))).sort();
  const toasts = () => page.getByRole('region', { name: 'What was done' });
  const goTo = (link: string) => page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: link }).click();

  it('counts on the Storage screen, by split too, as the disk does', async () => {
    await goTo('Storage');
    await page.getByText(/of entries in 1 cache/).waitFor();
    const sizes = await Promise.all((await images()).map(async (name) => (await stat(join(folder, 'data', 'synthetic', 'images', name))).size));
    const bytes = formatBytes(sizes.reduce((sum, size) => sum + size, 0));
    await page.getByRole('table', { name: 'Entries by cache' }).getByRole('row', { name: `synthetic 10 ${bytes} 100 %` }).waitFor();
    await page.getByRole('radio', { name: 'split' }).check({ force: true });
    for (const row of [/^train 6 /, /^val 2 /, /^test 2 /]) await page.getByRole('table', { name: 'Entries by split' }).getByRole('row', { name: row }).waitFor();
    if (process.platform !== 'linux') return;
    const du = Number(execFileSync('du', ['-s', '--block-size=1', join(folder, 'data', 'synthetic')], { encoding: 'utf8' }).split('\t')[0]);
    const cells = page.getByRole('table', { name: 'On disk' }).getByRole('row', { name: /^synthetic/ }).getByRole('cell');
    expect((await cells.nth(7).innerText()).trim()).toBe(formatBytes(du));
  });

  it('is cleared from there by a split, and put back', async () => {
    const before = await images();
    await page.getByRole('button', { name: 'Clear val …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clear val' });
    await dialog.getByText('2 entries').waitFor();
    await dialog.getByText('Names').click();
    expect((await dialog.getByRole('listitem').allInnerTexts()).every((name) => name.includes('ថ្ងៃ'))).toBe(true);
    await dialog.getByRole('button', { name: 'Set aside 2' }).click();
    await toasts().getByText(/2 entries .* set aside/).waitFor();
    expect(await images()).toHaveLength(8);
    await toasts().getByRole('button', { name: 'Undo' }).click();
    await toasts().getByText(/put back/).waitFor();
    expect(await images()).toEqual(before);
  });

  it('is asked for the folders it was made from, where no config says them', async () => {
    const loose = join(folder, 'loose');
    await cp(join(folder, 'data', 'synthetic'), loose, { recursive: true });
    await writeFile(join(loose, 'images', (await images())[0]!), 'no picture any more');
    await goTo('New from config');
    await page.getByRole('textbox', { name: 'Folder on the server' }).fill(loose);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Fonts folder' }).waitFor();
    await dialog.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByRole('button', { name: 'Fix 1', exact: true }).click();
    await dialog.getByText('damaged files can be set aside, but not made again').waitFor();
    await dialog.getByRole('textbox', { name: 'Corpus folder' }).fill(join(folder, 'data', 'processed'));
    await dialog.getByRole('textbox', { name: 'Fonts folder' }).fill(join(folder, 'fonts'));
    await dialog.getByLabel('Draw again what is only out of date').check();
    await dialog.getByText(`larder fix --cache ${loose} --re-render --corpus-dir ${join(folder, 'data', 'processed')} --fonts-dir ${join(folder, 'fonts')}`).waitFor();
    expect(await dialog.getByText('but not made again').count()).toBe(0);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(SCREENSHOTS, `images-fix-${colorScheme}.png`) });
      expect(await page.evaluate(weakTexts)).toEqual([]);
    }
    await page.keyboard.press('Escape');
  });

  it('is held between two batches, and goes on where it was', async () => {
    await writeFile(join(folder, 'data', 'processed', 'train.txt'), Array.from({ length: LONG_LINES }, (_, index) => `XYZ ${index}`).join('\n'));
    await goTo('New from config');
    const configs = join(folder, 'larder', 'configs');
    await page.getByRole('textbox', { name: 'File on the server' }).fill(join(configs, (await readdir(configs))[0]!));
    await page.getByRole('button', { name: 'Read', exact: true }).click();
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('button', { name: /^Generate [\d,]+ entries/ }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('generate is paused').waitFor();
    // What was under way is finished.
    let held = -1;
    await expect
      .poll(
        async () => {
          const last = held;
          held = (await images()).length;
          return held === last;
        },
        { timeout: 20_000, interval: 700 },
      )
      .toBe(true);
    const all = 10 + LONG_LINES * FONTS.length;
    expect(held).toBeLessThan(all);
    await page.getByText('generate is paused').waitFor();
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.getByRole('button', { name: 'Verify', exact: true }).waitFor({ timeout: 100_000 });
    expect(await images()).toHaveLength(all);
    expect(complaints).toEqual([]);
  });
});
