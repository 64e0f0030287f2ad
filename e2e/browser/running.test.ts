import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';

/** A job of a few files lasts for half a minute. */
const SLOW_BYTES_PER_SECOND = 30_000;

let browser: Browser;
let page: Page;
let served: ServedLarder;
let library: SampleLibrary;
/** A job of a terminal. */
let elsewhere: ReturnType<SampleLibrary['run']> | undefined;

beforeAll(async () => {
  library = await makeSampleLibrary();
  [browser, served] = await Promise.all([launchChromium(), serve(library.environment, library.folder)]);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.setDefaultTimeout(15_000);
  await enter(page, served);
  await page.goto(`${served.origin}/#/cache/1/items`);
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await library?.remove();
});

/** What is said aloud of jobs, whatever screen there is. */
const said = (): Locator => page.getByRole('contentinfo', { name: 'Jobs' }).getByRole('status');
const actions = (): Locator => page.getByRole('main').getByRole('group', { name: 'Actions', exact: true });
/** Whether the focus is at the place or on a control of it. */
const isAt = (place: Locator): Promise<boolean> => place.evaluate((element) => element.contains(element.ownerDocument.activeElement));

async function press(button: Locator): Promise<void> {
  await button.focus();
  await page.keyboard.press('Enter');
}

// One story, in order: each part begins where the one before it ended.
describe('a job that begins and ends under the hands of somebody', () => {
  it('leaves those who began it by keyboard where they were', async () => {
    library.hub.setBytesPerSecond(SLOW_BYTES_PER_SECOND);
    await press(actions().getByRole('button', { name: /^Generate \d/ }));
    const dialog = page.getByRole('dialog', { name: 'Generate sample-chest' });
    await dialog.getByRole('button', { name: /^Generate \d/ }).click({ trial: true });
    await press(dialog.getByRole('button', { name: /^Generate \d/ }));
    await actions().getByRole('button', { name: 'Pause' }).waitFor();
    await expect.poll(() => isAt(actions())).toBe(true);
    await expect.poll(() => said().innerText()).toBe('generate of sample-chest is running.');
    expect(await page.getByRole('status').filter({ hasText: 'is running' }).count(), 'said once').toBe(1);
  });

  it('leaves them there when it is held, goes on and is cancelled', async () => {
    for (const [name, next] of [['Pause', 'Resume'], ['Resume', 'Pause'], ['Cancel', 'Verify']] as const) {
      await press(actions().getByRole('button', { name, exact: true }));
      await actions().getByRole('button', { name: next, exact: true }).waitFor({ timeout: 30_000 });
      await expect.poll(() => isAt(actions())).toBe(true);
    }
    // The notice of it says how it ended; what is written here goes on with the time.
    await page.getByRole('region', { name: 'What was done (F6)' }).getByText('sample-chest: Generate was cancelled').waitFor();
    expect(await said().innerText()).toBe('No job is running.');
    expect(await page.getByRole('contentinfo', { name: 'Jobs' }).innerText()).toMatch(/^No job is running\. sample-chest: generate was cancelled .+\.$/);
  });

  it('takes no dialog away that is open when it begins elsewhere', async () => {
    await press(actions().getByRole('button', { name: 'Export …' }));
    const dialog = page.getByRole('dialog', { name: 'Export sample-chest' });
    await dialog.waitFor();
    elsewhere = library.run('generate', '--config', library.project.configPath, '--yes');
    await page.getByText('generate is running').waitFor({ state: 'attached', timeout: 30_000 });
    expect(await dialog.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => isAt(actions())).toBe(true);
  });

  it('leaves those who are on its card where they were', async () => {
    await page.goto(`${served.origin}/#/jobs`);
    const result = page.getByText(/^\d+ checked · .+ missing$/).first();
    await result.waitFor();
    expect(await result.evaluate((text) => text.scrollWidth <= text.clientWidth), 'what came of a job is read whole').toBe(true);
    const card = page.getByRole('article').first();
    const place = card.getByRole('group', { name: /^Actions: generate/ });
    for (const [name, next] of [[/^Pause/, /^Resume/], [/^Resume/, /^Pause/], [/^Cancel/, /^Resume/]] as const) {
      await press(place.getByRole('button', { name }));
      await place.getByRole('button', { name: next }).waitFor({ timeout: 30_000 });
      await expect.poll(() => isAt(place)).toBe(true);
    }
    expect((await elsewhere)?.exitCode).toBe(130);
    // Nothing else says how a job ended that was begun elsewhere.
    await expect.poll(() => said().innerText()).toBe('No job is running. sample-chest: generate was cancelled');
  });
});

