import type Electron from 'electron';
import type { DesktopOptions } from './desktop.ts';
import type { DesktopParts } from './electron-parts.ts';
import { watchRenderer } from './watch-renderer.ts';
import { windowBackground, windowOptions } from './window-options.ts';
import { fittingBounds, hasPositions, readWindowState, writeWindowState } from './window-state.ts';

/** A window where the last one was; nothing is loaded into it yet. @param showCrash loads what is shown instead of a page that keeps crashing */
export function openMainWindow(parts: DesktopParts, options: Pick<DesktopOptions, 'environment' | 'preload' | 'windowStatePath'>, showCrash: (window: Electron.BrowserWindow, times: number, reason: string) => void): Electron.BrowserWindow {
  const { app, nativeTheme, screen } = parts;
  const state = readWindowState(options.windowStatePath);
  const isPlaced = hasPositions({ platform: process.platform, environment: options.environment, ozonePlatform: app.commandLine.getSwitchValue('ozone-platform') });
  const bounds = state === undefined ? {} : fittingBounds(state, screen.getAllDisplays(), isPlaced ? screen.getPrimaryDisplay() : undefined);
  const window = new parts.BrowserWindow({ ...windowOptions(options.preload, nativeTheme.shouldUseDarkColors), ...bounds });
  if (state?.isMaximized === true) window.maximize();
  watchRenderer({ window, dialog: parts.dialog, showCrash: (times, reason) => showCrash(window, times, reason) });
  const onTheme = (): void => window.setBackgroundColor(windowBackground(nativeTheme.shouldUseDarkColors));
  nativeTheme.on('updated', () => {
    if (!window.isDestroyed()) onTheme();
  });
  window.once('ready-to-show', () => window.show());
  window.on('close', () => keepWindowState(window, isPlaced ? screen : undefined, options.windowStatePath));
  return window;
}

/** `getNormalBounds` are those behind a maximized window. A disk that cannot take them costs only this. @param screen undefined where windows have no positions */
function keepWindowState(window: Electron.BrowserWindow, screen: DesktopParts['screen'] | undefined, path: string): void {
  const { x, y, width, height } = window.getNormalBounds();
  const place = screen === undefined ? {} : { place: { displayId: screen.getDisplayMatching({ x, y, width, height }).id, x, y } };
  try {
    writeWindowState(path, { size: { width, height }, ...place, isMaximized: window.isMaximized() });
  } catch (error) {
    process.stderr.write(`The place of the window was not kept: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
