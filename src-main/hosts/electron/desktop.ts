import type Electron from 'electron';
import type { Bridge, PageHandler } from '../../engine/index.ts';
import { plainResponse } from '../../engine/index.ts';
import { connectWindows } from './ipc.ts';
import type { DesktopParts } from './electron-parts.ts';
import { PAGE_URL, SCHEME, isOwnPage } from './page-origin.ts';
import { guardContents, guardSession } from './security.ts';
import { windowOptions } from './window-options.ts';
import { watchRenderer } from './watch-renderer.ts';
import { fittingBounds, readWindowState, writeWindowState } from './window-state.ts';

export interface DesktopOptions {
  readonly bridge: Bridge;
  readonly pages: PageHandler;
  /** Absolute path of the built preload. */
  readonly preload: string;
  /** Development server to load instead of the built pages; never in a packaged app. */
  readonly devUrl: string | undefined;
  /** Where size and place of the window are kept. */
  readonly windowStatePath: string;
}

export interface Desktop {
  /** Opens the window, or brings it to the front. */
  showWindow(): void;
}

/**
 * The window and everything that guards it. The guards stand before the first window exists.
 */
export function createDesktop(parts: DesktopParts, options: DesktopOptions): Desktop {
  const { app, protocol } = parts;
  guardSession(parts.session, options.devUrl);
  app.on('web-contents-created', (_event, contents) => guardContents(contents, options.devUrl));
  protocol.handle(SCHEME, (request) => servePage(request, options));
  const windows = connectWindows(parts.ipcMain, options.bridge, options.devUrl);
  let current: Electron.BrowserWindow | undefined;
  const open = (): Electron.BrowserWindow => {
    const state = readWindowState(options.windowStatePath);
    const bounds = state === undefined ? {} : fittingBounds(state, parts.screen.getAllDisplays().map((display) => display.workArea));
    const window = new parts.BrowserWindow({ ...windowOptions(options.preload, parts.nativeTheme.shouldUseDarkColors), ...bounds });
    if (state?.isMaximized === true) window.maximize();
    windows.add(window.webContents);
    watchRenderer(window, parts.dialog);
    window.once('ready-to-show', () => window.show());
    window.on('close', () => keepWindowState(window, options.windowStatePath));
    window.on('closed', () => (current = undefined));
    void window.loadURL(options.devUrl ?? PAGE_URL);
    return window;
  };
  const desktop: Desktop = {
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
  app.on('second-instance', () => desktop.showWindow());
  app.on('activate', () => desktop.showWindow());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  return desktop;
}

/** `getNormalBounds` are those behind a maximized window. A disk that cannot take them costs only this. */
function keepWindowState(window: Electron.BrowserWindow, path: string): void {
  const { x, y, width, height } = window.getNormalBounds();
  try {
    writeWindowState(path, { bounds: { x, y, width, height }, isMaximized: window.isMaximized() });
  } catch (error) {
    process.stderr.write(`The place of the window was not kept: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** `initiatorOrigin` tells who asks; it is new in Electron 45 and missing from the type of the request. */
async function servePage(request: GlobalRequest, { pages, devUrl }: DesktopOptions): Promise<Response> {
  const { initiatorOrigin } = request as GlobalRequest & { readonly initiatorOrigin?: string };
  if (initiatorOrigin !== undefined && !isOwnPage(initiatorOrigin, devUrl)) return plainResponse(403, 'Only pages of Larder may ask.');
  if (!isOwnPage(request.url, undefined)) return plainResponse(403, 'There is no such host.');
  return await pages(request);
}