describe('a config that cannot be read', () => {
  it('is told with each of its problems on a line of its own', async () => {
    const text = await readFile(library.project.configPath, 'utf8');
    await writeFile(library.project.configPath, text.replace('image_processing:', 'image_processing: [a'));
    await page.goto(`${served.origin}/#/cache/1/items`);
    const told = page.getByRole('region', { name: 'sample-chest' }).locator('header').getByText('Until it can be read');
    await told.waitFor();
    const lines = (await told.locator('..').innerText()).split('\n').filter((line) => line !== '');
    expect(lines).toEqual([expect.stringMatching(/^▲ .*config\.yaml has 10 problems:$/), ...[1, 2].map(() => expect.stringMatching(/config\.yaml:\d+:\d+: /)), 'and 8 more, under Parameters', expect.stringMatching(/^Until it can be read/)]);
    await told.locator('..').getByRole('link', { name: 'Parameters' }).click();
    const [title, ...problems] = (await page.getByRole('tabpanel', { name: 'Parameters' }).getByText('▲').first().innerText()).split('\n');
    expect([title, problems.length]).toEqual([lines[0], 10]);
    for (const problem of problems) expect(problem).toMatch(/config\.yaml:\d+:\d+: /);
    await writeFile(library.project.configPath, text);
    await told.waitFor({ state: 'detached' });
  });
});

describe('what was done', () => {
  it('is told with what to do now where it failed', async () => {
    // In the way of the lock that it takes.
    const lock = join(library.directory, '.larder', 'lock');
    await rm(lock, { force: true });
    await mkdir(join(lock, 'in the way'), { recursive: true });
    try {
      await actions().getByRole('button', { name: /^Fix/ }).click();
      await page.getByRole('dialog').getByRole('button', { name: /^Fix \d/ }).click();
      const toast = page.getByRole('region', { name: 'What was done (F6)' }).getByRole('group').filter({ hasText: 'Fix failed' });
      await toast.waitFor();
      const [what, now] = await toast.locator('p').allInnerTexts();
      expect(what).toContain(`The cache ${library.directory} is in use by another process.`);
      expect(now).toContain('Wait');
      await page.screenshot({ path: join(tmpdir(), 'larder-screenshots', 'toast-failed.png') });
      await toast.getByRole('button', { name: 'Dismiss' }).click();
    } finally {
      await rm(lock, { recursive: true });
    }
  });

  it('is told beside the answers of a dialog, however many lie there', async () => {
    for (let times = 0; times < 2; times++) {
      await actions().getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Verify', exact: true }).click();
      await page.getByRole('region', { name: 'What was done (F6)' }).getByText('entries verified').nth(times).waitFor();
    }
    await actions().getByRole('button', { name: 'Export …' }).click();
    const answer = page.getByRole('dialog').getByRole('button', { name: /^Save/ });
    await answer.waitFor();
    const [toast, button] = [await page.getByRole('region', { name: 'What was done (F6)' }).boundingBox(), await answer.boundingBox()];
    expect(toast!.y + toast!.height).toBeLessThan(button!.y);
    await page.keyboard.press('Escape');
  });
});
