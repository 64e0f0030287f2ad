import { readFileSync } from 'node:fs';
import type { App } from './app.ts';
import { offerDownload } from './downloads.ts';
import type { OfferedDownload } from './downloads.ts';
import type { IpcMain } from './ipc-main.ts';
import { note, relay } from './link.ts';
import type { Protocol } from './protocol.ts';
import { StrictEmitter, preventable, strict } from './strict.ts';

const WINDOW_EVENTS = ['blur', 'close', 'closed', 'focus', 'query-session-end', 'ready-to-show', 'responsive', 'session-end', 'unresponsive'] as const;
const CONTENTS_EVENTS = ['destroyed', 'did-finish-load', 'did-start-navigation', 'render-process-gone', 'will-attach-webview', 'will-frame-navigate', 'will-navigate', 'will-redirect'] as const;

interface WindowOptions {
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  readonly webPreferences: Readonly<Record<string, unknown>> & { readonly preload: string };
}

type OpenHandler = (details: { readonly url: string }) => { readonly action: 'allow' | 'deny' };

/** The stand-in has no other kind of page: what is less safe must be refused, not shown. */
const PREFERENCES = { sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, webSecurity: true } as const;

let nextId = 1;

class Contents extends StrictEmitter {
  readonly id: number;
  isGone = false;
  openHandler: OpenHandler = () => ({ action: 'allow' });

  constructor(id: number) {
    super('webContents', CONTENTS_EVENTS);
    this.id = id;
  }

  isDestroyed = (): boolean => this.isGone;
  setWindowOpenHandler = (handler: OpenHandler): void => void (this.openHandler = handler);
  reload = (): void => relay.tell('window.reload', this.id);
  forcefullyCrashRenderer = (): void => relay.tell('window.crash', this.id);

  send(channel: string, ...args: readonly unknown[]): void {
    if (this.isGone) throw new TypeError('Object has been destroyed');
    relay.tell('window.send', this.id, channel, structuredClone(args));
  }
}

/** The class of windows, and what the test tells of their pages. */
export function makeWindows(app: App, appProxy: App, protocol: Protocol, ipcMain: IpcMain) {
  const contentsById = new Map<number, { readonly contents: Contents; readonly proxy: Contents; readonly window: Window }>();

  class Window extends StrictEmitter {
    readonly webContents: Contents;
    readonly #created: Promise<unknown>;
    readonly #contents: Contents;
    #bounds: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
    #isFocused = false;
    #isVisible = false;
    #isClosed = false;

    constructor(options: WindowOptions) {
      super('BrowserWindow', WINDOW_EVENTS);
      if (!app.hasStarted) throw new Error('Cannot create BrowserWindow before app is ready');
      for (const [name, wanted] of Object.entries(PREFERENCES)) if (options.webPreferences[name] !== wanted) throw new Error(`webPreferences.${name} must be ${String(wanted)} in stand-in`);
      this.#contents = new Contents(nextId++);
      this.webContents = strict('webContents', this.#contents);
      const { x, y, width, height } = options;
      this.#bounds = { x: x ?? 0, y: y ?? 0, width, height };
      note('BrowserWindow', { ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }), width, height });
      contentsById.set(this.#contents.id, { contents: this.#contents, proxy: this.webContents, window: this });
      app.openWindows.add(this);
      this.#created = relay.call('window.create', this.#contents.id, { width: options.width, height: options.height, preload: readFileSync(options.webPreferences.preload, 'utf8') });
      this.#contents.on('did-finish-load', () => {
        if (!this.#isVisible) this.emit('ready-to-show');
      });
      const self = strict('BrowserWindow', this);
      app.emit('web-contents-created', {}, this.webContents);
      app.emit('browser-window-created', {}, self);
      return self;
    }

    async loadURL(url: string): Promise<void> {
      const address = await protocol.toLoopback(url);
      await this.#created;
      await relay.call('window.load', this.#contents.id, address);
    }

    show(): void {
      this.#isVisible = true;
      this.focus();
    }

    focus(): void {
      if (this.#isFocused) return;
      this.#isFocused = true;
      this.emit('focus');
      app.emit('browser-window-focus', {}, this);
    }

    /** Another window of the system is in front now. */
    lookAway(): void {
      this.#isFocused = false;
      this.emit('blur');
    }

    /** A person drags it somewhere. */
    move(x: number, y: number): void {
      this.#bounds = { ...this.#bounds, x, y };
    }

    restore = (): void => undefined;
    maximize = (): void => undefined;
    isDestroyed = (): boolean => this.#isClosed;
    isFocused = (): boolean => this.#isFocused;
    isVisible = (): boolean => this.#isVisible;
    isMinimized = (): boolean => false;
    isMaximized = (): boolean => false;
    getNormalBounds = (): object => ({ ...this.#bounds });
    setProgressBar = (value: number, options: { readonly mode: string }): void => note('BrowserWindow.setProgressBar', value, options.mode);
    setBackgroundColor = (colour: string): void => note('BrowserWindow.setBackgroundColor', colour);

    closeNow(): boolean {
      const event = preventable();
      this.emit('close', event);
      if (event.defaultPrevented) return false;
      this.#isClosed = true;
      this.#contents.isGone = true;
      this.#contents.emit('destroyed');
      relay.tell('window.destroy', this.#contents.id);
      contentsById.delete(this.#contents.id);
      this.emit('closed');
      app.windowClosed(this);
      return true;
    }
  }

  const eventOf = async (id: number, url: string) => {
    const known = contentsById.get(id);
    if (known === undefined) throw new Error('Object has been destroyed');
    return { sender: known.proxy, senderFrame: { url: await protocol.fromLoopback(url), parent: null } };
  };
  relay.handle('ipc.invoke', async (id: number, url: string, channel: string, args: readonly unknown[]) => ipcMain.invoke(await eventOf(id, url), channel, args));
  relay.handle('ipc.send', async (id: number, url: string, channel: string, args: readonly unknown[]) => ipcMain.emit(channel, await eventOf(id, url), ...args));
  relay.handle('contents.event', (id: number, name: string, details: object) => {
    if (name === 'render-process-gone') contentsById.get(id)?.contents.emit(name, {}, details);
    else contentsById.get(id)?.contents.emit(name, details);
  });
  relay.handle('contents.mayNavigate', async (id: number, address: string) => {
    const event = { ...preventable(), url: await protocol.fromLoopback(address), isMainFrame: true };
    let prevented = false;
    contentsById.get(id)?.contents.emit('will-navigate', { ...event, preventDefault: () => (prevented = true) });
    return !prevented;
  });
  relay.handle('contents.mayOpen', (id: number, url: string) => contentsById.get(id)?.contents.openHandler({ url }).action === 'allow');
  relay.handle('contents.download', async (id: number, { url, ...download }: OfferedDownload) => {
    const known = contentsById.get(id);
    const [, blob, address] = /^(blob:)?(.*)$/.exec(url)!;
    if (known !== undefined) await offerDownload(known.proxy, { ...download, url: `${blob ?? ''}${await protocol.fromLoopback(address!)}` });
  });
  relay.handle('window.close', (id: number) => contentsById.get(id)?.window.closeNow());
  relay.handle('window.blur', (id: number) => contentsById.get(id)?.window.lookAway());
  relay.handle('window.move', (id: number, x: number, y: number) => contentsById.get(id)?.window.move(x, y));
  relay.handle('app.quit', () => appProxy.quit());
  return Window;
}
