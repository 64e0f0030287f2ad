import type { Browser } from 'playwright';
import { enter, serve } from '../../browser/serve.ts';
import type { Host, HostOptions } from '../host.ts';
import { dropFiles } from './drop-files.ts';
import { sharedChromium } from './standin.ts';

function notHere(): never {
  throw new Error('A browser has none of this');
}

/** `larder serve` and a page in a browser. */
export async function startBrowser({ folder, environment }: HostOptions): Promise<Host> {
  const browser: Browser = await sharedChromium();
  const served = await serve(environment, folder);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const complaints: string[] = [];
  const open = async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    return page;
  };
  let page = await open();
  await enter(page, served);
  return {
    capabilities: { isDesktop: false, recordsSystem: false },
    pid: served.pid,
    get page() {
      return page;
    },
    asked: () => [],
    answerDialog: notHere,
    drop: async (paths) => dropFiles(await context.newCDPSession(page), paths),
    clickMenu: notHere,
    moveWindow: notHere,
    lookAway: notHere,
    sleep: notHere,
    /** What a person does then: another tab with the same address. */
    async crashRenderer() {
      const crashed = page;
      const address = crashed.url();
      const gone = new Promise((resolve) => crashed.once('crash', resolve));
      void (await context.newCDPSession(crashed)).send('Page.crash').catch(() => undefined);
      await gone;
      page = await open();
      await page.goto(address);
      await crashed.close();
    },
    startSecond: notHere,
    quit: notHere,
    ended: notHere,
    engineLog: () => served.said.join('\n'),
    said: () => [...served.said, ...complaints].join('\n'),
    async close() {
      await context.close();
      await served.stop();
    },
  };
}
