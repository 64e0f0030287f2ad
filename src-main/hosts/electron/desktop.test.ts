import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHANNELS } from '../../contract/channels.ts';
import type { Bridge } from '../../engine/index.ts';
import { createDesktop } from './desktop.ts';
import type { DesktopParts } from './electron-parts.ts';
import type { Calls, FakeContents } from './fake-electron.ts';
import { makeFakeApp, makeFakeContents, makeFakeIpc, makeFakeSession } from './fake-electron.ts';
import { OpenQueue } from './open-paths.ts';
import { readWindowState, writeWindowState } from './window-state.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-desktop-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const DISPLAY = { id: 3, workArea: { x: 0, y: 0, width: 1920, height: 1050 } };

function makeDesktop() {
  const calls: Calls = [];
  const { app, events } = makeFakeApp(calls);
  const ipc = makeFakeIpc();
  const session = makeFakeSession(calls);
  const windows: { readonly options: { readonly webPreferences?: object }; readonly webContents: FakeContents; readonly events: EventEmitter }[] = [];
  let serve: ((request: unknown) => Promise<Response>) | undefined;
  class FakeWindow extends EventEmitter {
    readonly webContents: FakeContents;
    constructor(options: object) {
      super();
      calls.push(['BrowserWindow']);
      this.webContents = makeFakeContents(windows.length + 1);
      events.emit('web-contents-created', {}, this.webContents);
      windows.push({ options, webContents: this.webContents, events: this });
    }
    loadURL(url: string): Promise<void> {
      calls.push(['loadURL', url]);
      return Promise.resolve();
    }
    isDestroyed = (): boolean => false;
    isMaximized = (): boolean => false;
    maximize = (): unknown => calls.push(['maximize']);
    getNormalBounds = (): object => ({ x: 5, y: 6, width: 1000, height: 700 });
    isMinimized = (): boolean => true;
    restore = (): unknown => calls.push(['restore']);
    show = (): unknown => calls.push(['show']);
    focus = (): unknown => calls.push(['focus']);
  }
  const sessions: { readonly subscribe: ReturnType<typeof vi.fn>; readonly close: ReturnType<typeof vi.fn>; readonly send: (message: never) => void }[] = [];
  const bridge: Bridge = {
    close: () => Promise.resolve(),
    open(send) {
      const opened = { call: async (method: string) => ({ ok: true, value: method }) as const, subscribe: vi.fn(), unsubscribe: vi.fn(), close: vi.fn(), send };
      sessions.push(opened as never);
      return opened;
    },
  };
  const parts = {
    app,
    BrowserWindow: FakeWindow,
    ipcMain: ipc.ipcMain,
    protocol: {
      handle: (scheme: string, handler: typeof serve) => {
        calls.push(['handle', scheme]);
        serve = handler;
      },
    },
    session: session.session,
    dialog: { showErrorBox: (title: string) => calls.push(['showErrorBox', title]) },
    nativeTheme: { shouldUseDarkColors: true, on: () => undefined },
    shell: { openExternal: async (url: string) => void calls.push(['openExternal', url]), showItemInFolder: (path: string) => void calls.push(['showItemInFolder', path]) },
    Menu: { buildFromTemplate: (template: unknown) => template, setApplicationMenu: () => undefined },
    screen: { getAllDisplays: () => [DISPLAY], getPrimaryDisplay: () => DISPLAY, getDisplayMatching: () => DISPLAY },
  } as unknown as DesktopParts;
  const desktop = createDesktop(parts, { bridge, pages: async () => new Response('page'), version: '1.2.3', environment: {}, preload: '/app/preload.cjs', devUrl: undefined, opened: new OpenQueue(), locate: ({ cacheId, key }) => (cacheId === 1 ? (key === undefined ? folder : join(folder, `${key}.pt`)) : undefined), windowStatePath: join(folder, 'window.json'), lastFolderPath: join(folder, 'last') });
  return { desktop, calls, events, ipc, session, sessions, windows, serve: (request: object) => serve!(request), names: () => calls.map(([name]) => name) };
}

/** An IPC event as it comes from a frame. */
function from(contents: FakeContents, frame: object | null = { parent: null, url: 'larder://app/' }): object {
  return { sender: contents, senderFrame: frame };
}

