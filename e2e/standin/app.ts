import { join } from 'node:path';
import { InstanceLock } from './instance-lock.ts';
import { note } from './link.ts';
import { StrictEmitter, preventable, strict } from './strict.ts';

const EVENTS = ['activate', 'before-quit', 'browser-window-created', 'browser-window-focus', 'child-process-gone', 'open-file', 'quit', 'ready', 'second-instance', 'web-contents-created', 'will-quit', 'window-all-closed'] as const;

interface Closable {
  /** @returns false if a listener kept it open */
  closeNow(): boolean;
}

export class App extends StrictEmitter {
  readonly isPackaged = false;
  readonly commandLine = strict('app.commandLine', {
    appendSwitch: (name: string, value?: string) => note('app.commandLine.appendSwitch', name, value ?? ''),
    getSwitchValue: (name: string) => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '',
  });
  readonly openWindows = new Set<Closable>();
  readonly #paths = new Map<string, string>();
  readonly #ready: Promise<void>;
  #becomeReady: () => void = () => undefined;
  #lock: InstanceLock | undefined;
  #isReady = false;
  #isQuitting = false;

  constructor() {
    super('app', EVENTS);
    this.#ready = new Promise((resolve) => (this.#becomeReady = resolve));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.quit());
  }

  get isQuitting(): boolean {
    return this.#isQuitting;
  }

  get hasStarted(): boolean {
    return this.#isReady;
  }

  /** Called when the entry module has been evaluated, and not before: as Electron does. */
  entryEvaluated(): void {
    if (this.#isQuitting) return;
    this.#isReady = true;
    this.emit('ready', {});
    this.#becomeReady();
  }

  whenReady = (): Promise<void> => this.#ready;
  isReady = (): boolean => this.#isReady;
  setPath = (name: string, path: string): void => void this.#paths.set(name, path);

  getPath(name: string): string {
    const path = this.#paths.get(name) ?? (name === 'userData' ? join(process.env['HOME'] ?? '/', '.config/larder') : undefined);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    note('app.enableSandbox');
  }

  disableDomainBlockingFor3DAPIs(): void {
    if (this.#isReady) throw new Error('app.disableDomainBlockingFor3DAPIs() can only be called before app is ready');
  }

  /** As on a machine without a card. */
  getGPUFeatureStatus = (): object => ({ gpu_compositing: 'disabled_software', webgl: 'enabled_readback', webgl2: 'enabled_readback' });
  setDesktopName = (name: string): void => note('app.setDesktopName', name);
  setAppUserModelId = (id: string): void => note('app.setAppUserModelId', id);

  setBadgeCount(count: number): boolean {
    note('app.setBadgeCount', count);
    return true;
  }

  requestSingleInstanceLock(additionalData?: unknown): boolean {
    this.#lock ??= new InstanceLock(this.getPath('userData'), ({ argv, cwd, data }) => this.emit('second-instance', {}, argv, cwd, data));
    return this.#lock.take({ argv: process.argv, cwd: process.cwd(), data: structuredClone(additionalData) });
  }

  /** `before-quit`, then the windows close, then `will-quit` and `quit`; a second call on the way has no effect. */
  quit(): void {
    if (this.#isQuitting) return;
    const before = preventable();
    this.emit('before-quit', before);
    if (before.defaultPrevented) return;
    this.#isQuitting = true;
    for (const window of Array.from(this.openWindows)) {
      if (window.closeNow()) continue;
      this.#isQuitting = false;
      return;
    }
    this.#end();
  }

  windowClosed(window: Closable): void {
    this.openWindows.delete(window);
    if (this.openWindows.size > 0 || this.#isQuitting) return;
    if (this.listenerCount('window-all-closed') === 0) this.quit();
    else this.emit('window-all-closed');
  }

  #end(): void {
    if (this.#isReady) {
      const will = preventable();
      this.emit('will-quit', will);
      if (will.defaultPrevented) {
        this.#isQuitting = false;
        return;
      }
      this.emit('quit', {}, 0);
    }
    // What a second instance has to say must be on its way before it goes.
    void (this.#lock?.settled ?? Promise.resolve()).finally(() => process.exit(0));
  }
}
