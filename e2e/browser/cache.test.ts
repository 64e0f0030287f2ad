import { mkdir, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium } from '../app/start-host.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

/** As fast as anything here; answers under way go on at the new rate. */
const UNHURRIED = 1_000_000_000;

let library: SampleLibrary;
let host: Host;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  library = await makeSampleLibrary();
  ({ host, page } = await openPage({ ...library, width: 1280, height: 800 }));
  page.on('console', (message) => {
    // An entry that was just removed has no picture any more, and the browser says so by itself.
    if (message.type() === 'error' && !message.text().includes('404 (Not Found)')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await library?.remove();
});

const grid = () => page.getByRole('grid', { name: 'Items of sample-chest' });
const rows = () => grid().getByRole('row');
const toasts = () => page.getByRole('region', { name: 'What was done' });

async function openTab(name: string): Promise<void> {
  await page.getByRole('tablist', { name: 'Parts of the cache' }).getByRole('tab', { name }).click();
}

// One story, in order: each part begins where the one before it ended.
describe('the Cache screen', () => {
  it('opens from the library, and a reload keeps the place', async () => {
    await page.getByRole('article', { name: 'sample-chest' }).getByRole('link', { name: 'sample-chest' }).click();
    await grid().waitFor();
    expect(page.url()).toMatch(/#\/cache\/\d+\/items$/);
    await openTab('Parameters');
    await page.getByText('The config and cache_params.json say the same.').waitFor();
    await page.reload();
    await page.getByText('The config and cache_params.json say the same.').waitFor();
    await openTab('Items');
    await grid().waitFor();
  });

  it('lists every item with its state, and filters, searches and sorts', async () => {
    await expect.poll(() => rows().count()).toBe(5);
    const text = await grid().innerText();
    expect(text).toMatch(/▲\s*damaged/);
    expect(text).toMatch(/○\s*missing/);
    expect(await grid().getAttribute('aria-rowcount')).toBe('5');
    await page.getByRole('button', { name: /damaged 1/ }).click();
    await expect.poll(() => rows().count()).toBe(2);
    await page.getByRole('button', { name: /^All 4/ }).click();
    await page.getByRole('searchbox').fill('VALID');
    await expect.poll(() => rows().count()).toBe(3);
    await page.getByRole('searchbox').fill('');
    await expect.poll(() => rows().count()).toBe(5);
    await page.getByRole('button', { name: 'Volume' }).click();
    expect(await page.getByRole('columnheader', { name: 'Volume' }).getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('button', { name: 'Volume' }).click();
    await expect.poll(async () => (await rows().nth(1).innerText()).trim().split('\n')[0]).toBe([...library.names.train, ...library.names.valid].sort().at(-1));
  });

  it('is used by keyboard alone: move, open, close, choose', async () => {
    await grid().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('End');
    await expect.poll(() => grid().getAttribute('aria-activedescendant')).toBe('item-3');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.url()).toMatch(/items\/[0-9a-f]{32}$/);
    const panel = page.getByRole('complementary', { name: 'Entry' });
    await panel.waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await panel.waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.getByRole('region', { name: 'Chosen items' }).getByText('4 chosen').waitFor();
    expect(await grid().locator('[aria-selected="true"]').count()).toBe(4);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Chosen items' }).waitFor({ state: 'detached' });
  });

  it('gives the paths of the cache and of an entry: on a desktop in the file manager, to copy in a browser', async () => {
    const { isDesktop, recordsSystem } = host.capabilities;
    const button = isDesktop ? 'Show in folder' : 'Copy path';
    const shown = () => host.asked('shell.showItemInFolder').map(([path]) => path);
    await page.locator('header').getByRole('button', { name: button }).click();
    if (!isDesktop) {
      await toasts().getByText(library.directory, { exact: false }).waitFor();
      expect(await toasts().getByRole('paragraph').innerText()).toMatch(new RegExp(`(^|\\s)${library.directory}$`));
      await toasts().getByRole('button', { name: 'Dismiss' }).click();
    } else if (recordsSystem) await expect.poll(shown).toEqual([library.directory]);
    await page.getByRole('searchbox').fill(library.names.train[0]!);
    await expect.poll(() => rows().count()).toBe(2);
    await rows().nth(1).dblclick();
    const panel = page.getByRole('complementary', { name: 'Entry' });
    await panel.getByRole('button', { name: button }).click();
    const [, key] = /items\/([0-9a-f]{32})$/.exec(page.url())!;
    const path = join(library.directory, `${key}.pt`);
    // One of the two that are made again later is not there now.
    const isThere = await stat(path).then(() => true, () => false);
    if (isDesktop && isThere) {
      if (recordsSystem) await expect.poll(shown).toEqual([library.directory, path]);
    } else {
      await toasts().getByText(isThere ? path : 'The file of this entry is not there.').waitFor();
      await toasts().getByRole('button', { name: 'Dismiss' }).click();
    }
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox').fill('');
    await expect.poll(() => rows().count()).toBe(5);
  });

  it('tells what is wrong and what it means', async () => {
    await openTab('Findings');
    const changed = page.locator('details').filter({ hasText: 'crc-mismatch' });
    // So few are told by name at once; the list closes and opens again.
    await changed.getByText(/CRC-32 [0-9a-f]{8} instead of/).waitFor();
    await changed.locator('summary').click();
    await changed.getByText(/CRC-32/).waitFor({ state: 'detached' });
    await changed.locator('summary').click();
    await changed.getByText(/CRC-32 [0-9a-f]{8} instead of/).waitFor();
    expect(await changed.innerText()).toContain('the model trains on wrong numbers');
    expect(await changed.innerText()).toContain('set aside in quarantine');
  });

  it.each(['dark', 'light'] as const)('reads well in %s on every tab', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    for (const tab of ['Items', 'Findings', 'Parameters', 'Storage', 'History']) {
      await openTab(tab);
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(SCREENSHOTS, `cache-${tab.toLowerCase()}-${colorScheme}.png`) });
      expect(await page.evaluate(weakTexts)).toEqual([]);
    }
  });

  it('fixes with a preview, says so while it runs, and undoes it', async () => {
    await openTab('Items');
    await page.getByRole('button', { name: 'Fix 2' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fix sample-chest' });
    await dialog.getByText(/1 damaged file .* will be set aside/).waitFor();
    expect(await dialog.innerText()).toContain(`larder fix --config ${library.project.configPath}`);
    await page.screenshot({ path: join(SCREENSHOTS, 'cache-fix-light.png') });
    await dialog.getByRole('button', { name: 'Fix 2' }).click();
    await toasts().getByText('sample-chest: 1 file set aside, 2 entries made again.').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: /cached 4/ }).waitFor();
    expect(await page.getByRole('button', { name: /^Fix \d/ }).count()).toBe(0);
    await page.screenshot({ path: join(SCREENSHOTS, 'cache-undo-light.png') });
    await toasts().getByRole('button', { name: 'Undo' }).click();
    await toasts().getByText('1 file put back.').waitFor();
    await page.getByRole('button', { name: /damaged 1/ }).waitFor();
  });

  it('sets chosen entries aside, and puts them back', async () => {
    // The others move up when one goes.
    const buttons = toasts().getByRole('button', { name: 'Dismiss' });
    while ((await buttons.count()) > 0) await buttons.first().click();
    await page.getByRole('button', { name: /cached 3/ }).click();
    await expect.poll(() => rows().count()).toBe(4);
    await grid().focus();
    await page.keyboard.press('Control+a');
    await page.getByRole('button', { name: 'Clear 3 …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Clear 3 of sample-chest' });
    await dialog.getByText(/3 files .* will be set aside in quarantine/).waitFor();
    expect(await dialog.innerText()).toContain(`larder clear --config ${library.project.configPath} --only `);
    await dialog.getByRole('button', { name: 'Set aside 3' }).click();
    await toasts().getByText(/3 entries .* set aside/).waitFor();
    await page.getByRole('button', { name: /quarantined 3/ }).waitFor();
    await toasts().getByRole('button', { name: 'Undo' }).click();
    await toasts().getByText('3 files put back.').waitFor();
    await page.getByRole('button', { name: /cached 3/ }).waitFor();
  });

  it('verifies chosen entries only', async () => {
    await page.getByRole('button', { name: /^All 4/ }).click();
    // A choice made in the list before would go with it.
    await expect.poll(() => rows().count()).toBe(5);
    await rows().nth(1).click();
    await rows().nth(2).click({ modifiers: ['Control'] });
    await page.getByRole('button', { name: 'Verify 2' }).click();
    await page.getByRole('dialog', { name: 'Verify 2 of sample-chest' }).getByRole('button', { name: 'Verify', exact: true }).click();
    await toasts().getByText(/2 entries verified/).waitFor();
  });

  it('verifies as a whole from its dialog, and the history has it', async () => {
    await page.getByRole('button', { name: 'Verify', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Verify', exact: true }).click();
    await toasts().getByText('4 entries verified: 3 sound, 1 damaged.').waitFor();
    await openTab('History');
    await page.getByRole('article', { name: 'verify, done, 1 error' }).getByText('4 checked · 3 sound · 1 damaged').waitFor();
    await page.getByRole('article', { name: 'fix, done' }).getByText('1 set aside · 2 made again').waitFor();
  });

  it('plans before it generates, and a running job can be cancelled from here', async () => {
    await library.run('clear', '--config', library.project.configPath, '--state', 'cached', '--delete', '--yes');
    await page.getByRole('button', { name: 'Generate 3' }).waitFor({ timeout: 15_000 });
    library.hub.setBytesPerSecond(100_000);
    try {
      await page.getByRole('button', { name: 'Generate 3' }).click();
      const dialog = page.getByRole('dialog', { name: 'Generate sample-chest' });
      await dialog.getByText('To make').waitFor();
      expect(await dialog.innerText()).toMatch(/Download\s+[\d.]+ MB in 3 files/);
      await page.screenshot({ path: join(SCREENSHOTS, 'cache-generate-light.png') });
      await dialog.getByRole('button', { name: 'Generate 3' }).click();
      await page.getByText('generate is running').waitFor({ timeout: 15_000 });
      await page.screenshot({ path: join(SCREENSHOTS, 'cache-running-light.png') });
      await page.getByRole('button', { name: 'Cancel', exact: true }).click();
      await toasts().getByText('Generate was cancelled; what is finished stays.').waitFor({ timeout: 15_000 });
    } finally {
      library.hub.setBytesPerSecond(UNHURRIED);
    }
  });

  it('makes what is missing again', async () => {
    await page.getByRole('button', { name: /^Generate \d/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: /^Generate \d/ }).click();
    await toasts().getByText(/entries made|entry made/).waitFor({ timeout: 30_000 });
    expect(complaints).toEqual([]);
  });

  it('calls sound what was read as it is now, and nothing else', async () => {
    const health = () => page.getByRole('region', { name: 'sample-chest' }).locator('header dl div').last().innerText();
    await openTab('Items');
    await page.getByRole('button', { name: 'Verify', exact: true }).waitFor();
    expect((await library.run('fix', '--config', library.project.configPath, '--yes')).exitCode).toBe(0);
    await expect.poll(health).toMatch(/^verified .*\n● sound$/);
    const [entry] = (await readdir(library.directory)).filter((name) => name.endsWith('.pt'));
    await utimes(join(library.directory, entry!), new Date(), new Date(Date.now() - 60_000));
    const { stdout } = await library.run('stats', '--cache', library.directory);
    expect(stdout.join('\n')).toMatch(/^ +verified +.* UTC; 1 entry not as it is now$/m);
    await expect.poll(health).toMatch(/^last verified .*\n○ 1 to verify$/);
    await page.screenshot({ path: join(SCREENSHOTS, 'cache-to-verify-light.png') });
    await openTab('Findings');
    await page.getByText('1 entry was added, changed or put back since.').waitFor();
    expect((await library.run('verify', '--changed', '--cache', library.directory)).exitCode).toBe(0);
    await expect.poll(health).toMatch(/\n● sound$/);
  });

  it('tells that the config was edited since and what differs, and names the folder in commands from then on', async () => {
    const { configPath } = library.project;
    const text = await readFile(configPath, 'utf8');
    expect(text).toContain('target_spacing: [0.75, 0.75, 1.5]');
    await writeFile(configPath, text.replace('target_spacing: [0.75, 0.75, 1.5]', 'target_spacing: [0.75, 0.75, 2.0]'));
    try {
      await page.getByText('Its config was edited since and makes another folder now.').waitFor();
      await page.getByRole('link', { name: 'What differs' }).click();
      await page.getByText('it asks for another spacing. Training with it no longer reads this cache').waitFor();
      expect(await page.getByRole('row', { name: /^spacing/ }).innerText()).toMatch(/0\.75 × 0\.75 × 2 mm\s+0\.75 × 0\.75 × 1\.5 mm\s+▲ differs/);
      await page.getByText(`larder stats --cache ${library.directory}`).waitFor();
      await page.screenshot({ path: join(SCREENSHOTS, 'cache-stale-light.png') });
      const { stdout } = await library.run('stats', '--cache', library.directory);
      expect(stdout.join('\n')).toMatch(/stale +.*config\.yaml was edited since and makes .*; spacing 0\.75 × 0\.75 × 1\.5 mm, now 0\.75 × 0\.75 × 2 mm/);
    } finally {
      await writeFile(configPath, text);
    }
    await page.getByText('The config and cache_params.json say the same.').waitFor();
    expect(await page.getByText('Its config was edited since').count()).toBe(0);
  });

  it('tells that the config cannot be read and why, and names the folder in commands until it can be', async () => {
    const { configPath } = library.project;
    const text = await readFile(configPath, 'utf8');
    const fixLine = () => page.getByRole('dialog').locator('[data-command-place="cache: fix"] code').innerText();
    const header = page.getByRole('region', { name: 'sample-chest' }).locator('header');
    const told = (words: string) => header.getByText(words);
    await writeFile(configPath, `${text}\n  : [`);
    try {
      await told('config.yaml').waitFor();
      expect(await header.innerText()).toMatch(/▲ .*config\.yaml has one problem:\n.*:26:6: /);
      await page.screenshot({ path: join(SCREENSHOTS, 'cache-unreadable-config-light.png') });
      await page.getByText('The config cannot be read; these are the parameters the folder was made with.').waitFor();
      expect(await page.getByRole('button', { name: /^Generate/ }).count()).toBe(0);
      await header.getByRole('button', { name: /^Fix/ }).click();
      await page.getByText('The config of this cache cannot be read: damaged files can be set aside, but not made again.').waitFor();
      expect(await fixLine()).toMatch(`larder fix --cache ${library.directory}`);
      await page.keyboard.press('Escape');
      // What stands there is what can be run.
      const { exitCode, stdout } = await library.run('stats', '--cache', library.directory);
      expect(exitCode).toBe(0);
      expect(stdout.join('\n')).toMatch(/^ +config +.*config\.yaml has one problem: /m);
      await rm(configPath);
      await told('cannot be read: there is no such file.').waitFor();
    } finally {
      await writeFile(configPath, text);
    }
    await page.getByText('The config and cache_params.json say the same.').waitFor();
    await page.getByText(`larder stats --config ${configPath}`).waitFor();
    expect(await told('Until it can be read').count()).toBe(0);
  });

  it('opens the same entry again with a click, as often as it is closed', async () => {
    await openTab('Items');
    const inspector = page.getByRole('complementary', { name: 'Entry' });
    for (const close of [() => page.keyboard.press('Escape'), () => page.getByRole('button', { name: 'Close the inspector' }).click()]) {
      await grid().getByRole('row').nth(2).click();
      await inspector.waitFor();
      await close();
      await inspector.waitFor({ state: 'detached' });
    }
  });

  it.each([
    [640, 800],
    [900, 700],
    [800, 600],
  ])('shows rows of the list beside an open entry, %i by %i', async (width, height) => {
    await openTab('Items');
    await page.setViewportSize({ width, height });
    await grid().getByRole('row').nth(1).click();
    const inspector = page.getByRole('complementary', { name: 'Entry' });
    await inspector.getByText('all checksums agree').waitFor();
    const view = (await grid().boundingBox())!;
    const boxes = await Promise.all((await grid().getByRole('row').all()).slice(1).map((row) => row.boundingBox()));
    const bottom = Math.min(view.y + view.height, height);
    expect(boxes.filter((box) => box!.y + box!.height <= bottom).length).toBeGreaterThanOrEqual(2);
    const panel = (await inspector.boundingBox())!;
    expect(panel.x).toBeGreaterThanOrEqual(view.x + view.width);
    expect([panel.y < bottom, panel.width >= 300, panel.x + panel.width <= width]).toEqual([true, true, true]);
    // What is cut in the table: only what ends in dots.
    expect(await grid().evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    await page.keyboard.press('Escape');
    await inspector.waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('brings an entry that was opened into view where it stands under the list', async () => {
    await openTab('Items');
    await page.setViewportSize({ width: 420, height: 800 });
    await grid().getByRole('row').nth(1).click();
    const inspector = page.getByRole('complementary', { name: 'Entry' });
    await inspector.waitFor();
    await expect.poll(async () => (await inspector.boundingBox())!.y).toBeLessThan(400);
    await page.keyboard.press('Escape');
    await inspector.waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('fits a narrow window without a sideways scroll', async () => {
    await openTab('Items');
    await page.setViewportSize({ width: 420, height: 800 });
    await grid().waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'cache-narrow.png') });
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});
