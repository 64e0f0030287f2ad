import type { AppCommandId } from '../../contract/app-commands.ts';
import { CHANNELS } from '../../contract/channels.ts';
import type { Choice, OpenedPath, Revealed, RevealedCache } from '../../contract/desktop.ts';
import { CHOICES } from '../../contract/desktop.ts';
import type { Desktop, DesktopOptions } from './desktop.ts';
import { choosePath } from './dialogs.ts';
import type { Downloads } from './downloads.ts';
import type { DesktopParts } from './electron-parts.ts';
import { isOwnFrame } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { lookAt } from './open-paths.ts';
import type { PageMessages } from './page-messages.ts';

export interface ServiceOptions extends Pick<DesktopOptions, 'devUrl' | 'lastFolderPath' | 'locate' | 'opened'> {
  readonly messages: PageMessages;
  readonly desktop: Desktop;
  readonly downloads: Downloads;
}

const PATH_MAX = 32_767;

/** Menus, dialogs, dropped files and files opened from the system: all of them end at the page. */
export function connectPageServices({ ipcMain, dialog, shell, Menu }: Pick<DesktopParts, 'ipcMain' | 'dialog' | 'shell' | 'Menu'>, { devUrl, lastFolderPath, locate, opened, messages, desktop, downloads }: ServiceOptions): void {
  const choose = async (choice: Choice): Promise<OpenedPath | null> => {
    desktop.showWindow();
    return desktop.window === undefined ? null : await choosePath(dialog, desktop.window, choice, lastFolderPath);
  };
  const tell = (found: OpenedPath | null): void => {
    if (found !== null) messages.send({ type: 'opened', opened: found });
  };
  const run = (command: AppCommandId): void => {
    desktop.showWindow();
    if (command === 'open-config') void choose('config').then(tell);
    else if (command === 'open-folder') void choose('cache').then(tell);
    else messages.send({ type: 'command', command });
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, run)));
  opened.onPath((path) => {
    void lookAt(path).then((found) => {
      if (found === null) dialog.showErrorBox('There is nothing to open', `${path} is neither a file nor a folder.`);
      else {
        desktop.showWindow();
        tell(found);
      }
    });
  });
  // The checks of every message, read before anything is awaited.
  ipcMain.handle(CHANNELS.lookAt, async (event, path: unknown): Promise<OpenedPath | null> => {
    if (!isOwnFrame(event.senderFrame, devUrl) || event.sender !== desktop.window?.webContents || typeof path !== 'string' || path === '' || path.length > PATH_MAX) return null;
    return await lookAt(path);
  });
  ipcMain.handle(CHANNELS.choose, async (event, wanted: unknown): Promise<OpenedPath | null> => {
    const choice = CHOICES.find((known) => known === wanted);
    if (!isOwnFrame(event.senderFrame, devUrl) || choice === undefined || event.sender !== desktop.window?.webContents) return null;
    return await choose(choice);
  });
  ipcMain.handle(CHANNELS.reveal, async (event, wanted: unknown): Promise<boolean> => {
    const target = revealedFrom(wanted);
    if (!isOwnFrame(event.senderFrame, devUrl) || event.sender !== desktop.window?.webContents || target === undefined) return false;
    const path = 'savedId' in target ? downloads.pathOf(target.savedId) : locate(target);
    if (path === undefined || (await lookAt(path)) === null) return false;
    shell.showItemInFolder(path);
    return true;
  });
}

/** Keys are hashes, and a little longer at most. */
const KEY = /^[0-9a-zA-Z_-]{1,200}$/;

function revealedFrom(wanted: unknown): Revealed | undefined {
  const { cacheId, key, savedId } = (wanted ?? {}) as { readonly [K in keyof RevealedCache | 'savedId']?: unknown };
  if (typeof savedId === 'number' && Number.isSafeInteger(savedId)) return { savedId };
  if (typeof cacheId !== 'number' || !Number.isSafeInteger(cacheId)) return undefined;
  if (key === undefined) return { cacheId };
  return typeof key === 'string' && KEY.test(key) ? { cacheId, key } : undefined;
}
