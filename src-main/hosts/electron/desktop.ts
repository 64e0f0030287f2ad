import type Electron from 'electron';
import type { RevealedCache } from '../../contract/desktop.ts';
import type { Bridge, PageHandler } from '../../engine/index.ts';
import { plainResponse } from '../../engine/index.ts';
import { connectWindows } from './ipc.ts';
import { followDownloads } from './downloads.ts';
import type { CrashFacts } from './crash-page.ts';
import { CRASH_PAGE_URL, answerCrashPage } from './crash-page.ts';
import { windowDiagnostics } from './diagnostics.ts';
import type { DesktopParts } from './electron-parts.ts';
import { openMainWindow } from './main-window.ts';
import type { OpenQueue } from './open-paths.ts';
import { createPageMessages } from './page-messages.ts';
import { PAGE_URL, SCHEME, isOwnPage } from './page-origin.ts';
import { connectPageServices } from './page-services.ts';
import { guardContents, guardSession } from './security.ts';

export interface DesktopOptions {
  readonly bridge: Bridge;
  readonly pages: PageHandler;
  /** Of Larder. */
  readonly version: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the built preload. */
  readonly preload: string;
  /** Development server to load instead of the built pages; never in a packaged app. */
  readonly devUrl: string | undefined;
  readonly opened: OpenQueue;
  /** Where size and place of the window are kept. */
  readonly windowStatePath: string;
  /** Where a cache or an entry lies; undefined if the catalog does not know it. */
  readonly locate: (target: RevealedCache) => string | undefined;
  /** Where the folder of the last dialog is kept. */
  readonly lastFolderPath: string;
}

export interface Desktop {
  /** The window, while there is one. */
  readonly window: Electron.BrowserWindow | undefined;
  /** Opens the window, or brings it to the front. */
  showWindow(): void;
}

/**
 * The window and everything that guards it. The guards stand before the first window exists.
 */
export function createDesktop(parts: DesktopParts, options: DesktopOptions): Desktop {
  const { app, protocol, shell } = parts;
  const { devUrl } = options;
  guardSession(parts.session, devUrl);
  app.on('web-contents-created', (_event, contents) => guardContents(contents, devUrl, (url) => void shell.openExternal(url)));
  let crash: CrashFacts | undefined;
  protocol.handle(SCHEME, (request) => servePage(request, options, crash));
  const windows = connectWindows(parts.ipcMain, options.bridge, devUrl);
  const messages = createPageMessages(parts.ipcMain, devUrl);
  let current: Electron.BrowserWindow | undefined;
  const open = (): Electron.BrowserWindow => {
    const window = openMainWindow(parts, options, (crashed, times, reason) => {
      crash = { times, reason, diagnostics: windowDiagnostics(app, options.version), back: devUrl ?? '/' };
      void crashed.loadURL(CRASH_PAGE_URL);
    });
    windows.add(window.webContents);
    messages.attach(window.webContents);
    window.on('closed', () => (current = undefined));
    void window.loadURL(devUrl ?? PAGE_URL);
    return window;
  };
  const desktop: Desktop = {
    get window() {
      return current;
    },
    showWindow() {
      if (current === undefined) {
        current = open();
        return;
      }
      if (current.isMinimized()) current.restore();
      current.show();
      current.focus();
    },
  };
  const downloads = followDownloads({ session: parts.session, messages, devUrl, isOwn: (contents) => contents === current?.webContents });
  connectPageServices(parts, { ...options, messages, desktop, downloads });
  app.on('second-instance', () => desktop.showWindow());
  app.on('activate', () => desktop.showWindow());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  return desktop;
}

/** `initiatorOrigin` tells who asks; it is new in Electron 45 and missing from the type of the request. */
async function servePage(request: GlobalRequest, { pages, devUrl }: DesktopOptions, crash: CrashFacts | undefined): Promise<Response> {
  const { initiatorOrigin } = request as GlobalRequest & { readonly initiatorOrigin?: string };
  if (initiatorOrigin !== undefined && !isOwnPage(initiatorOrigin, devUrl)) return plainResponse(403, 'Only pages of Larder may ask.');
  if (!isOwnPage(request.url, undefined)) return plainResponse(403, 'There is no such host.');
  return answerCrashPage(request, crash) ?? (await pages(request));
}
