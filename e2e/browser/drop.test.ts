import { copyFile, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryFileOf } from '../cli/larder.ts';
import { runCommand } from '../demo/run-command.ts';
import { makeSampleVolumes } from '../sample/index.ts';
import { CLI } from './ensure-built.ts';
import { axeComplaints } from './axe-complaints.ts';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

let browser: Browser;
let library: SampleLibrary;
let served: ServedLarder;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  [browser, library] = await Promise.all([launchChromium(), makeSampleLibrary()]);
  served = await serve(library.environment, library.folder);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })).newPage();
  page.setDefaultTimeout(12_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // An entry that cannot be drawn has no picture, and the browser says so by itself.
    if (message.type() === 'error' && !message.text().includes('404 (Not Found)')) complaints.push(message.text());
  });
  await enter(page, served);
  await page.getByRole('article', { name: 'sample-chest' }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await library?.remove();
});

const dialog = (name: string): Locator => page.getByRole('dialog', { name });

/** A file as the browser hands it over: name and bytes, no path. */
type Carried = readonly [name: string, bytes: Uint8Array, type?: string];
async function carry(...files: readonly Carried[]) {
  const given = files.map(([name, bytes, type = '']) => [name, Buffer.from(bytes).toString('base64'), type]);
  return await page.evaluateHandle(`(() => { const data = new DataTransfer(); for (const [name, base64, type] of ${JSON.stringify(given)}) data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type })); return data; })()`);
}
async function drop(...files: readonly Carried[]): Promise<void> {
  const dataTransfer = await carry(...files);
  for (const type of ['dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer });
}
async function picture(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}.png`) });
    expect(await page.evaluate(weakTexts)).toEqual([]);
  }
}
async function entryFile(index: number): Promise<string> {
  return (await readdir(library.directory)).filter((name) => name.endsWith('.pt')).sort()[index]!;
}
/** Names, sizes and times of a folder. */
async function facts(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  return await Promise.all(names.map(async (name) => `${name} ${(await stat(join(folder, name))).size} ${(await stat(join(folder, name))).mtimeMs}`));
}

// One story, in its order.
describe('something dropped on the window', () => {
  it('is met by an overlay over the whole window that says what can be', async () => {
    const dataTransfer = await carry(['x.csv', Buffer.from('x'), 'text/csv']);
    await page.dispatchEvent('body', 'dragover', { dataTransfer });
    await page.getByText('List (.csv): drop it anywhere').waitFor();
    await picture('drop-overlay');
    await page.dispatchEvent('body', 'dragleave', {});
    await page.getByText('drop it anywhere').waitFor({ state: 'detached' });
  });

  it('that is a list: which hash is which volume, and which cache has it', async () => {
    await drop(['train.csv', await readFile(library.project.trainCsvPath)]);
    const found = dialog('train.csv');
    await found.getByText('A list of 2 volumes.').waitFor();
    const text = await found.getByRole('table').innerText();
    for (const name of library.names.train) expect(text).toMatch(new RegExp(`${name}\\s+${entryFileOf(name).slice(0, 32)}`));
    expect(await found.getByRole('list', { name: 'Caches that have them' }).innerText()).toMatch(/sample-chest has [12] of 2/);
    // It has no path on the server that a command could name.
    expect(await found.innerText()).not.toContain('larder map');
    const [download] = await Promise.all([page.waitForEvent('download'), found.getByRole('button', { name: 'Save as JSON …' }).click()]);
    await found.getByText('✓ hash_map.json saved').waitFor();
    const output = join(library.folder, 'mapped.json');
    expect((await runCommand(['map', '--csv-path', library.project.trainCsvPath, '--output-path', output], { cliEntry: CLI, environment: library.environment, cwd: library.folder, signal: new AbortController().signal }, () => undefined)).exitCode).toBe(0);
    expect(await readFile(await download.path(), 'utf8')).toBe(await readFile(output, 'utf8'));
    await picture('drop-list');
    await found.getByRole('table').getByRole('link').first().click();
    await page.waitForURL(/#\/cache\/\d+\/items\/[0-9a-f]{32}/);
    await found.waitFor({ state: 'detached' });
  });

  it('that is a broken list is told in words', async () => {
    await drop(['broken.csv', Buffer.from('a,b\n1,2\n')]);
    await dialog('broken.csv').getByRole('alert').getByText(/broken\.csv/).waitFor();
    expect(await dialog('broken.csv').innerText()).not.toContain('larder-list-');
    await page.keyboard.press('Escape');
    await dialog('broken.csv').waitFor({ state: 'detached' });
  });

  it('that is an entry: the cache that has it, and by its path what it holds', async () => {
    const file = await entryFile(0);
    await drop([file, Buffer.from('not read')]);
    await dialog(file).getByText('A cached entry that Larder knows by its name.').waitFor();
    expect(await dialog(file).getByRole('list', { name: 'Known caches' }).innerText()).toMatch(/Open in sample-chest .*damaged/);
    await dialog(file).getByLabel('Path on the server').fill(join(library.directory, file));
    await page.keyboard.press('Enter');
    await dialog(file).getByText('damaged', { exact: true }).waitFor();
    expect(await dialog(file).getByRole('list', { name: 'Findings' }).innerText()).toContain('the model trains on wrong numbers');
    await picture('drop-entry');
    await dialog(file).getByRole('link', { name: 'Open in sample-chest' }).click();
    await page.waitForURL(new RegExp(`items/${file.slice(0, 32)}$`));
  });

  it('that is an entry of no known cache: its facts alone, and its folder as a cache, untouched', async () => {
    const [file] = (await readdir(library.foreignDirectory)).sort();
    const before = await facts(library.foreignDirectory);
    await drop([file!, Buffer.from('not read')]);
    await dialog(file!).getByText('No known cache has one of this name.').waitFor();
    await dialog(file!).getByLabel('Path on the server').fill(join(library.foreignDirectory, file!));
    await page.keyboard.press('Enter');
    await dialog(file!).getByRole('button', { name: 'Open its folder as a cache' }).click();
    await page.getByRole('region', { name: 'What was done' }).getByText(/Nothing in the folder was touched/).waitFor();
    await page.getByRole('grid', { name: 'Items of from python' }).waitFor();
    expect(await facts(library.foreignDirectory)).toEqual(before);
  });

  it('that is a NIfTI: its header, and where it is cached', async () => {
    const volume = makeSampleVolumes().find((candidate) => candidate.volumeName === library.names.train[0])!;
    await drop([volume.volumeName, volume.bytes]);
    const found = dialog(volume.volumeName);
    await found.getByText('A raw volume that known caches ask for.').waitFor();
    const text = await found.innerText();
    expect(text).toMatch(/Size\s+\d+ × \d+ × \d+/);
    expect(text).toMatch(/Spacing\s+[\d.]+ × [\d.]+ × [\d.]+ mm/);
    expect(text).toMatch(/Axes point to\s+[RL][AP][SI]|Axes point to\s+[A-Z]{3}/);
    await picture('drop-raw');
    await page.keyboard.press('Escape');
    await drop(['other.nii', Buffer.from('no header')]);
    await dialog('other.nii').getByRole('alert').getByText(/^▲ other\.nii: /).waitFor();
    await page.keyboard.press('Escape');
  });

  it('that is a NIfTI of no cache is looked at by its path, and nothing is taken in', async () => {
    const [folder, name] = [join(library.folder, 'elsewhere'), 'somebody.nii.gz'];
    await mkdir(folder, { recursive: true });
    const { bytes } = makeSampleVolumes()[0]!;
    await writeFile(join(folder, name), bytes);
    const [before, entries] = [await facts(folder), await facts(library.directory)];
    await drop([name, bytes]);
    await dialog(name).getByText('A raw volume. No known cache asks for one of this name.').waitFor();
    await dialog(name).getByLabel('Path on the server').fill(join(folder, name));
    await page.keyboard.press('Enter');
    await dialog(name).getByRole('button', { name: 'Look at it' }).click();
    const figure = dialog(name).getByRole('figure', { name: 'Raw volume' });
    await figure.locator('[aria-busy=false] canvas').waitFor();
    const text = await dialog(name).innerText();
    expect(text).toMatch(/Size\s+\d+ × \d+ × \d+/);
    expect(text).toMatch(/Stored as\s+int16/);
    const index = figure.getByLabel('At the crosshair').locator('dd').nth(1);
    const middle = (await index.innerText()).split(', ').map(Number);
    await figure.locator('canvas').press('PageUp');
    await expect.poll(async () => (await index.innerText()).split(', ').map(Number)[2]).not.toBe(middle[2]);
    // The value under the crosshair is the one in the file: int16 without slope, as the sample writes it.
    const nifti = gunzipSync(bytes);
    const [x, y, z] = (await index.innerText()).split(', ').map(Number);
    const [value] = await figure.getByLabel('At the crosshair').locator('dd').allInnerTexts();
    expect(Number(value!.replace('−', '-'))).toBe(nifti.readInt16LE(352 + 2 * (x! + nifti.readInt16LE(42) * (y! + nifti.readInt16LE(44) * z!))));
    await picture('drop-look');
    expect([await facts(folder), await facts(library.directory)]).toEqual([before, entries]);
    await dialog(name).getByRole('button', { name: 'Back' }).click();
    await page.keyboard.press('Escape');
  });

  it('that is an entry of no cache is looked at too', async () => {
    const [file] = (await readdir(library.foreignDirectory)).sort();
    const alone = join(library.folder, 'elsewhere', file!);
    await copyFile(join(library.foreignDirectory, file!), alone);
    await drop([file!, Buffer.from('not read')]);
    await dialog(file!).getByLabel('Path on the server').fill(alone);
    await page.keyboard.press('Enter');
    await dialog(file!).getByRole('button', { name: 'Look at it' }).click();
    await dialog(file!).getByRole('figure', { name: 'Cached volume' }).locator('[aria-busy=false] canvas').waitFor();
    expect(await dialog(file!).innerText()).toMatch(/Checked\s+sound/);
    await picture('drop-look-entry');
    await page.keyboard.press('Escape');
  });

  it('that are several things: all of them, each with its next step', async () => {
    const file = await entryFile(0);
    const volume = makeSampleVolumes().find((candidate) => candidate.volumeName === library.names.train[0])!;
    await drop([file, Buffer.from('not read')], [volume.volumeName, volume.bytes], ['notes.txt', Buffer.from('x')], ['broken.csv', Buffer.from('a,b\n1,2\n')], ['other.yaml', Buffer.from('a: 1\n')]);
    const several = dialog('5 things were dropped');
    await several.getByRole('row', { name: /other\.yaml/ }).getByText('config', { exact: true }).waitFor();
    expect(await several.getByRole('row', { name: new RegExp(file) }).innerText()).toMatch(/entry, by its name\s+sample-chest\s+Show/);
    expect(await several.getByRole('row', { name: new RegExp(`^${volume.volumeName}`) }).innerText()).toMatch(/NIfTI, \d+ × \d+ × \d+\s+sample-chest\s+Show/);
    await several.getByText(/“notes\.txt” is neither a config, a list, an entry nor a NIfTI/).waitFor();
    await several.getByRole('row', { name: /broken\.csv/ }).getByText(/VolumeName/).waitFor();
    expect(await several.getByRole('region', { name: 'What was dropped' }).evaluate((region) => region.scrollWidth - region.clientWidth)).toBe(0);
    await picture('drop-several');
    expect(await axeComplaints(page, 'several')).toEqual([]);
    await several.getByRole('button', { name: `Show ${volume.volumeName}` }).click();
    await dialog(volume.volumeName).getByText('A raw volume that known caches ask for.').waitFor();
    await page.getByRole('button', { name: 'Back to all 5' }).click();
    await several.getByRole('button', { name: 'Read other.yaml' }).click();
    await page.waitForURL(/#\/new/);
    await several.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Start over' }).click();
  });

  it('that is something else asks for a path; by keyboard the same dialog is in the palette', async () => {
    await drop(['notes.txt', Buffer.from('x')]);
    await dialog('notes.txt').getByText(/neither a config, a list, an entry nor a NIfTI/).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('look at a file');
    await page.keyboard.press('Enter');
    await dialog('Look at a file or folder').getByLabel('Path on the server').fill(library.project.configPath);
    await page.keyboard.press('Enter');
    await page.getByText('● No problems').waitFor();
    expect(complaints).toEqual([]);
  });
});
