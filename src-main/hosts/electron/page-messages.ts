import type Electron from 'electron';
import { CHANNELS } from '../../contract/channels.ts';
import type { DesktopMessage } from '../../contract/desktop.ts';
import type { DesktopParts } from './electron-parts.ts';
import { isOwnFrame } from './ipc.ts';

/** Messages to the page; they wait while there is none that listens. */
export interface PageMessages {
  send(message: DesktopMessage): void;
  /** From now on this window's page is the one that is told. */
  attach(contents: Electron.WebContents): void;
}

export function createPageMessages(ipcMain: DesktopParts['ipcMain'], devUrl: string | undefined): PageMessages {
  let waiting: readonly DesktopMessage[] = [];
  let ready: Electron.WebContents | undefined;
  let attached: Electron.WebContents | undefined;
  const flush = (): void => {
    if (ready === undefined || ready.isDestroyed()) return;
    const now = waiting;
    waiting = [];
    for (const message of now) ready.send(CHANNELS.desktop, message);
  };
  ipcMain.on(CHANNELS.desktopReady, (event) => {
    if (event.sender !== attached || !isOwnFrame(event.senderFrame, devUrl)) return;
    ready = event.sender;
    flush();
  });
  return {
    send(message) {
      waiting = [...waiting, message];
      flush();
    },
    attach(contents) {
      attached = contents;
      ready = undefined;
      // The page that comes next says again when it listens.
      const forget = (): void => {
        if (ready === contents) ready = undefined;
      };
      contents.on('did-start-navigation', (details) => {
        if (details.isMainFrame && !details.isSameDocument) forget();
      });
      contents.on('render-process-gone', forget);
      contents.once('destroyed', forget);
    },
  };
}
