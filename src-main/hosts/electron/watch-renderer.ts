import type Electron from 'electron';
import type { DesktopParts } from './electron-parts.ts';

const RELOAD_AFTER_MS = 500;
const RELOADS_PER_MINUTE = 3;
const MINUTE_MS = 60_000;

/** Brings a page back that crashed or hangs. Jobs are not in it and go on meanwhile. */
export function watchRenderer(window: Electron.BrowserWindow, dialog: DesktopParts['dialog']): void {
  let reloadsAtMs: readonly number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    const now = Date.now();
    reloadsAtMs = [...reloadsAtMs.filter((at) => now - at < MINUTE_MS), now];
    if (reloadsAtMs.length > RELOADS_PER_MINUTE) {
      dialog.showErrorBox('The window keeps crashing', `Its process ended ${reloadsAtMs.length} times within a minute (${reason}). Running jobs go on. Close the window and open Larder again; \`larder serve\` shows the same in a browser.`);
      return;
    }
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload();
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
