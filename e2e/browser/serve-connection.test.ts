import type { Browser, BrowserContext, Page, WebSocketRoute } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';

let browser: Browser;
let library: SampleLibrary;
let served: ServedLarder;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [browser, library] = await Promise.all([launchChromium(), makeSampleLibrary()]);
});
afterAll(async () => {
  await browser?.close();
  await library?.remove();
});
beforeEach(async () => {
  served = await serve(library.environment, library.folder);
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  page = await context.newPage();
  await enter(page, served);
});
afterEach(async () => {
  await context.close();
  await served.stop();
});

describe('the page of larder serve', () => {
  it('takes the token out of the address and keeps it out of the history', async () => {
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    expect(page.url()).toBe(`${served.origin}/`);
    await page.reload();
    await page.getByRole('heading', { name: 'Library' }).waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
  });

  it('says that the server is gone, and keeps showing what it knew', async () => {
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    expect(await served.stop()).toBe(0);
    const lost = page.getByRole('alert').filter({ hasText: 'Connection lost' });
    await lost.waitFor();
    expect(await page.getByRole('article', { name: 'sample-chest' }).isVisible()).toBe(true);
    // In its place, on the same port, is one that does not know this page.
    served = await serve(library.environment, library.folder, ['--port', String(served.port)]);
    // It has been refused once it tries again.
    for (let attempt = 0; attempt < 2; attempt++) await page.waitForEvent('websocket');
    expect(await lost.innerText()).toContain('Started again, it has a new link.');
    await enter(page, served);
    await lost.waitFor({ state: 'detached' });
  });

  it('comes back by itself when the connection breaks, and is up to date then', async () => {
    const connections: WebSocketRoute[] = [];
    // The page tries again after a quarter of a second, which can be over before anybody looks: it succeeds once the alert was seen.
    const seen = Promise.withResolvers<void>();
    await page.routeWebSocket('**/_socket', async (route) => {
      connections.push(route);
      if (connections.length > 1) await seen.promise;
      route.connectToServer();
    });
    await page.reload();
    await page.getByRole('article', { name: 'sample-chest' }).waitFor();
    await connections[0]!.close({ code: 1011 });
    await page.getByRole('alert').waitFor();
    seen.resolve();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(connections).toHaveLength(2);
    await library.run('verify', '--config', library.project.configPath, '--quick');
    await page.getByText('sample-chest: verify has succeeded just now.').waitFor({ timeout: 10_000 });
  });
});
