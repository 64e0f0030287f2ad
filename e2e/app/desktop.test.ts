import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { axeComplaints } from '../browser/axe-complaints.ts';
import { ROOT } from '../browser/ensure-built.ts';
import { makeSampleVolumes } from '../sample/index.ts';
import { DISPLAYS_VARIABLE } from '../standin/screen.ts';
import type { Host } from './host.ts';
import { startGenerate } from './start-generate.ts';
import type { Setting } from './setting.ts';
import { makeSetting } from './setting.ts';
import { closeChromium, isDesktop, leave, restart, startHost } from './start-host.ts';

/** Entries that MONAI wrote. */
const ENTRIES = join(ROOT, 'src-main/formats/torch/__fixtures__/monai/e1/a');

const SECRET = 'hf_ofTheKeyStoreOnly';

let setting: Setting;
let host: Host;
beforeAll(async () => {
  setting = await makeSetting();
});
afterEach(async () => {
  await host?.close();
});
afterAll(async () => {
  await closeChromium();
  await setting?.remove();
});

describe.runIf(isDesktop)('the desktop', () => {
  it('opens what it was started with, what a second start brings, and what is chosen and dropped', async () => {
    host = await startHost({ ...setting, words: [setting.project.configPath] });
    await host.page.getByRole('button', { name: 'Plan', exact: true }).waitFor();
    const cache = join(setting.folder, 'some cache');
    await cp(ENTRIES, cache, { recursive: true });
    await host.page.getByRole('link', { name: 'Library' }).click();
    await host.startSecond([cache]);
    await host.page.waitForURL(/#\/cache\/\d+\/items/);
    await host.clickMenu('library');
    await host.page.getByRole('heading', { name: 'Library' }).waitFor();
    await host.clickMenu('open-config');
    expect(await host.answerDialog({ canceled: false, filePaths: [setting.project.configPath] })).toBe('Open a config');
    await host.page.getByRole('button', { name: 'Plan', exact: true }).waitFor();
    await host.drop([cache]);
    await host.page.waitForURL(/#\/cache\/\d+\/items/);
    const scan = join(setting.folder, 'a scan.nii.gz');
    await writeFile(scan, makeSampleVolumes()[0]!.bytes);
    await host.drop([scan]);
    await host.page.getByRole('button', { name: 'Look at it' }).click();
    await host.page.getByRole('dialog', { name: 'a scan.nii.gz' }).locator('[aria-busy=false] canvas').waitFor();
    await host.page.keyboard.press('Escape');
    await host.drop([scan, setting.project.configPath]);
    const several = host.page.getByRole('dialog', { name: '2 things were dropped' });
    await several.getByRole('row', { name: /a scan\.nii\.gz/ }).getByText(/^NIfTI, /).waitFor();
    await several.getByRole('button', { name: 'Read config.yaml' }).click();
    await host.page.waitForURL(/#\/new/);
    expect(host.said()).not.toMatch(/fault|refused|not in stand-in/i);
  });

  it('asks with a dialog of the system wherever a file or folder is wanted, and goes on with its path', async () => {
    host = await startHost({ ...setting, environment: { ...setting.environment, LARDER_DATA_DIR: join(setting.folder, 'data of another') } });
    const { page } = host;
    const cache = join(setting.folder, 'chosen cache');
    await cp(ENTRIES, cache, { recursive: true });
    const press = async (scope: Page | Locator, name: string, title: string, path: string | null): Promise<void> => {
      await scope.getByRole('button', { name, exact: true }).click();
      expect(await host.answerDialog({ canceled: path === null, filePaths: path === null ? [] : [path] })).toBe(title);
    };
    await page.getByRole('heading', { name: 'No caches yet' }).waitFor();
    await press(page, 'Open a folder', 'Open a cache folder', null);
    await page.getByRole('heading', { name: 'No caches yet' }).waitFor();
    await press(page, 'Open a folder', 'Open a cache folder', cache);
    await page.waitForURL(/#\/cache\/\d+\/items/);
    if (host.capabilities.recordsSystem) {
      await page.getByRole('grid', { name: /^Items of/ }).getByRole('row').nth(1).dblclick();
      await page.locator('header').getByRole('button', { name: 'Show in folder' }).first().click();
      await expect.poll(() => host.asked('shell.showItemInFolder')).toEqual([[cache]]);
      await page.getByRole('complementary').getByRole('button', { name: 'Show in folder' }).click();
      const files = (await readdir(cache)).filter((name) => name.endsWith('.pt')).map((name) => join(cache, name));
      await expect.poll(() => host.asked('shell.showItemInFolder').length).toBe(2);
      expect(files).toContain(host.asked('shell.showItemInFolder')[1]![0]);
    }
    await host.clickMenu('new');
    await page.getByRole('button', { name: 'Browse … File', exact: true }).click();
    expect(await host.answerDialog({ canceled: false, filePaths: [setting.project.configPath] })).toBe('Open a config');
    await page.getByText('An edit here makes a copy; the file stays as it is.').waitFor();
    await page.getByRole('button', { name: 'Start over' }).click();
    await press(page.getByRole('form', { name: 'Open a cache you have' }), 'Browse … Folder', 'Open a cache folder', cache);
    await page.waitForURL(/#\/cache\/\d+\/items/);
    await host.clickMenu('new');
    const images = page.getByRole('form', { name: 'Pregenerate images of text' });
    for (const label of ['Corpus folder', 'Fonts folder', 'Cache folder']) {
      await images.getByRole('button', { name: `Browse … ${label}` }).click();
      expect(await host.answerDialog({ canceled: false, filePaths: [cache] })).toBe('Choose a folder');
      await expect.poll(() => images.getByRole('textbox', { name: label }).inputValue()).toBe(cache);
    }
    await host.clickMenu('look');
    const look = page.getByRole('dialog', { name: 'Look at a file or folder' });
    await press(look, 'Choose a folder …', 'Choose a folder', null);
    await press(look, 'Choose a file …', 'Choose a file to look at', setting.project.trainCsvPath);
    await page.getByText('A list of 3 volumes.').waitFor();
    await page.keyboard.press('Escape');
    await host.clickMenu('settings');
    await page.getByRole('button', { name: 'Browse … CA file' }).click();
    expect(await host.answerDialog({ canceled: false, filePaths: [setting.project.configPath] })).toBe('Choose a CA file');
    await expect.poll(() => page.getByRole('textbox', { name: 'CA file' }).inputValue()).toBe(setting.project.configPath);
    expect(host.said()).not.toMatch(/fault|refused|not in stand-in/i);
  });

  it('brings the page back after its process died, menus and all', async () => {
    host = await startHost(setting);
    await host.page.getByRole('heading', { level: 1 }).waitFor();
    await host.crashRenderer();
    await host.page.getByRole('heading', { level: 1 }).waitFor();
    await host.clickMenu('jobs');
    await host.page.waitForURL(/#\/jobs/);
    await leave(host);
  });

  it('shows what happened and what to do when the page keeps crashing, and comes back by hand', async () => {
    host = await startHost(setting);
    for (let crash = 1; crash <= 4; crash++) {
      await host.page.getByRole('link', { name: 'Library' }).waitFor();
      await host.crashRenderer();
    }
    const back = host.page.getByRole('link', { name: 'Load the window again' });
    await back.waitFor();
    expect(await host.page.getByLabel('For a report').innerText()).toMatch(/^Larder: [\d.]+\nSystem: .+\nRuns on: Electron .+\nGraphics: webgl2 \w+/);
    for (const colorScheme of ['dark', 'light'] as const) {
      await host.page.emulateMedia({ colorScheme });
      expect(await axeComplaints(host.page, `crash page, ${colorScheme}`, 'all')).toEqual([]);
      await host.page.screenshot({ path: join(tmpdir(), `larder-crash-page-${colorScheme}.png`) });
    }
    await back.click();
    await host.page.getByRole('link', { name: 'Library' }).waitFor();
    await leave(host);
  });

  it('keeps a token in the key store, uses it after a restart, shows it nowhere, and forgets it', async () => {
    const { HF_TOKEN: _own, ...environment } = setting.environment;
    const options = { ...setting, environment };
    host = await startHost(options);
    const token = host.page.getByLabel('Token', { exact: true });
    const toSettings = async (): Promise<void> => {
      await host.page.getByRole('link', { name: 'Settings' }).click();
      await host.page.getByText('A config may name its own').waitFor();
    };
    await toSettings();
    await token.fill(SECRET);
    await host.page.keyboard.press('Enter');
    await host.page.getByText(/In use: the one from the (keyring|keychain|key store)/).waitFor();
    expect(await host.page.content()).not.toContain(SECRET);
    await leave(host);
    // In no file as it is: settings, logs, and the file of the key store.
    for (const path of await filesBelow(setting.folder)) expect((await readFile(path)).includes(SECRET), path).toBe(false);
    host = await startHost(options);
    setting.hub.setAccess({ kind: 'gated', mode: 'auto', granted: [SECRET] });
    await startGenerate(host, setting.project.configPath);
    await host.page.getByRole('link', { name: /^Jobs/ }).click();
    await host.page.getByRole('article').first().getByText('3 made').waitFor();
    await toSettings();
    await host.page.getByRole('button', { name: 'Forget it' }).click();
    await host.page.getByText('No token is known; public datasets need none.').waitFor();
    expect(host.said()).not.toContain(SECRET);
    await leave(host);
  });

  it('asks where an export goes, says when it is there and shows it in its folder, and says so where it cannot be written', async () => {
    const cache = join(setting.folder, 'exported cache');
    await cp(ENTRIES, cache, { recursive: true });
    host = await startHost({ ...setting, words: [cache] });
    const { page } = host;
    await page.waitForURL(/#\/cache\/\d+\/items/);
    // Its dialogs are those of the system there, and nobody is at the mouse.
    if (!host.capabilities.recordsSystem) return;
    const toasts = page.getByRole('region', { name: 'What was done' });
    const open = async (): Promise<Locator> => {
      await page.getByRole('button', { name: /^Export/ }).first().click();
      const opened = page.getByRole('dialog', { name: /^Export / });
      await opened.getByRole('radio', { name: 'Every item as a table' }).check();
      return opened;
    };
    const dialog = await open();
    const save = (): Promise<void> => dialog.getByRole('button', { name: 'Save cache_info.csv' }).click();
    await save();
    expect(await host.answerDialog({ canceled: true, filePath: '' })).toBe('Save cache_info.csv');
    await dialog.getByRole('button', { name: 'Save cache_info.csv' }).and(page.locator(':enabled')).waitFor();
    expect(await toasts.getByText('saved').count(), 'nothing was').toBe(0);
    await save();
    await host.answerDialog({ canceled: false, filePath: join(setting.project.configPath, 'no folder.json') });
    await dialog.getByText('cache_info.csv could not be written there.').waitFor();
    const path = join(setting.folder, 'my map.json');
    await save();
    await host.answerDialog({ canceled: false, filePath: path });
    await toasts.getByText(/cache_info\.csv saved, /).waitFor();
    const entries = (await readdir(cache)).filter((name) => name.endsWith('.pt'));
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n').slice(1);
    expect(lines).toHaveLength(entries.length);
    for (const name of entries) expect(lines.some((line) => line.includes(name.replace('.pt', ''))), name).toBe(true);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(tmpdir(), `larder-saved-${colorScheme}.png`) });
      expect(await axeComplaints(page, `saved, ${colorScheme}`, 'all')).toEqual([]);
    }
    await toasts.getByRole('button', { name: 'Show in folder' }).click();
    await expect.poll(() => host.asked('shell.showItemInFolder')).toEqual([[path]]);
    await rm(path);
    await toasts.getByRole('button', { name: 'Show in folder' }).click();
    await toasts.getByText('The file is not there any more.').waitFor();
    // Nothing else is downloaded, whatever a script in the page tries.
    const before = host.asked('shell.showItemInFolder').length;
    await page.evaluate("(() => { const link = document.createElement('a'); link.href = '/_data/document/1/cache_info.csv'; link.download = 'x.json'; link.click(); })()");
    await page.evaluate('globalThis.larder.reveal({ savedId: 99 })');
    await page.waitForTimeout(500);
    await host.clickMenu('open-config');
    expect(await host.answerDialog({ canceled: true, filePaths: [] }), 'no dialog was open before it').toBe('Open a config');
    expect(host.asked('shell.showItemInFolder')).toHaveLength(before);
    expect(host.said()).not.toMatch(/fault|refused|not in stand-in/i);
  });

  it('opens on the display where it was left, and in the middle of the primary one when that is gone or windows have no positions', async () => {
    const left = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1050 } };
    const right = { id: 2, workArea: { x: 1920, y: 0, width: 1680, height: 1000 } };
    // Where it opened is known of the stand-in alone; the real one has the displays of the machine.
    const openedAt = async (displays: readonly object[], session = 'x11', then?: () => Promise<void>): Promise<unknown> => {
      host = await startHost({ ...setting, environment: { ...setting.environment, XDG_SESSION_TYPE: session, WAYLAND_DISPLAY: '', [DISPLAYS_VARIABLE]: JSON.stringify(displays) } });
      await host.page.getByRole('link', { name: 'Library' }).waitFor();
      await then?.();
      await leave(host);
      return host.asked('BrowserWindow')[0]?.[0];
    };
    const kept = async (): Promise<unknown> => JSON.parse(await readFile(join(setting.folder, 'user/window.json'), 'utf8'));
    await rm(join(setting.folder, 'user/window.json'), { force: true });
    await openedAt([left, right], 'x11', () => host.moveWindow(2000, 30));
    if (!host.capabilities.recordsSystem) return;
    const size = { width: 1440, height: 900 };
    expect(await kept()).toEqual({ size, place: { displayId: 2, x: 2000, y: 30 }, isMaximized: false });
    expect(await openedAt([left, right])).toEqual({ x: 2000, y: 30, ...size });
    // (1920 - 1440) / 2 and (1050 - 900) / 2
    expect(await openedAt([left])).toEqual({ x: 240, y: 75, ...size });
    expect(await kept()).toEqual({ size, place: { displayId: 1, x: 240, y: 75 }, isMaximized: false });
    expect(await openedAt([left], 'wayland')).toEqual(size);
    expect(await kept()).toEqual({ size, isMaximized: false });
    expect(await openedAt([left])).toEqual({ x: 240, y: 75, ...size });
  });

  it('draws with a card on the list of faulty ones from the next start on, if that is wished', async () => {
    host = await startHost(setting);
    const tick = () => host.page.getByRole('checkbox', { name: 'Use the graphics card even where it is on the block list' });
    const switches = () => host.asked('app.commandLine.appendSwitch').map(([name]) => name);
    await host.page.getByRole('link', { name: 'Settings' }).click();
    await tick().check();
    await host.page.getByText('larder settings set ignore-gpu-blocklist on').waitFor();
    for (const colorScheme of ['dark', 'light'] as const) {
      await host.page.emulateMedia({ colorScheme });
      await host.page.getByRole('region', { name: 'Graphics' }).scrollIntoViewIfNeeded();
      await host.page.screenshot({ path: join(tmpdir(), `larder-graphics-${colorScheme}.png`) });
      expect(await axeComplaints(host.page, `settings, ${colorScheme}`, 'all')).toEqual([]);
    }
    if (host.capabilities.recordsSystem) expect(switches()).toEqual(['enable-unsafe-swiftshader']);
    host = await restart(host, setting);
    if (host.capabilities.recordsSystem) expect(switches()).toEqual(['enable-unsafe-swiftshader', 'ignore-gpu-blocklist']);
    await host.page.getByRole('link', { name: 'Settings' }).click();
    await expect.poll(() => tick().isChecked()).toBe(true);
    await tick().uncheck();
    await host.page.getByText('larder settings reset ignore-gpu-blocklist').last().waitFor();
    await leave(host);
  });

  it('draws what the system draws in the theme of the settings', async () => {
    host = await startHost(setting);
    await host.page.getByRole('link', { name: 'Settings' }).click();
    await host.page.getByRole('radio', { name: 'Dark' }).check();
    if (host.capabilities.recordsSystem) await expect.poll(() => host.asked('nativeTheme.themeSource')).toEqual([['dark']]);
    // What a report needs stands there too, the system's word on the graphics beside the page's.
    await host.page.getByText(/^Larder: /).waitFor();
    expect(await host.page.getByLabel('What Larder runs on').innerText()).toMatch(/^Larder: [\d.]+, through the desktop\nSystem: .+\nRuns on: .*node [\d.]+\nPage: Mozilla.+\nWebGL 2: .+\nGraphics: .*webgl2 \w+/);
    await leave(host);
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
