import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, CDPSession, Download, Page } from 'playwright';
import type { Relay } from './relay.ts';

const BRIDGE = join(import.meta.dirname, 'page-bridge.js');
/** Parameters of the function that Electron wraps a sandboxed preload in. */
const SANDBOX_GLOBALS = 'require, process, exports, module, Buffer, global, setImmediate, clearImmediate';
const FILE = /^standin-file:(\d+)$/;

interface WindowOptions {
  readonly width: number;
  readonly height: number;
  readonly preload: string;
}

interface OpenPage {
  readonly page: Page;
  readonly cdp: CDPSession;
}

/** The test's half of the windows: pages of a Chromium, each with the app's preload in it. */
export class StandinPages {
  readonly #browser: Browser;
  readonly #relay: Relay;
  readonly #open = new Map<number, OpenPage>();
  readonly #options = new Map<number, WindowOptions>();
  readonly #crashed = new WeakSet<Page>();
  readonly #downloads: Download[] = [];
  #context: BrowserContext | undefined;
  /** Addresses elsewhere that a page asked for; none may get through. */
  readonly foreign: string[] = [];
  /** What pages complained about. */
  readonly complaints: string[] = [];

  constructor(browser: Browser, relay: Relay) {
    this.#browser = browser;
    this.#relay = relay;
    relay.handle('window.create', (id: number, options: WindowOptions) => {
      this.#options.set(id, options);
      return this.#create(id);
    });
    relay.handle('window.load', (id: number, address: string) => this.#load(id, address));
    relay.handle('window.reload', (id: number) => this.#reload(id));
    relay.handle('window.crash', (id: number) => this.crash(id));
    relay.handle('window.destroy', async (id: number) => {
      await this.#open.get(id)?.page.close();
      this.#open.delete(id);
    });
    relay.handle('download.end', (index: number, path: string | null) => this.#endDownload(index, path));
    relay.handle('window.send', (id: number, channel: string, args: readonly unknown[]) => this.#send(id, channel, args));
  }

  /** The window that was opened last. */
  get current(): { readonly id: number } & OpenPage {
    const last = Array.from(this.#open).at(-1);
    if (last === undefined) throw new Error('There is no window');
    return { id: last[0], ...last[1] };
  }

  get count(): number {
    return this.#open.size;
  }

  /** Ends the page's process, as a fault of Chromium would. */
  async crash(id: number = this.current.id): Promise<void> {
    const { page, cdp } = this.#open.get(id)!;
    const gone = new Promise((resolve) => page.once('crash', resolve));
    void cdp.send('Page.crash').catch(() => undefined);
    await gone;
  }

  async close(): Promise<void> {
    await this.#context?.close();
  }

  #page(id: number): Page {
    return this.#open.get(id)!.page;
  }

  async #create(id: number): Promise<void> {
    const { width, height, preload } = this.#options.get(id)!;
    this.#context ??= await this.#browser.newContext({ viewport: null, permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await this.#context.newPage();
    await page.setViewportSize({ width, height });
    page.setDefaultTimeout(30_000);
    const cdp = await this.#context.newCDPSession(page);
    this.#open.set(id, { page, cdp });
    await page.exposeBinding('larderStandin', (source, kind: string, channel: string, args: readonly unknown[]) => this.#fromPage(id, source.frame.url(), kind, channel, args));
    const bridge = (await readFile(BRIDGE, 'utf8')).replace("'PLATFORM'", () => JSON.stringify(process.platform)).replace('globalThis.PRELOAD', () => `((${SANDBOX_GLOBALS}) => {\n${preload}\n})`);
    await page.addInitScript({ content: bridge });
    await this.#watch(id, page);
  }

  async #watch(id: number, page: Page): Promise<void> {
    const tell = (name: string, details: object): void => this.#relay.tell('contents.event', id, name, details);
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) tell('did-start-navigation', { isMainFrame: true, isSameDocument: false, url: request.url() });
    });
    page.on('load', () => tell('did-finish-load', {}));
    page.on('crash', () => {
      this.#crashed.add(page);
      tell('render-process-gone', { reason: 'crashed', exitCode: 5 });
    });
    page.on('download', (download) => {
      this.#relay.tell('contents.download', id, { id: this.#downloads.push(download) - 1, url: download.url(), name: download.suggestedFilename() });
    });
    page.on('popup', (popup) => {
      void this.#refuseWindow(id, popup.url());
      void popup.close();
    });
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    // Everything of the app is on loopback; the network is not there, and the page may not leave.
    await page.route(
      (url) => url.hostname !== '127.0.0.1',
      async (route) => {
        const request = route.request();
        const isNavigation = request.isNavigationRequest() && request.frame() === page.mainFrame();
        if (!isNavigation || (await this.#relay.call('contents.mayNavigate', id, request.url())) === true) this.foreign.push(request.url());
        await route.abort('aborted');
      },
    );
  }

  /** @returns false where it could not be written there */
  async #endDownload(index: number, path: string | null): Promise<boolean> {
    const download = this.#downloads[index]!;
    if (path === null) {
      await download.cancel();
      return false;
    }
    return await download.saveAs(path).then(
      () => true,
      () => false,
    );
  }

  async #load(id: number, address: string): Promise<void> {
    const page = this.#page(id);
    if (this.#crashed.has(page)) await this.#replace(id, page, address);
    else await page.goto(address);
  }

  async #reload(id: number): Promise<void> {
    const page = this.#page(id);
    await this.#replace(id, page, page.url());
  }

  /** A page that crashed cannot be loaded again; its window goes on with another one. */
  async #replace(id: number, page: Page, address: string): Promise<void> {
    await this.#create(id);
    await page.close();
    await this.#page(id).goto(address);
  }

  async #fromPage(id: number, url: string, kind: string, channel: string, args: readonly unknown[]): Promise<{ readonly value?: unknown; readonly error?: string }> {
    const given = await Promise.all(args.map((argument) => this.#pathFor(id, argument)));
    if (kind === 'open') return await this.#refuseWindow(id, channel);
    if (kind === 'send') {
      this.#relay.tell('ipc.send', id, url, channel, given);
      return {};
    }
    try {
      return { value: await this.#relay.call('ipc.invoke', id, url, channel, given) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  async #refuseWindow(id: number, url: string): Promise<object> {
    if ((await this.#relay.call('contents.mayOpen', id, url)) === true) this.complaints.push(`A window with ${url} is allowed; that is not in stand-in`);
    return {};
  }

  /** Chromium knows where a dropped file lies; '' for one that is not on disk, as `webUtils` has it. */
  async #pathFor(id: number, argument: unknown): Promise<unknown> {
    const [, index] = typeof argument === 'string' ? (FILE.exec(argument) ?? []) : [];
    if (index === undefined) return argument;
    const { cdp } = this.#open.get(id)!;
    const { result } = await cdp.send('Runtime.evaluate', { expression: `larderStandinPage.files[${index}]` });
    const { path } = await cdp.send('DOM.getFileInfo', { objectId: result.objectId! });
    return path;
  }

  /** A page that is just being replaced hears nothing, as in Electron. */
  async #send(id: number, channel: string, args: readonly unknown[]): Promise<void> {
    await this.#open
      .get(id)
      ?.cdp.send('Runtime.evaluate', { expression: `globalThis.larderStandinPage?.receive(${JSON.stringify(channel)}, ${JSON.stringify(args)})` })
      .catch(() => undefined);
  }
}
