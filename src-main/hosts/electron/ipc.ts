import type Electron from 'electron';
import { CHANNELS } from '../../contract/channels.ts';
import type { Envelope } from '../../contract/methods.ts';
import type { Bridge, Session } from '../../engine/index.ts';
import type { DesktopParts } from './electron-parts.ts';
import { isOwnPage } from './page-origin.ts';

export interface ConnectedWindows {
  /** Only windows that were added are answered. */
  add(contents: Electron.WebContents): void;
}

const REFUSED: Envelope = { ok: false, error: { code: 'PERMISSION_DENIED', message: 'Only the page of Larder may call.' } };

/** Ties IPC to the bridge: one session for each window, checked at every message. */
export function connectWindows(ipcMain: DesktopParts['ipcMain'], bridge: Bridge, devUrl: string | undefined): ConnectedWindows {
  const sessions = new Map<number, Session>();
  const sessionOf = (event: Electron.IpcMainEvent | Electron.IpcMainInvokeEvent): Session | undefined =>
    isOwnFrame(event.senderFrame, devUrl) ? sessions.get(event.sender.id) : undefined;

  ipcMain.handle(CHANNELS.call, async (event, method: unknown, input: unknown): Promise<Envelope> => {
    // The frame is read before anything is awaited: it is null once it has navigated.
    const session = sessionOf(event);
    return session === undefined || typeof method !== 'string' ? REFUSED : await session.call(method, input);
  });
  ipcMain.on(CHANNELS.subscribe, (event) => sessionOf(event)?.subscribe());
  ipcMain.on(CHANNELS.unsubscribe, (event) => sessionOf(event)?.unsubscribe());

  return {
    add(contents) {
      const { id } = contents;
      const renew = (): void => {
        sessions.get(id)?.close();
        sessions.set(id, openSession(bridge, contents));
      };
      renew();
      // A page that goes or dies takes its calls and its subscription along; the next one asks anew.
      contents.on('did-start-navigation', (details) => {
        if (details.isMainFrame && !details.isSameDocument) renew();
      });
      contents.on('render-process-gone', renew);
      contents.once('destroyed', () => {
        sessions.get(id)?.close();
        sessions.delete(id);
      });
    },
  };
}

/** News go only to a page that asked for them, so never to a frame that is being replaced. */
function openSession(bridge: Bridge, contents: Electron.WebContents): Session {
  return bridge.open((message) => {
    if (!contents.isDestroyed()) contents.send(CHANNELS.update, message);
  });
}

/** A main frame that shows a page of ours. */
export function isOwnFrame(frame: Electron.WebFrameMain | null, devUrl: string | undefined): boolean {
  return frame !== null && frame.parent === null && isOwnPage(frame.url, devUrl);
}
