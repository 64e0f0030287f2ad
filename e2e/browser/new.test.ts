import { cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium, isDesktop } from '../app/start-host.ts';
import { demoEnvironment, runCommand } from '../demo/run-command.ts';
import { axeComplaints } from './axe-complaints.ts';
import { CLI } from './ensure-built.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

let host: Host;
let page: Page;
let address: string;
let folder: string;
let environment: NodeJS.ProcessEnv;
const complaints: string[] = [];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-new-')));
  environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
  ({ host, page, address } = await openPage({ environment, folder, width: 1280, height: 800, colorScheme: 'dark' }));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await rm(folder, { recursive: true, force: true });
});

const pathOfFile = (): Locator => page.getByRole('textbox', { name: isDesktop ? 'File' : 'File on the server', exact: true });
const pathOfFolder = (): Locator => page.getByRole('textbox', { name: isDesktop ? 'Folder' : 'Folder on the server', exact: true });

/** In both themes, looked at and measured. */
async function picture(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`) });
    expect(await page.evaluate(weakTexts)).toEqual([]);
  }
}

/** Of a file that only the page has: dragged out of another page, or from another machine. */
async function drop(name: string, text: string): Promise<void> {
  const data = await page.evaluateHandle(`(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)})); return data; })()`);
  for (const type of ['dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: data });
}

/** Whole, from its upper edge to its lower one. */
async function isWithin(row: Locator, list: Locator): Promise<boolean> {
  const [inner, outer] = [(await row.boundingBox())!, (await list.boundingBox())!];
  return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}

// One story, in its order.
describe('from an empty library to a cache', () => {
  it('starts with the sample dataset: its config, checked, and its plan', async () => {
    await page.getByRole('button', { name: 'Open a folder' }).click();
    if (isDesktop) expect(await host.answerDialog({ canceled: true, filePaths: [] })).toBe('Open a cache folder');
    else {
      await page.getByRole('dialog', { name: 'Choose a cache folder on the server' }).getByRole('combobox').waitFor();
      await page.keyboard.press('Escape');
    }
    await page.locator('button:focus', { hasText: 'Open a folder' }).waitFor();
    await page.getByRole('button', { name: 'Try the sample dataset', exact: true }).click();
    await page.getByRole('heading', { name: 'New from config' }).waitFor({ timeout: 30_000 });
    expect(new URL(page.url()).hash).toBe('#/new');
    await page.getByText('● No problems').waitFor();
    await page.getByRole('button', { name: 'Generate 15 entries' }).waitFor({ timeout: 30_000 });
    // The button that led here is gone; the next step has the focus, not the top of the page.
    await page.locator('button:focus', { hasText: 'Generate 15 entries' }).waitFor();
    const plan = await page.getByRole('region', { name: 'Plan' }).innerText();
    expect(plan).toMatch(/required\s+16\s+12 train, 4 valid|required\s+16\s+11 train, 5 valid/);
    expect(plan).toContain('1 not on the Hub');
    const facts = await page.getByRole('region', { name: 'What it makes' }).innerText();
    expect(facts).toContain('48 × 64 × 64');
    expect(facts).toContain(join(folder, 'data/sample/cache'));
    expect(facts).toContain('This cache is not there yet.');
    await page.getByText('1 cannot be made').click();
    expect(await page.getByText('valid_5_a_1.nii.gz', { exact: true }).isVisible()).toBe(true);
    await picture('new-plan');
  });

  it('shows the command of what is chosen, and refuses what cannot be', async () => {
    await page.getByRole('textbox', { name: 'Limit' }).fill('2');
    await page.getByRole('textbox', { name: 'Batch size' }).fill('4');
    await page.getByText(`larder plan --config ${join(folder, 'data/sample/config.yaml')} --limit 2 --batch-size 4`).waitFor();
    await page.getByRole('textbox', { name: 'Workers' }).fill('2000');
    await page.getByText('A whole number from 1 to 1,024.').waitFor();
    expect(await page.getByRole('button', { name: 'Plan', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Workers' }).fill('');
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByText(`larder generate --config ${join(folder, 'data/sample/config.yaml')} --limit 2 --batch-size 4 --yes`).waitFor();
    await page.getByRole('button', { name: 'Generate 2 entries' }).waitFor();
  });

  it('generates and goes to the cache', async () => {
    await page.getByRole('button', { name: 'Generate 2 entries' }).click();
    await page.waitForURL(/#\/cache\/\d+\/items/);
    await page.getByText(/generate has succeeded just now/).waitFor({ timeout: 60_000 });
  });

  it('names problems beside the text at their line, with what is allowed', async () => {
    await page.goto(`${address}#/new`);
    const text = await readFile(join(folder, 'data/sample/config.yaml'), 'utf8');
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByLabel('Text of the config').fill(text.replace('"nested"', '"nestd"').replace('clip_hu_max: 1000', 'clip_hu_max: null').replace('"train.csv"', '"${LISTS}/train.csv"'));
    await page.getByText('▲ 3 errors').waitFor();
    const problems = page.getByRole('list', { name: 'Problems of the config' });
    expect(await problems.innerText()).toContain('Allowed: nested or flat');
    expect(await problems.innerText()).toContain('the environment variable LISTS is not set');
    const line = text.split('\n').findIndex((one) => one.includes('dir_structure')) + 1;
    await problems.getByRole('button', { name: new RegExp(`^Go to line ${line}:`) }).click();
    const at = await page.evaluate('(() => { const area = document.activeElement; return area.value.slice(0, area.selectionStart).split("\\n").length; })()');
    expect(at).toBe(line);
    expect(await page.getByRole('region', { name: 'Plan' }).count()).toBe(0);
    await picture('new-problems');
  });

  it.runIf(isDesktop)('takes a config that is dropped from a disk as the file it is, and makes no copy of it', async () => {
    const path = join(folder, 'Another config.yaml');
    await writeFile(path, (await readFile(join(folder, 'data/sample/config.yaml'), 'utf8')).replace('[48, 64, 64]', '[16, 24, 24]'));
    await page.goto(`${address}#/jobs`);
    await host.drop([path]);
    await page.getByText('● No problems').waitFor();
    await page.getByText('An edit here makes a copy; the file stays as it is.').waitFor();
    expect(await page.getByLabel('Text of the config').inputValue()).toBe(await readFile(path, 'utf8'));
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByText(`larder generate --config '${path}'`).waitFor();
    await page.getByRole('button', { name: 'Generate 15 entries' }).waitFor();
    await expect(stat(join(folder, 'data/configs'))).rejects.toMatchObject({ code: 'ENOENT' });
    await page.getByRole('button', { name: 'Start over' }).click();
  });

  it('takes a config that is dropped, and keeps it as a file when it is planned', async () => {
    const text = (await readFile(join(folder, 'data/sample/config.yaml'), 'utf8')).replace('[48, 64, 64]', '[24, 32, 32]');
    await page.goto(`${address}#/jobs`);
    await drop('My config.yaml', text);
    await page.getByText('● No problems').waitFor();
    await expect(stat(join(folder, 'data/configs'))).rejects.toMatchObject({ code: 'ENOENT' });
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('button', { name: 'Generate 15 entries' }).waitFor();
    const [kept, ...others] = await readdir(join(folder, 'data/configs'));
    expect(others).toEqual([]);
    expect(kept).toMatch(/^My-config-[0-9a-f]{8}\.yaml$/);
    expect(await readFile(join(folder, 'data/configs', kept!), 'utf8')).toBe(text);
    expect(await page.getByText(join(folder, 'data/configs', kept!)).first().isVisible()).toBe(true);
  });

  it('opens a cache by its path', async () => {
    await page.goto(`${address}#/new`);
    await page.locator('#folder-path').focus();
    await page.keyboard.type(join(folder, 'nowhere'));
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: join(folder, 'nowhere') }).waitFor();
    await picture('new-folder');
    await pathOfFolder().fill(join(folder, 'data/sample/cache'));
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/cache\/\d+\/items/);
  });

  it.runIf(isDesktop)('opens a cache by a dialog of the system, by keyboard alone, and stays where it is without a choice', async () => {
    await page.goto(`${address}#/new`);
    const browse = page.getByRole('button', { name: 'Browse … Folder' });
    await browse.focus();
    await page.keyboard.press('Enter');
    expect(await host.answerDialog({ canceled: true, filePaths: [] })).toBe('Open a cache folder');
    await expect.poll(() => browse.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(new URL(page.url()).hash).toBe('#/new');
    await page.keyboard.press('Enter');
    expect(await host.answerDialog({ canceled: false, filePaths: [join(folder, 'data')] })).toBe('Open a cache folder');
    await page.getByRole('alert').filter({ hasText: join(folder, 'data') }).waitFor();
    await browse.focus();
    await page.keyboard.press('Enter');
    await host.answerDialog({ canceled: false, filePaths: [join(folder, 'data/sample/cache')] });
    await page.waitForURL(/#\/cache\/\d+\/items/);
  });

  it.skipIf(isDesktop)('opens a cache by keyboard alone, without a path', async () => {
    await page.goto(`${address}#/new`);
    await page.getByRole('button', { name: 'Browse … Folder on the server' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Choose a cache folder on the server' });
    const rows = dialog.getByRole('listbox');
    const at = async (name: string): Promise<void> => {
      await dialog.getByRole('navigation', { name: 'Path' }).getByText(name, { exact: true }).and(page.locator('[aria-current]')).waitFor();
      await rows.and(page.locator('[aria-busy=false]')).waitFor();
    };
    await rows.and(page.locator('[aria-busy=false]')).waitFor();
    for (let step = 0; step < 10 && (await page.locator(':focus').innerText()) !== 'Started in'; step++) await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await at(folder);
    for (const [typed, name] of [['dat', 'data'], ['sam', 'sample'], ['cach', 'cache']] as const) {
      await page.keyboard.type(typed);
      await rows.getByRole('option', { selected: true }).getByText(`${name}/`).waitFor();
      await page.keyboard.press('Enter');
      await at(name);
    }
    await rows.getByRole('option').first().getByText('cache', { exact: true }).waitFor();
    await picture('new-folder-dialog');
    expect(await axeComplaints(page, 'folders')).toEqual([]);
    await page.keyboard.press('Backspace');
    await at('sample');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await at('cache');
    await page.keyboard.type('/etc');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').getByText(/lies outside of the folders/).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/#\/cache\/\d+\/items/);
  });

  it.skipIf(isDesktop)('goes through a folder of more than a thousand, of which only those in view are drawn', async () => {
    const many = join(folder, 'many');
    for (let i = 0; i < 1_200; i++) await mkdir(join(many, `part-${String(i).padStart(4, '0')}`), { recursive: true });
    await page.goto(`${address}#/new`);
    await page.getByRole('button', { name: 'Browse … Folder on the server' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a cache folder on the server' });
    const rows = dialog.getByRole('listbox');
    await rows.and(page.locator('[aria-busy=false]')).waitFor();
    await page.keyboard.type(many);
    await page.keyboard.press('Enter');
    const chosen = rows.getByRole('option', { selected: true });
    await chosen.getByText('part-0000/').waitFor();
    for (let i = 0; i < 30; i++) await page.keyboard.press('PageDown');
    await chosen.getByText('part-0300/').waitFor();
    const inView = (): Promise<boolean> => isWithin(chosen, rows);
    await expect.poll(inView, { timeout: 15_000 }).toBe(true);
    expect([await chosen.getAttribute('aria-posinset'), await chosen.getAttribute('aria-setsize')]).toEqual(['301', '1200']);
    expect(await rows.getByRole('option').count()).toBeLessThan(60);
    // As high as if all of them were there: each has the height of the one that is chosen.
    expect(await page.evaluate('(() => { const list = document.querySelector("[role=listbox]"); return list.scrollHeight / list.querySelector("[aria-selected=true]").offsetHeight; })()')).toBeGreaterThan(1_150);
    for (let i = 0; i < 120; i++) await page.keyboard.press('PageDown');
    await chosen.getByText('part-1199/').waitFor();
    await expect.poll(inView, { timeout: 15_000 }).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it.skipIf(isDesktop)('keeps the chosen folder in view where names take several lines, and lets the wheel go elsewhere', async () => {
    const long = join(folder, 'long');
    for (let i = 0; i < 200; i++) await mkdir(join(long, `${String(i).padStart(3, '0')}-${'scan of a patient '.repeat((i % 7) * 2)}`.trim()), { recursive: true });
    await page.goto(`${address}#/new`);
    await page.getByRole('button', { name: 'Browse … Folder on the server' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a cache folder on the server' });
    const rows = dialog.getByRole('listbox');
    await rows.and(page.locator('[aria-busy=false]')).waitFor();
    await page.keyboard.type(long);
    await page.keyboard.press('Enter');
    const chosen = rows.getByRole('option', { selected: true });
    await chosen.getByText(/^000-/).waitFor();
    const inView = (): Promise<boolean> => isWithin(chosen, rows);
    const place = async (): Promise<number> => Number(await chosen.getAttribute('aria-posinset')) - 1;
    for (const at of [20, 60, 150, 199, 120, 40]) {
      for (let now = await place(); now !== at; now = await place()) await page.keyboard.press(`${Math.abs(at - now) < 10 ? 'Arrow' : 'Page'}${now < at ? 'Down' : 'Up'}`);
      await expect.poll(inView, { message: String(at) }).toBe(true);
    }
    await rows.hover();
    const top = (): Promise<number> => page.evaluate('document.querySelector("[role=listbox]").scrollTop');
    const before = await top();
    await page.mouse.wheel(0, 1_000);
    await expect.poll(top).toBeGreaterThan(before + 900);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('reads a file by its path; one that is not there is told', async () => {
    await page.goto(`${address}#/new`);
    await pathOfFile().fill('data/sample/nothing.yaml');
    await page.getByRole('button', { name: 'Read' }).click();
    await page.getByRole('alert').filter({ hasText: 'there is no such file' }).waitFor();
    await pathOfFile().fill('data/sample/config.yaml');
    await page.getByRole('button', { name: 'Read' }).click();
    await page.getByText('This cache is there, with 2 entries.').waitFor();
    expect(await page.getByLabel('Text of the config').inputValue()).toContain('target_shape_dhw: [48, 64, 64]');
  });

  it.runIf(isDesktop)('reads the file that is chosen in a dialog of the system, from the menu on every screen', async () => {
    await page.goto(`${address}#/jobs`);
    await host.clickMenu('open-config');
    expect(await host.answerDialog({ canceled: true, filePaths: [] })).toBe('Open a config');
    expect(new URL(page.url()).hash).toBe('#/jobs');
    await host.clickMenu('open-config');
    expect(await host.answerDialog({ canceled: false, filePaths: [join(folder, 'data/sample/config.yaml')] })).toBe('Open a config');
    await page.waitForURL(/#\/new/);
    await page.getByText('This cache is there, with 2 entries.').waitFor();
    await page.getByText('An edit here makes a copy; the file stays as it is.').waitFor();
  });

  it('finds screens, actions and entries in the palette, by keyboard alone', async () => {
    await page.getByRole('textbox', { name: 'Limit' }).focus();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await page.keyboard.type('verify');
    await palette.getByRole('option', { name: /Verify sample-chest/ }).first().waitFor();
    await picture('palette-actions');
    await page.keyboard.press('Escape');
    await palette.waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate<string | undefined>('document.activeElement.labels?.[0]?.innerText')).toContain('Limit');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('train_1');
    const entry = palette.getByRole('option', { name: /train_1_a_1\.nii\.gz/ });
    await entry.waitFor();
    await picture('palette-entries');
    while ((await entry.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/cache\/\d+\/items\/[0-9a-f]{32}$/);
    await palette.waitFor({ state: 'detached' });
    // News puts rows in above the chosen one: it stays the one that Enter would run.
    await page.keyboard.press('Control+k');
    await page.keyboard.press('ArrowUp');
    const chosen = palette.getByRole('option', { selected: true });
    const [title, rows] = [await chosen.innerText(), await palette.getByRole('option').count()];
    // All that can be done with the cache in view; of another one only itself.
    expect(title).toContain('Clear sample-chest');
    await cp(join(folder, 'data/sample/cache'), join(folder, 'copy'), { recursive: true });
    const said = await runCommand(['stats', '--cache', join(folder, 'copy')], { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, () => undefined);
    expect(said.exitCode).toBe(0);
    await expect.poll(() => palette.getByRole('option').count(), { timeout: 15_000 }).toBe(rows + 1);
    expect(await chosen.innerText()).toBe(title);
    expect(await palette.getByRole('combobox').getAttribute('aria-activedescendant')).toBe(await chosen.getAttribute('id'));
    expect(await palette.getByRole('option').nth(rows - 1).innerText()).not.toBe(title);
    // Where it goes away, the first row is next.
    await page.keyboard.type('settings');
    expect(await palette.getByRole('option').first().getAttribute('aria-selected')).toBe('true');
    // What changes a cache is asked first, with its command.
    await page.keyboard.press('Control+a');
    await page.keyboard.type('fix sample-chest');
    await palette.getByRole('option', { name: /Fix sample-chest/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Fix sample-chest' }).getByText(/^larder fix --config /).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('settings folders');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate<string | undefined>('document.activeElement.closest("section")?.innerText'), { timeout: 15_000 }).toMatch(/^Folders/);
    expect(complaints).toEqual([]);
  });
});
