import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../app/host.ts';
import { openPage } from '../app/open-page.ts';
import { closeChromium, isDesktop } from '../app/start-host.ts';
import { entryFileOf } from '../cli/larder.ts';
import { makeSampleVolumes } from '../sample/index.ts';
import { axeComplaints } from './axe-complaints.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');

/** Only a desktop is told where a dropped file lies, and runs where the person sits. */
const PATH = isDesktop ? 'Path' : 'Path on the server';

let library: SampleLibrary;
let host: Host;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  library = await makeSampleLibrary();
  ({ host, page } = await openPage({ ...library, width: 1280, height: 800, colorScheme: 'dark' }));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // An entry that cannot be drawn has no picture, and the browser says so by itself.
    if (message.type() === 'error' && !message.text().includes('404 (Not Found)')) complaints.push(message.text());
  });
  await page.getByRole('article', { name: 'sample-chest' }).waitFor();
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await library?.remove();
});

const dialog = (name: string): Locator => page.getByRole('dialog', { name });

/** A file that lies nowhere, as one dragged out of a mail: name and bytes, no path through any door. */
type Carried = readonly [name: string, bytes: Uint8Array, type?: string];
async function carry(...files: readonly Carried[]) {
  const given = files.map(([name, bytes, type = '']) => [name, Buffer.from(bytes).toString('base64'), type]);
  return await page.evaluateHandle(`(() => { const data = new DataTransfer(); for (const [name, base64, type] of ${JSON.stringify(given)}) data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type })); return data; })()`);
}
async function dropCarried(...files: readonly Carried[]): Promise<void> {
  const dataTransfer = await carry(...files);
  for (const type of ['dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer });
}
/** @returns the path of a file beside no cache and no config */
async function put(name: string, bytes: string | Uint8Array): Promise<string> {
  const folder = join(library.folder, 'elsewhere');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}
/** What was dropped is shown: in a browser goes on with its path as a person types it, on a desktop makes sure that nobody is asked. */
async function tellPath(found: Locator, path: string): Promise<void> {
  if (isDesktop) expect(await found.getByLabel(PATH).count(), 'the path is known').toBe(0);
  else {
    await found.getByLabel(PATH).fill(path);
    await page.keyboard.press('Enter');
  }
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
    expect(await page.getByText(/^Files stay where they are/).innerText()).toBe(isDesktop ? 'Files stay where they are and are not changed.' : 'Files stay where they are; of large ones only the name or the header is read.');
    await picture('drop-overlay');
    await page.dispatchEvent('body', 'dragleave', {});
    await page.getByText('drop it anywhere').waitFor({ state: 'detached' });
  });

  it('that is a list: which hash is which volume, and which cache has it', async () => {
    const { trainCsvPath } = library.project;
    await host.drop([trainCsvPath]);
    const found = dialog('train.csv');
    await found.getByText('A list of 2 volumes.').waitFor();
    const text = await found.getByRole('table').innerText();
    for (const name of library.names.train) expect(text).toMatch(new RegExp(`${name}\\s+${entryFileOf(name).slice(0, 32)}`));
    expect(await found.getByRole('list', { name: 'Caches that have them' }).innerText()).toMatch(/sample-chest has [12] of 2/);
    // In a browser it has no path on the server that a command could name.
    if (isDesktop) expect(await found.innerText()).toContain(`larder map --csv-path ${trainCsvPath} --output-path hash_map.json`);
    else expect(await found.innerText()).not.toContain('larder map');
    const output = join(library.folder, 'mapped.json');
    expect((await library.run('map', '--csv-path', trainCsvPath, '--output-path', output)).exitCode).toBe(0);
    const button = found.getByRole('button', { name: 'Save as JSON …' });
    if (!isDesktop) {
      const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
      await found.getByText('✓ hash_map.json saved').waitFor();
      expect(await readFile(await download.path(), 'utf8')).toBe(await readFile(output, 'utf8'));
      expect(await found.getByRole('button', { name: 'Show in folder' }).count()).toBe(0);
    } else if (host.capabilities.recordsSystem) {
      // In the real Electron this dialog is the system's own, and nobody is at the mouse.
      const saved = join(library.folder, 'my map.json');
      await button.click();
      expect(await host.answerDialog({ canceled: false, filePath: saved })).toBe('Save hash_map.json');
      await found.getByText('✓ hash_map.json saved').waitFor();
      expect(await readFile(saved, 'utf8')).toBe(await readFile(output, 'utf8'));
      await found.getByRole('button', { name: 'Show in folder' }).click();
      await expect.poll(() => host.asked('shell.showItemInFolder')).toEqual([[saved]]);
    }
    await picture('drop-list');
    await found.getByRole('table').getByRole('link').first().click();
    await page.waitForURL(/#\/cache\/\d+\/items\/[0-9a-f]{32}/);
    await found.waitFor({ state: 'detached' });
  });

  it('that is a broken list is told in words', async () => {
    await host.drop([await put('broken.csv', 'a,b\n1,2\n')]);
    await dialog('broken.csv').getByRole('alert').getByText(/broken\.csv/).waitFor();
    expect(await dialog('broken.csv').innerText()).not.toContain('larder-list-');
    await page.keyboard.press('Escape');
    await dialog('broken.csv').waitFor({ state: 'detached' });
  });

  it('that is an entry: the cache that has it, and by its path what it holds', async () => {
    const file = await entryFile(0);
    await host.drop([join(library.directory, file)]);
    await dialog(file).getByText('A cached entry that Larder knows by its name.').waitFor();
    expect(await dialog(file).getByRole('list', { name: 'Known caches' }).innerText()).toMatch(/Open in sample-chest .*damaged/);
    await tellPath(dialog(file), join(library.directory, file));
    await dialog(file).getByText('damaged', { exact: true }).waitFor();
    expect(await dialog(file).getByRole('list', { name: 'Findings' }).innerText()).toContain('the model trains on wrong numbers');
    await picture('drop-entry');
    await dialog(file).getByRole('link', { name: 'Open in sample-chest' }).click();
    await page.waitForURL(new RegExp(`items/${file.slice(0, 32)}$`));
  });

  it('that is an entry of no known cache: its facts alone, and its folder as a cache, untouched', async () => {
    const [file] = (await readdir(library.foreignDirectory)).sort();
    const before = await facts(library.foreignDirectory);
    await host.drop([join(library.foreignDirectory, file!)]);
    await dialog(file!).getByText('No known cache has one of this name.').waitFor();
    await tellPath(dialog(file!), join(library.foreignDirectory, file!));
    await dialog(file!).getByRole('button', { name: 'Open its folder as a cache' }).click();
    await page.getByRole('region', { name: 'What was done' }).getByText(/Nothing in the folder was touched/).waitFor();
    await page.getByRole('grid', { name: 'Items of from python' }).waitFor();
    expect(await facts(library.foreignDirectory)).toEqual(before);
  });

  it('that is a NIfTI: its header, and where it is cached', async () => {
    const volume = makeSampleVolumes().find((candidate) => candidate.volumeName === library.names.train[0])!;
    const path = await put(volume.volumeName, volume.bytes);
    await host.drop([path]);
    const found = dialog(volume.volumeName);
    await found.getByText('A raw volume that known caches ask for.').waitFor();
    const text = await found.innerText();
    expect(text).toMatch(/Size\s+\d+ × \d+ × \d+/);
    expect(text).toMatch(/Spacing\s+[\d.]+ × [\d.]+ × [\d.]+ mm/);
    expect(text).toMatch(/Axes point to\s+[RL][AP][SI]|Axes point to\s+[A-Z]{3}/);
    // A browser has its header and nothing to show of the rest before it is told its path.
    expect(await found.getByRole('button', { name: 'Look at it' }).count()).toBe(isDesktop ? 1 : 0);
    await picture('drop-raw');
    await tellPath(found, path);
    await found.getByRole('button', { name: 'Look at it' }).waitFor();
    await page.keyboard.press('Escape');
    await host.drop([await put('other.nii', 'no header')]);
    await dialog('other.nii').getByRole('alert').getByText(/^▲ other\.nii: /).waitFor();
    await page.keyboard.press('Escape');
  });

  it('that is a NIfTI of no cache is looked at by its path, and nothing is taken in', async () => {
    const [folder, name] = [join(library.folder, 'elsewhere'), 'somebody.nii.gz'];
    const { bytes } = makeSampleVolumes()[0]!;
    const path = await put(name, bytes);
    const [before, entries] = [await facts(folder), await facts(library.directory)];
    await host.drop([path]);
    await dialog(name).getByText('A raw volume. No known cache asks for one of this name.').waitFor();
    await tellPath(dialog(name), path);
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
    const alone = await put(file!, await readFile(join(library.foreignDirectory, file!)));
    await host.drop([alone]);
    await dialog(file!).getByText('A cached entry that Larder knows by its name.').waitFor();
    await tellPath(dialog(file!), alone);
    await dialog(file!).getByRole('button', { name: 'Look at it' }).click();
    await dialog(file!).getByRole('figure', { name: 'Cached volume' }).locator('[aria-busy=false] canvas').waitFor();
    expect(await dialog(file!).innerText()).toMatch(/Checked\s+sound/);
    await picture('drop-look-entry');
    await page.keyboard.press('Escape');
  });

  it('that are several things: all of them, each with its next step', async () => {
    const file = await entryFile(0);
    const volume = makeSampleVolumes().find((candidate) => candidate.volumeName === library.names.train[0])!;
    const config = await put('other.yaml', 'a: 1\n');
    await host.drop([join(library.directory, file), await put(volume.volumeName, volume.bytes), await put('notes.txt', 'x'), await put('broken.csv', 'a,b\n1,2\n'), config]);
    const several = dialog('5 things were dropped');
    await several.getByRole('row', { name: /other\.yaml/ }).getByText('config', { exact: true }).waitFor();
    expect(await several.getByRole('row', { name: new RegExp(file) }).innerText()).toMatch(isDesktop ? /▲ entry, damaged\s+sample-chest\s+Show/ : /entry, by its name\s+sample-chest\s+Show/);
    expect(await several.getByRole('row', { name: new RegExp(`^${volume.volumeName}`) }).innerText()).toMatch(/NIfTI, \d+ × \d+ × \d+\s+sample-chest\s+Show/);
    const notes = several.getByRole('row', { name: /notes\.txt/ });
    await notes.getByText(isDesktop ? 'nothing Larder knows' : /“notes\.txt” is neither a config, a list, an entry nor a NIfTI/).waitFor();
    expect(await notes.getByRole('button').count()).toBe(0);
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
    // A desktop reads the file where it lies, a browser its text.
    if (isDesktop) await page.locator('p').filter({ hasText: 'An edit here makes a copy; the file stays as it is.' }).getByText(config, { exact: true }).waitFor();
    else await page.getByText('A text without a file. Planning keeps it as').waitFor();
    await page.getByRole('button', { name: 'Start over' }).click();
  });

  it('that is a folder is opened as a cache; a browser has to be told where it lies', async () => {
    await host.drop([library.directory]);
    const name = basename(library.directory);
    if (!isDesktop) {
      await dialog(name).getByText(`“${name}” is a folder. The page is not told where it lies`).waitFor();
      await tellPath(dialog(name), library.directory);
    }
    await page.getByRole('region', { name: 'What was done' }).getByText(`${library.directory} is in the library now. Nothing in the folder was touched.`).waitFor();
    await page.getByRole('grid', { name: 'Items of sample-chest' }).waitFor();
  });

  it('that lies nowhere is known by its name and what is in it', async () => {
    const file = await entryFile(0);
    await dropCarried([file, Buffer.from('not read')]);
    await dialog(file).getByText('The page is told its name only.').waitFor();
    expect(await dialog(file).getByRole('list', { name: 'Known caches' }).innerText()).toMatch(/Open in sample-chest .*damaged/);
    expect(await dialog(file).getByRole('list', { name: 'Findings' }).count()).toBe(0);
    await dialog(file).getByLabel(PATH).fill(join(library.directory, file));
    await page.keyboard.press('Enter');
    await dialog(file).getByRole('list', { name: 'Findings' }).getByText('the model trains on wrong numbers').waitFor();
    await page.keyboard.press('Escape');
    await dropCarried(['train.csv', await readFile(library.project.trainCsvPath)]);
    await dialog('train.csv').getByText('The page was given its text and not its place').waitFor();
    expect(await dialog('train.csv').innerText()).not.toContain('larder map');
    await page.keyboard.press('Escape');
    await dropCarried(['broken.csv', Buffer.from('a,b\n1,2\n')]);
    await dialog('broken.csv').getByRole('alert').getByText(/broken\.csv/).waitFor();
    expect(await dialog('broken.csv').innerText()).not.toContain('larder-list-');
    await page.keyboard.press('Escape');
    const volume = makeSampleVolumes().find((candidate) => candidate.volumeName === library.names.train[0])!;
    await dropCarried([volume.volumeName, volume.bytes]);
    await dialog(volume.volumeName).getByText('The page has its header only.').waitFor();
    expect(await dialog(volume.volumeName).innerText()).toMatch(/Size\s+\d+ × \d+ × \d+/);
    await page.keyboard.press('Escape');
    await dropCarried(['other.yaml', Buffer.from('a: 1\n')]);
    await page.getByText('A text without a file. Planning keeps it as').waitFor();
    await page.getByRole('button', { name: 'Start over' }).click();
  });

  it.runIf(isDesktop)('that is something else: a dialog of the system names another instead', async () => {
    await host.drop([await put('notes.txt', 'x')]);
    const choose = dialog('notes.txt').getByRole('button', { name: 'Choose a file …' });
    await choose.click();
    expect(await host.answerDialog({ canceled: true, filePaths: [] })).toBe('Choose a file to look at');
    await choose.click();
    expect(await host.answerDialog({ canceled: false, filePaths: [library.project.trainCsvPath] })).toBe('Choose a file to look at');
    await dialog('train.csv').getByText('A list of 2 volumes.').waitFor();
    expect(await dialog('train.csv').innerText()).toContain(`larder map --csv-path ${library.project.trainCsvPath}`);
    await page.keyboard.press('Escape');
  });

  it('that is something else asks for a path; by keyboard the same dialog is in the palette', async () => {
    await host.drop([await put('notes.txt', 'x')]);
    await dialog('notes.txt').getByText(isDesktop ? /nothing Larder knows: neither a config, a cache folder, a list, an entry nor a NIfTI/ : /neither a config, a list, an entry nor a NIfTI/).waitFor();
    await dialog('notes.txt').getByLabel(PATH).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('look at a file');
    await page.keyboard.press('Enter');
    await dialog('Look at a file or folder').getByLabel(PATH).fill(library.project.configPath);
    await page.keyboard.press('Enter');
    await page.getByText('● No problems').waitFor();
    expect(complaints).toEqual([]);
  });
});
