import { downloadEvents } from './downloads.ts';
import { note, relay } from './link.ts';
import { StrictEmitter, strict } from './strict.ts';

interface MessageBoxOptions {
  readonly message: string;
  readonly buttons?: readonly string[];
  readonly cancelId?: number;
  readonly signal?: AbortSignal;
}

/** Questions go to the test and wait for its answer. */
export const dialog = strict('dialog', {
  showErrorBox: (title: string, content: string) => note('dialog.showErrorBox', title, content),
  async showMessageBox(...args: readonly unknown[]): Promise<unknown> {
    const { signal, ...options } = args.at(-1) as MessageBoxOptions;
    const answer = relay.call('dialog', 'showMessageBox', options) as Promise<{ readonly response: number }>;
    const cancelled = new Promise((resolve) => signal?.addEventListener('abort', () => resolve({ response: options.cancelId ?? 0, checkboxChecked: false })));
    return await Promise.race([answer, cancelled]);
  },
  showOpenDialog: (...args: readonly unknown[]) => relay.call('dialog', 'showOpenDialog', args.at(-1)),
});

export const shell = strict('shell', {
  openExternal(url: string): Promise<void> {
    note('shell.openExternal', url);
    return Promise.resolve();
  },
  showItemInFolder: (path: string) => note('shell.showItemInFolder', path),
});

/** A key store that hides nothing: what comes out is only not what went in. */
export const safeStorage = strict('safeStorage', {
  isAsyncEncryptionAvailable: () => Promise.resolve(true),
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(text, 'utf8').map((byte) => byte ^ 0x5a)),
  decryptStringAsync: (bytes: Buffer) => Promise.resolve({ result: Buffer.from(bytes.map((byte) => byte ^ 0x5a)).toString('utf8'), shouldReEncrypt: false }),
});

let nextBlocker = 1;
const blockers = new Set<number>();
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start(type: string): number {
    blockers.add(nextBlocker);
    note('powerSaveBlocker.start', type, nextBlocker);
    return nextBlocker++;
  },
  stop(id: number): void {
    if (!blockers.delete(id)) throw new Error(`No power save blocker ${id}`);
    note('powerSaveBlocker.stop', id);
  },
});

const powerEvents = new StrictEmitter('powerMonitor', ['resume', 'shutdown', 'suspend']);
export const powerMonitor = strict('powerMonitor', powerEvents);
relay.handle('power', (event: string) => void powerEvents.emit(event));

let themeSource = 'system';
const themeEmitter = Object.assign(new StrictEmitter('nativeTheme', ['updated']), { shouldUseDarkColors: true });
Object.defineProperty(themeEmitter, 'themeSource', {
  get: () => themeSource,
  set(theme: string) {
    themeSource = theme;
    note('nativeTheme.themeSource', theme);
  },
});
export const nativeTheme = strict('nativeTheme', themeEmitter);
export const nativeImage = strict('nativeImage', { createFromBitmap: (bitmap: Buffer, size: object) => ({ bitmap, size }) });

const shown: PlainNotification[] = [];
class PlainNotification extends StrictEmitter {
  static isSupported = (): boolean => true;
  readonly #options: { readonly title: string; readonly body: string };

  constructor(options: { readonly title: string; readonly body: string }) {
    super('Notification', ['click', 'close', 'failed', 'show']);
    this.#options = options;
  }

  show(): void {
    shown.push(this);
    note('Notification.show', this.#options.title, this.#options.body);
  }
}
export { PlainNotification as Notification };
relay.handle('notification.click', () => shown.at(-1)?.emit('click', {}));

interface Item {
  readonly id?: string;
  readonly role?: string;
  readonly label?: string;
  readonly submenu?: readonly Item[];
  readonly click?: (item: Item, window: undefined, event: object) => void;
}

let menu: readonly Item[] = [];
function findItem(items: readonly Item[], id: string): Item | undefined {
  for (const item of items) {
    const found = item.id === id ? item : findItem(item.submenu ?? [], id);
    if (found !== undefined) return found;
  }
  return undefined;
}
export const Menu = strict('Menu', {
  buildFromTemplate: (template: readonly Item[]) => ({ items: template }),
  setApplicationMenu: ({ items }: { readonly items: readonly Item[] }) => void (menu = items),
});
relay.handle('menu.click', (id: string) => {
  const item = findItem(menu, id);
  if (item?.click === undefined) throw new Error(`The menu has no item "${id}" to click`);
  item.click(item, undefined, {});
});

type RequestHandler = (contents: null, permission: string, callback: (granted: boolean) => void, details: { readonly requestingUrl: string }) => void;
let onRequest: RequestHandler = (_contents, _permission, callback) => callback(true);
export const session = strict('session', {
  defaultSession: strict('session.defaultSession', Object.assign(downloadEvents, {
    setPermissionRequestHandler: (handler: RequestHandler) => void (onRequest = handler),
    setPermissionCheckHandler: (_handler: unknown) => note('session.setPermissionCheckHandler'),
    setDevicePermissionHandler: (_handler: unknown) => note('session.setDevicePermissionHandler'),
  })),
});
relay.handle('permission', (permission: string, requestingUrl: string) => new Promise((resolve) => onRequest(null, permission, resolve, { requestingUrl })));

