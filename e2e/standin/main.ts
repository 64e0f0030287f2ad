/** The part of Electron's main process that Larder uses, in plain Node. Members it does not have throw. */
import { App } from './app.ts';
import { IpcMain } from './ipc-main.ts';
import { Protocol } from './protocol.ts';
import { strict } from './strict.ts';
import { utilityProcess as utility } from './utility-process.ts';
import { makeWindows } from './windows.ts';

export const standinApp = new App();
const plainProtocol = new Protocol(() => standinApp.hasStarted);
const plainIpc = new IpcMain();

export const app = strict('app', standinApp);
export const protocol = strict('protocol', plainProtocol);
export const ipcMain = strict('ipcMain', plainIpc);
export const utilityProcess = strict('utilityProcess', utility);
export const BrowserWindow = makeWindows(standinApp, app, plainProtocol, plainIpc);
export { Menu, Notification, dialog, nativeTheme, powerMonitor, powerSaveBlocker, safeStorage, session } from './native.ts';
export { screen } from './screen.ts';
