import type Electron from 'electron';
import { isCrashPage } from './crash-page.ts';
import type { DesktopParts } from './electron-parts.ts';

export interface WatchOptions {
  readonly window: Electron.BrowserWindow;
  readonly dialog: DesktopParts['dialog'];
  /** Shows in the window what happened, in place of the page. */
  readonly showCrash: (times: number, reason: string) => void;
}

const RELOAD_AFTER_MS = 500;
const RELOADS_PER_MINUTE = 3;
const MINUTE_MS = 60_000;

/**
 * Brings a page back that crashed or hangs. Jobs are not in it and go on meanwhile. One that keeps crashing
 * gives way to a page that says so; where even that one crashes, a box does.
 */
export function watchRenderer({ window, dialog, showCrash }: WatchOptions): void {
  let crashedAtMs: readonly number[] = [];
  let isCrashShown = false;
  // Whoever loads the window again by hand begins anew.
  window.webContents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) isCrashShown = isCrashPage(details.url);
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    if (isCrashShown) {
      dialog.showErrorBox('The window keeps crashing', `Not even the page that says so can be shown (${reason}). Running jobs go on. Close the window and open Larder again; \`larder serve\` shows the same in a browser.`);
      return;
    }
    const now = Date.now();
    crashedAtMs = [...crashedAtMs.filter((at) => now - at < MINUTE_MS), now];
    const times = crashedAtMs.length;
    setTimeout(() => {
      if (window.isDestroyed()) return;
      if (times <= RELOADS_PER_MINUTE) {
        window.webContents.reload();
        return;
      }
      crashedAtMs = [];
      showCrash(times, reason);
    }, RELOAD_AFTER_MS);
  });
  window.on('unresponsive', () => void offerReload(window, dialog));
}

async function offerReload(window: Electron.BrowserWindow, dialog: DesktopParts['dialog']): Promise<void> {
  const { response } = await dialog.showMessageBox(window, { type: 'warning', message: 'The window does not answer.', detail: 'Running jobs go on.', buttons: ['Wait', 'Reload'], defaultId: 0, cancelId: 0 });
  if (response !== 1 || window.isDestroyed()) return;
  // A page in an endless loop would not let go by itself.
  window.webContents.forcefullyCrashRenderer();
}
