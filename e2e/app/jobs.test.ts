import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Host } from './host.ts';
import { until } from './hosts/until.ts';
import type { Setting } from './setting.ts';
import { makeSetting } from './setting.ts';
import { closeChromium, isDesktop, leave, restart, startHost } from './start-host.ts';
import { startGenerate } from './start-generate.ts';

/** Three files of about 0.8 MB take some ten seconds at this rate. */
const SLOW_BYTES_PER_SECOND = 250_000;
/** None of the three comes before the job is stopped, however slow the machine is. */
const TOO_SLOW_BYTES_PER_SECOND = SLOW_BYTES_PER_SECOND / 20;
const RELOADS = 20;

let setting: Setting;
let host: Host;
beforeEach(async () => {
  setting = await makeSetting();
  host = await startHost(setting);
});
afterEach(async () => {
  await host?.close();
  await setting?.remove();
});
afterAll(closeChromium);

async function entriesOnDisk(): Promise<number> {
  const names = await readdir(setting.project.cacheRoot, { recursive: true }).catch(() => []);
  return names.filter((name) => name.endsWith('.pt') && !name.includes('.larder')).length;
}

/** The next start of what was quit in the middle: it makes what is missing, unasked. */
async function startAgainAndFinish(): Promise<void> {
  const before = await entriesOnDisk();
  expect(before).toBeLessThan(3);
  host = await startHost(setting);
  await host.page.getByRole('link', { name: /^Jobs/ }).click();
  // Not before: a job that ends while there is no window yet is told by the system.
  setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
  await host.page.getByRole('article').first().getByText(`${3 - before} made`).waitFor();
  expect(await entriesOnDisk()).toBe(3);
}

describe('a job', () => {
  it('does not notice what happens to the window: 20 reloads and a crash', async () => {
    setting.hub.setBytesPerSecond(SLOW_BYTES_PER_SECOND);
    await startGenerate(host, setting.project.configPath);
    if (host.capabilities.isDesktop) await host.lookAway();
    // The page has run by then; its pictures are waited for elsewhere.
    for (let i = 0; i < RELOADS; i++) await host.page.reload({ waitUntil: 'domcontentloaded' });
    await host.crashRenderer();
    await host.page.getByRole('link', { name: /^Jobs/ }).click();
    const job = host.page.getByRole('article').first();
    setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    await job.getByText('3 made').waitFor();
    expect(await host.page.getByRole('article').count()).toBe(1);
    expect(await entriesOnDisk()).toBe(3);
    const downloads = setting.hub.requests.filter((request) => /\.nii\.gz/.test(request.path) && request.method === 'GET');
    expect(new Set(downloads.map((request) => request.path)).size, 'each file is asked for').toBe(3);
    if (!host.capabilities.recordsSystem) return;
    await until('the notification is shown', () => host.asked('Notification.show').length > 0);
    expect(host.asked('Notification.show')).toEqual([[expect.stringMatching(/: generate has ended$/), '3 made']]);
    expect(host.asked('powerSaveBlocker.start')).toEqual([['prevent-app-suspension', 1]]);
    expect(host.asked('powerSaveBlocker.stop')).toEqual([[1]]);
    const progress = host.asked('BrowserWindow.setProgressBar').map(([value]) => Number(value));
    expect(progress.some((value) => value > 0 && value < 1)).toBe(true);
    expect(progress.at(-1)).toBe(-1);
    expect(host.asked('app.setBadgeCount').at(-1)).toEqual([1]);
    expect(host.said()).not.toContain('not in stand-in');
  });

  it.skipIf(isDesktop)('goes on when a server that was stopped with Ctrl-C is started again', async () => {
    setting.hub.setBytesPerSecond(TOO_SLOW_BYTES_PER_SECOND);
    await startGenerate(host, setting.project.configPath);
    await host.page.getByText('generate is running').waitFor();
    await host.close();
    await startAgainAndFinish();
    const articles = await host.page.getByRole('article').count();
    // Once: what has ended is not begun again at every start.
    host = await restart(host, setting);
    await host.page.getByRole('link', { name: /^Jobs/ }).click();
    await host.page.getByRole('article').first().waitFor();
    await host.page.getByText('None is running.').waitFor();
    expect(await host.page.getByRole('article').count()).toBe(articles);
  });

  it.skipIf(isDesktop)('that was paused comes back paused, and goes on when it is resumed', async () => {
    setting.hub.setBytesPerSecond(TOO_SLOW_BYTES_PER_SECOND);
    await startGenerate(host, setting.project.configPath);
    await host.page.getByText('generate is running').waitFor();
    await host.page.getByRole('main').getByRole('button', { name: 'Pause', exact: true }).click();
    await host.page.getByText('generate is paused').waitFor();
    await host.close();
    setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    const downloads = () => setting.hub.requests.filter(({ method, path }) => method === 'GET' && path.includes('.nii.gz')).length;
    const downloaded = downloads();
    host = await startHost(setting);
    await host.page.getByRole('link', { name: /^Jobs/ }).click();
    await host.page.getByRole('article', { name: /, paused$/ }).getByText('Begins when it is resumed.').waitFor();
    // As long as a job that runs needs for all three.
    await host.page.waitForTimeout(2_000);
    expect([downloads(), await entriesOnDisk()]).toEqual([downloaded, 0]);
    await host.page.getByRole('button', { name: /^Resume: / }).first().click();
    await host.page.getByRole('article').first().getByText('3 made').waitFor();
    expect(await entriesOnDisk()).toBe(3);
  });

  it.runIf(isDesktop)('is asked about when the app quits, and goes on at the next start', async () => {
    setting.hub.setBytesPerSecond(TOO_SLOW_BYTES_PER_SECOND);
    await startGenerate(host, setting.project.configPath);
    await host.page.getByText('generate is running').waitFor();
    await host.lookAway();
    host.quit();
    expect(await host.answerDialog({ response: 1 })).toBe('A job is running.');
    // The answer has to reach the app before it is asked to quit again.
    await host.page.waitForTimeout(500);
    expect(await host.page.getByText('generate is running').isVisible()).toBe(true);
    host.quit();
    await host.answerDialog({ response: 0 });
    await host.ended();
    expect(host.asked('Notification.show')).toEqual([]);
    await startAgainAndFinish();
    if (host.capabilities.recordsSystem) expect(host.asked('Notification.show'), 'the window is in front').toEqual([]);
    await leave(host);
  });

  it.runIf(isDesktop)('goes on after a sleep: what was being downloaded is asked for anew at once, from where it was', async () => {
    setting.hub.setBytesPerSecond(SLOW_BYTES_PER_SECOND);
    await startGenerate(host, setting.project.configPath);
    const { requests } = setting.hub;
    await host.page.getByText('generate is running').waitFor();
    await until('a download is under way', () => requests.some(({ method, path }) => method === 'GET' && path.includes('.nii.gz')));
    await host.page.waitForTimeout(1_500);
    const before = requests.length;
    await host.sleep();
    await until('the downloads are asked for anew', () => requests.slice(before).some(({ range }) => /^bytes=[1-9]/.test(range ?? '')));
    setting.hub.setBytesPerSecond(Number.POSITIVE_INFINITY);
    await host.page.getByRole('link', { name: /^Jobs/ }).click();
    await host.page.getByRole('article').first().getByText('3 made').waitFor();
    expect(await entriesOnDisk()).toBe(3);
    if (host.capabilities.recordsSystem) expect(host.engineLog()).toMatch(/goes to sleep\.[^]*has woken up\./);
    await leave(host);
  });
});
