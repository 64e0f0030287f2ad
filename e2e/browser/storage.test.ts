import { execFileSync } from 'node:child_process';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium } from '../app/start-host.ts';
import { formatBytes } from '../../src-renderer/lib/format.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

let library: SampleLibrary;
let host: Host;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  library = await makeSampleLibrary();
  await library.run('stats', '--cache', library.foreignDirectory);
  ({ host, page } = await openPage({ ...library, width: 1280, height: 800, colorScheme: 'dark' }));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await library?.remove();
});

const groups = (name: string): Locator => page.getByRole('table', { name: `Entries by ${name}` });
const toasts = (): Locator => page.getByRole('region', { name: 'What was done' });
const measured = (): Promise<void> => page.getByText(/of entries in 2 caches/).waitFor();

async function entryBytes(directory: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(directory)) if (/^[0-9a-f]{32}\.pt$/.test(name)) bytes += (await stat(join(directory, name))).size;
  return bytes;
}

// One story, in its order.
describe('the Storage screen', () => {
  it('lists every cache with the bytes its entries have', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Storage' }).click();
    await measured();
    const bytes = (await entryBytes(library.directory)) + (await entryBytes(library.foreignDirectory));
    expect(await groups('cache').locator('tfoot').innerText()).toContain(formatBytes(bytes));
    expect(await groups('cache').getByRole('row', { name: /sample-chest/ }).innerText()).toContain(formatBytes(await entryBytes(library.directory)));
  });

  it.runIf(process.platform === 'linux')('adds up to what du says of each folder', async () => {
    for (const directory of [library.directory, library.foreignDirectory]) {
      const du = Number(execFileSync('du', ['-s', '--block-size=1', directory], { encoding: 'utf8' }).split('\t')[0]);
      const row = page.getByRole('table', { name: 'On disk' }).getByRole('row').filter({ hasText: directory });
      expect((await row.getByRole('cell').nth(7).innerText()).trim()).toBe(formatBytes(du));
    }
  });

  it('groups the same bytes five ways, and the areas follow', async () => {
    const all = await groups('cache').locator('tfoot').innerText();
    for (const name of ['parameters', 'split', 'age', 'state']) {
      await page.getByRole('radio', { name }).check();
      expect(await groups(name).locator('tfoot').innerText()).toBe(all);
      expect(await page.getByRole('listbox', { name: `Entries by ${name}, as areas` }).getByRole('option').count()).toBe(await groups(name).locator('tbody tr').count());
    }
  });

  it('is walked through by keyboard: tile by tile, with its row', async () => {
    await page.getByRole('radio', { name: 'split' }).check();
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Home');
    const option = page.getByRole('option', { selected: true });
    expect(await option.count()).toBe(1);
    const name = (await option.getAttribute('aria-label'))!.split(':')[0]!;
    expect(await groups('split').locator('tr[data-chosen="true"]').innerText()).toContain(name);
  });

  it.each(['dark', 'light'] as const)('reads well in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `storage-${colorScheme}.png`) });
    expect(await page.evaluate(weakTexts)).toEqual([]);
  });

  it('clears a split after showing names, bytes and cost, and puts it back', async () => {
    const before = await entryBytes(library.directory);
    await groups('split').getByRole('button', { name: 'Clear train …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clear train' });
    await dialog.getByText(/will be set aside in quarantine/).waitFor();
    expect(await dialog.innerText()).toMatch(/Making them again would take about \d+ s of a worker and [\d.]+ [kM]B of downloads\./);
    expect(await dialog.innerText()).toContain(`larder clear --config ${library.project.configPath} --split train`);
    await dialog.getByText('Names').click();
    const names = await dialog.getByRole('listitem').allInnerTexts();
    expect(names.every((name) => library.names.train.includes(name))).toBe(true);
    await page.screenshot({ path: join(SCREENSHOTS, 'storage-clear.png') });
    expect(await page.evaluate(weakTexts)).toEqual([]);
    await dialog.getByRole('button', { name: /^Set aside \d/ }).click();
    await toasts().getByText(/set aside/).waitFor();
    expect(await entryBytes(library.directory)).toBeLessThan(before);
    await page.getByRole('table', { name: 'On disk' }).getByRole('link').waitFor();
    await toasts().getByRole('button', { name: 'Undo' }).click();
    await toasts().getByText(/put back/).waitFor();
    expect(await entryBytes(library.directory)).toBe(before);
  });

  it('keeps those at the screen who clear by keyboard what is no more to be cleared then', async () => {
    await mkdir(join(library.directory, '.larder', 'raw'), { recursive: true });
    await writeFile(join(library.directory, '.larder', 'raw', 'left'), 'half a volume');
    // A picture that was drawn for the list is a preview that is kept.
    await page.getByRole('navigation').getByRole('link', { name: /sample-chest/ }).click();
    await page.getByRole('main').locator('img').first().waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Storage' }).click();
    const isAtScreen = (): Promise<boolean> => page.getByRole('region', { name: 'Storage' }).evaluate((screen) => screen.contains(screen.ownerDocument.activeElement));
    for (const [opener, answer] of [[/clear leftovers of sample-chest …$/, 'Delete for good'], ['Clear previews …', 'Clear']] as const) {
      // One that cannot be pressed yet would not take the focus.
      await page.getByRole('main').getByRole('button', { name: opener, disabled: false }).waitFor();
      await page.getByRole('main').getByRole('button', { name: opener }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').or(page.getByRole('alertdialog')).getByRole('button', { name: answer, exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('main').getByRole('button', { name: opener, disabled: false }).waitFor({ state: 'detached' });
      await measured();
      await expect.poll(isAtScreen).toBe(true);
    }
  });

  it('says of entries that no config asks for that nothing makes them again', async () => {
    await page.getByRole('radio', { name: 'cache' }).check();
    await groups('cache').getByRole('button', { name: 'Clear from python …' }).click();
    await page.getByRole('dialog').getByText(/no known config asks for/).waitFor();
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
  });

  it('fits a narrow window without a sideways scroll', async () => {
    await page.setViewportSize({ width: 420, height: 800 });
    await page.screenshot({ path: join(SCREENSHOTS, 'storage-narrow.png') });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
