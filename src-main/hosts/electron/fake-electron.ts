import { EventEmitter } from 'node:events';
import type { AppPart, DesktopParts, SessionPart, StartUpParts } from './electron-parts.ts';

/**
 * Stand-ins for the parts of Electron that Larder uses, for tests. They write down what is asked of
 * them in its order. Emitters cannot be given Electron's overloads one by one, hence the casts; the
 * names of the members are checked against the picks.
 */
export type Calls = (readonly [name: string, ...rest: unknown[]])[];

type Fakes<T> = { readonly [K in keyof T]: unknown };

/** The app before and after `ready`; `isFirst`: it gets the instance lock. */
export function makeFakeApp(calls: Calls, isFirst = true): { readonly app: AppPart; readonly events: EventEmitter; readonly becomeReady: () => void } {
  const events = new EventEmitter();
  let becomeReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (becomeReady = resolve));
  const note =
    (name: string, result?: unknown) =>
    (...rest: unknown[]): unknown => {
      calls.push([name, ...rest]);
      return result;
    };
  const app: Fakes<AppPart> = {
    commandLine: { appendSwitch: note('appendSwitch'), getSwitchValue: () => '' },
    disableDomainBlockingFor3DAPIs: note('disableDomainBlockingFor3DAPIs'),
    enableSandbox: note('enableSandbox'),
    getGPUFeatureStatus: () => ({ webgl2: 'enabled', gpu_compositing: 'disabled_software' }),
    isPackaged: false,
    on: (name: string, listener: (...rest: unknown[]) => void) => events.on(name, listener),
    quit: note('quit'),
    requestSingleInstanceLock: note('requestSingleInstanceLock', isFirst),
    setBadgeCount: note('setBadgeCount', true),
    setAppUserModelId: note('setAppUserModelId'),
    setDesktopName: note('setDesktopName'),
    setPath: note('setPath'),
    whenReady: () => {
      calls.push(['whenReady']);
      return ready;
    },
  };
  return { app: app as AppPart, events, becomeReady: () => becomeReady() };
}

export function makeStartUpParts(calls: Calls, isFirst = true): { readonly parts: StartUpParts; readonly events: EventEmitter; readonly becomeReady: () => void } {
  const { app, events, becomeReady } = makeFakeApp(calls, isFirst);
  const protocol: StartUpParts['protocol'] = { registerSchemesAsPrivileged: (schemes) => calls.push(['registerSchemesAsPrivileged', schemes]) };
  const dialog: StartUpParts['dialog'] = { showErrorBox: (title, content) => calls.push(['showErrorBox', title, content]) };
  return { parts: { app, protocol, dialog }, events, becomeReady };
}

export interface FakeContents extends EventEmitter {
  readonly id: number;
  readonly sent: unknown[];
  isDestroyed(): boolean;
}

export function makeFakeContents(id: number): FakeContents {
  const sent: unknown[] = [];
  return Object.assign(new EventEmitter(), {
    id,
    sent,
    isDestroyed: () => false,
    send: (channel: string, message: unknown) => sent.push([channel, message]),
    setWindowOpenHandler: (handler: (details: unknown) => { action: string }) => sent.push(['window open', handler({}).action]),
    reload: () => sent.push(['reload']),
  });
}

export interface FakeIpc {
  readonly ipcMain: DesktopParts['ipcMain'];
  invoke(channel: string, event: unknown, ...rest: unknown[]): Promise<unknown>;
  send(channel: string, event: unknown): void;
}

export function makeFakeIpc(): FakeIpc {
  const handlers = new Map<string, (event: unknown, ...rest: unknown[]) => Promise<unknown>>();
  const listeners = new EventEmitter();
  const ipcMain: Fakes<DesktopParts['ipcMain']> = {
    handle: (channel: string, handler: (event: unknown, ...rest: unknown[]) => Promise<unknown>) => {
      if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
      handlers.set(channel, handler);
    },
    on: (channel: string, listener: (event: unknown) => void) => listeners.on(channel, listener),
  };
  return {
    ipcMain: ipcMain as DesktopParts['ipcMain'],
    invoke: (channel, event, ...rest) => handlers.get(channel)!(event, ...rest),
    send: (channel, event) => listeners.emit(channel, event),
  };
}

export interface FakeSession {
  readonly session: SessionPart;
  /** What the page is answered that asks for a permission. */
  request(permission: string, requestingUrl: string): boolean;
  check(permission: string, origin: string): boolean;
}

export function makeFakeSession(calls: Calls): FakeSession {
  type RequestHandler = (contents: unknown, permission: string, callback: (granted: boolean) => void, details: { requestingUrl: string }) => void;
  let onRequest: RequestHandler = () => undefined;
  let onCheck: (contents: unknown, permission: string, origin: string) => boolean = () => true;
  const session: Fakes<SessionPart> = {
    on: () => undefined,
    setPermissionRequestHandler: (handler: RequestHandler) => {
      calls.push(['setPermissionRequestHandler']);
      onRequest = handler;
    },
    setPermissionCheckHandler: (handler: typeof onCheck) => {
      calls.push(['setPermissionCheckHandler']);
      onCheck = handler;
    },
    setDevicePermissionHandler: (handler: (details: unknown) => boolean) => calls.push(['setDevicePermissionHandler', handler({})]),
  };
  return {
    session: session as SessionPart,
    request(permission, requestingUrl) {
      let answer = false;
      onRequest(null, permission, (granted) => (answer = granted), { requestingUrl });
      return answer;
    },
    check: (permission, origin) => onCheck(null, permission, origin),
  };
}