describe('the window', () => {
  it('opens only after every guard stands', () => {
    const { desktop, names, calls } = makeDesktop();
    desktop.showWindow();
    expect(names()).toEqual(['setPermissionRequestHandler', 'setPermissionCheckHandler', 'setDevicePermissionHandler', 'handle', 'BrowserWindow', 'loadURL']);
    expect(calls.at(-1)).toEqual(['loadURL', 'larder://app/']);
  });

  it('trusts its page with nothing', () => {
    const { desktop, windows } = makeDesktop();
    desktop.showWindow();
    expect(windows[0]!.options.webPreferences).toEqual({ preload: '/app/preload.cjs', sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, webSecurity: true, spellcheck: false });
    expect(windows[0]!.options).toMatchObject({ show: false });
  });

  it('opens where and as it was left', () => {
    const { desktop, windows, names } = makeDesktop();
    writeWindowState(join(folder, 'window.json'), { size: { width: 900, height: 600 }, place: { displayId: 3, x: 1, y: 2 }, isMaximized: true });
    desktop.showWindow();
    expect(windows[0]!.options).toMatchObject({ x: 1, y: 2, width: 900, height: 600 });
    expect(names()).toContain('maximize');
    windows[0]!.events.emit('close');
    expect(readWindowState(join(folder, 'window.json'))).toEqual({ size: { width: 1000, height: 700 }, place: { displayId: 3, x: 5, y: 6 }, isMaximized: false });
  });

  it('is shown when it has something to show, is brought to the front by a second start, and opens again after it was closed', () => {
    const { desktop, windows, events, names } = makeDesktop();
    desktop.showWindow();
    expect(names()).not.toContain('show');
    windows[0]!.events.emit('ready-to-show');
    expect(names().at(-1)).toBe('show');
    events.emit('second-instance');
    expect(names().slice(-3)).toEqual(['restore', 'show', 'focus']);
    windows[0]!.events.emit('closed');
    events.emit('activate');
    expect(windows).toHaveLength(2);
  });
});

describe('the file manager', () => {
  it('shows what the catalog knows and is there, asked by our window alone, and by no path', async () => {
    const { desktop, ipc, windows, calls } = makeDesktop();
    desktop.showWindow();
    await writeFile(join(folder, 'abc.pt'), '');
    const own = from(windows[0]!.webContents);
    const ask = (target: unknown, event = own) => ipc.invoke(CHANNELS.reveal, event, target);
    expect([await ask({ cacheId: 1 }), await ask({ cacheId: 1, key: 'abc' })]).toEqual([true, true]);
    const shown = calls.filter(([name]) => name === 'showItemInFolder');
    expect(shown).toEqual([['showItemInFolder', folder], ['showItemInFolder', join(folder, 'abc.pt')]]);
    for (const target of [null, undefined, folder, 1, {}, { cacheId: '1' }, { cacheId: 1.5 }, { cacheId: 2 }, { cacheId: 1, key: 'gone' }, { cacheId: 1, key: '../abc' }, { cacheId: 1, key: '' }, { cacheId: 1, key: 7 }]) expect(await ask(target), JSON.stringify(target)).toBe(false);
    expect(await ask({ cacheId: 1 }, from(makeFakeContents(99)))).toBe(false);
    expect(await ask({ cacheId: 1 }, from(windows[0]!.webContents, { parent: null, url: 'https://evil.example/' }))).toBe(false);
    expect(calls.filter(([name]) => name === 'showItemInFolder')).toEqual(shown);
  });
});

describe('guards', () => {
  it.each(['https://evil.example/', 'file:///etc/passwd', 'larder://other/', 'javascript:alert(1)', 'data:text/html,x', 'larder://app.evil.example/', 'no address'])('keep the page from going to %s', (url) => {
    const { desktop, windows } = makeDesktop();
    desktop.showWindow();
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      const details = { url, preventDefault: vi.fn() };
      windows[0]!.webContents.emit(name, details);
      expect(details.preventDefault, name).toHaveBeenCalledTimes(1);
    }
  });

  it('let it reload, open no windows, attach no views', () => {
    const { desktop, windows } = makeDesktop();
    desktop.showWindow();
    const own = { url: 'larder://app/', preventDefault: vi.fn() };
    windows[0]!.webContents.emit('will-navigate', own);
    expect(own.preventDefault).not.toHaveBeenCalled();
    expect(windows[0]!.webContents.sent).toContainEqual(['window open', 'deny']);
    const view = { preventDefault: vi.fn() };
    windows[0]!.webContents.emit('will-attach-webview', view);
    expect(view.preventDefault).toHaveBeenCalledTimes(1);
  });

  it('grant the clipboard and full screen to our page, and nothing else to anyone', () => {
    const { session, calls } = makeDesktop();
    expect(session.request('clipboard-sanitized-write', 'larder://app/')).toBe(true);
    expect(session.request('clipboard-sanitized-write', 'https://evil.example/')).toBe(false);
    for (const permission of ['media', 'geolocation', 'clipboard-read', 'openExternal', 'notifications']) {
      expect(session.request(permission, 'larder://app/'), permission).toBe(false);
      expect(session.check(permission, 'larder://app'), permission).toBe(false);
    }
    expect(session.check('fullscreen', 'larder://app')).toBe(true);
    expect(calls).toContainEqual(['setDevicePermissionHandler', false]);
  });

  it('serve our pages to our pages', async () => {
    const { serve } = makeDesktop();
    expect((await serve({ url: 'larder://app/' })).status).toBe(200);
    expect((await serve({ url: 'larder://app/', initiatorOrigin: 'larder://app' })).status).toBe(200);
    expect((await serve({ url: 'larder://app/', initiatorOrigin: 'https://evil.example' })).status).toBe(403);
    expect((await serve({ url: 'larder://other/' })).status).toBe(403);
  });
});

