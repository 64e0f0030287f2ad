import { contextBridge, ipcRenderer, webUtils } from 'electron/renderer';
import { CHANNELS } from '../src-main/contract/channels.ts';
import type { Choice, DesktopMessage, OpenedPath, Revealed } from '../src-main/contract/desktop.ts';
import type { Envelope, LarderBridge, UpdateMessage } from '../src-main/contract/methods.ts';

// The main process keeps one subscription for each window; listeners of the page share it.
const listeners = new Set<(message: UpdateMessage) => void>();
ipcRenderer.on(CHANNELS.update, (_event, message: UpdateMessage) => {
  for (const listener of listeners) listener(message);
});

/** A new listener needs a snapshot, so it begins the subscription anew for all of them. */
function subscribe(listener: (message: UpdateMessage) => void): () => void {
  // Wrapped: the same function given twice is two listeners.
  const own = (message: UpdateMessage): void => listener(message);
  listeners.add(own);
  ipcRenderer.send(CHANNELS.subscribe);
  return () => {
    if (listeners.delete(own) && listeners.size === 0) ipcRenderer.send(CHANNELS.unsubscribe);
  };
}

const desktopListeners = new Set<(message: DesktopMessage) => void>();
ipcRenderer.on(CHANNELS.desktop, (_event, message: DesktopMessage) => {
  for (const listener of desktopListeners) listener(message);
});

/** What waited for a page that listens is sent at once. */
function onDesktop(listener: (message: DesktopMessage) => void): () => void {
  const own = (message: DesktopMessage): void => listener(message);
  desktopListeners.add(own);
  ipcRenderer.send(CHANNELS.desktopReady);
  return () => desktopListeners.delete(own);
}

/** The path of a file is known here and nowhere else; whether something is there is looked up by the main process. */
async function pathForFile(file: object): Promise<OpenedPath | null> {
  const path = webUtils.getPathForFile(file as File);
  return path === '' ? null : ((await ipcRenderer.invoke(CHANNELS.lookAt, path)) as OpenedPath | null);
}

const larder: LarderBridge = Object.freeze({
  call: async (method: string, input: unknown) => (await ipcRenderer.invoke(CHANNELS.call, method, input)) as Envelope,
  on: (_topic: 'update', listener: (message: UpdateMessage) => void) => subscribe(listener),
  onDesktop,
  pathForFile,
  choose: async (choice: Choice) => (await ipcRenderer.invoke(CHANNELS.choose, choice)) as OpenedPath | null,
  reveal: async (target: Revealed) => (await ipcRenderer.invoke(CHANNELS.reveal, target)) as boolean,
  info: Object.freeze({ host: 'electron', platform: process.platform, versions: Object.freeze({ electron: process.versions.electron, chrome: process.versions.chrome, node: process.versions.node }) }),
});

contextBridge.exposeInMainWorld('larder', larder);