describe('messages of the page', () => {
  it('are answered to the main frame of a window of ours', async () => {
    const { desktop, windows, ipc } = makeDesktop();
    desktop.showWindow();
    expect(await ipc.invoke(CHANNELS.call, from(windows[0]!.webContents), 'app.info', {})).toEqual({ ok: true, value: 'app.info' });
  });

  it.each<[string, object | null]>([
    ['a frame that is gone', null],
    ['a frame inside of the page', { parent: {}, url: 'larder://app/' }],
    ['another page', { parent: null, url: 'https://evil.example/' }],
    ['another host of our scheme', { parent: null, url: 'larder://evil/' }],
  ])('are refused from %s', async (_name, frame) => {
    const { desktop, windows, ipc, sessions } = makeDesktop();
    desktop.showWindow();
    expect(await ipc.invoke(CHANNELS.call, from(windows[0]!.webContents, frame), 'app.info', {})).toMatchObject({ ok: false, error: { code: 'PERMISSION_DENIED' } });
    ipc.send(CHANNELS.subscribe, from(windows[0]!.webContents, frame));
    expect(sessions[0]!.subscribe).not.toHaveBeenCalled();
  });

  it('are refused from contents that are no window of ours, and with a method that is no text', async () => {
    const { desktop, windows, ipc } = makeDesktop();
    desktop.showWindow();
    expect(await ipc.invoke(CHANNELS.call, from(makeFakeContents(99)), 'app.info', {})).toMatchObject({ ok: false });
    expect(await ipc.invoke(CHANNELS.call, from(windows[0]!.webContents), { toString: () => 'app.info' }, {})).toMatchObject({ ok: false });
  });

  it('begin the news for that window, and end with the page', () => {
    const { desktop, windows, ipc, sessions } = makeDesktop();
    desktop.showWindow();
    const { webContents } = windows[0]!;
    ipc.send(CHANNELS.subscribe, from(webContents));
    expect(sessions[0]!.subscribe).toHaveBeenCalledTimes(1);
    sessions[0]!.send({ seq: 0 } as never);
    expect(webContents.sent).toContainEqual([CHANNELS.update, { seq: 0 }]);
    webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    expect(sessions[0]!.close).not.toHaveBeenCalled();
    webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(sessions[0]!.close).toHaveBeenCalledTimes(1);
    expect(sessions).toHaveLength(2);
    webContents.emit('destroyed');
    expect(sessions[1]!.close).toHaveBeenCalledTimes(1);
  });
});

describe('a crash of the page', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('brings it back three times a minute, then a page says what happened, and a box if even that one crashes', async () => {
    const { desktop, windows, calls, serve } = makeDesktop();
    expect(await (await serve({ url: 'larder://app/crashed', method: 'GET' })).text(), 'before').toBe('page');
    desktop.showWindow();
    const { webContents } = windows[0]!;
    const crash = (): void => {
      webContents.emit('render-process-gone', {}, { reason: 'crashed' });
      vi.advanceTimersByTime(500);
    };
    const reloads = (): number => webContents.sent.filter((entry) => Array.isArray(entry) && entry[0] === 'reload').length;
    const loaded = (): readonly unknown[] => calls.filter(([name]) => name === 'loadURL').map(([, url]) => url);
    const goTo = (url: string): boolean => webContents.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false, url });
    for (let i = 0; i < 4; i++) crash();
    expect([reloads(), loaded()]).toEqual([3, ['larder://app/', 'larder://app/crashed']]);
    const response = await serve({ url: 'larder://app/crashed', method: 'GET' });
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await response.text();
    for (const words of ['ended 4 times within a minute (crashed)', '<a class="go" href="/">', 'Larder: 1.2.3', 'webgl2 enabled, gpu_compositing disabled_software']) expect(html).toContain(words);
    expect(html).not.toMatch(/<script|style=/);
    expect((await serve({ url: 'larder://app/crashed.css', method: 'GET' })).headers.get('content-type')).toBe('text/css');
    goTo('larder://app/crashed');
    crash();
    expect([reloads(), calls.at(-1)]).toEqual([3, ['showErrorBox', 'The window keeps crashing']]);
    goTo('larder://app/');
    for (let i = 0; i < 3; i++) crash();
    expect([reloads(), loaded().length], 'by hand it begins anew').toEqual([6, 2]);
  });
});
