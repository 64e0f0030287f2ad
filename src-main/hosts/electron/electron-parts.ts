import type Electron from 'electron';

/**
 * What Larder uses of Electron, and nothing else. The real modules are assigned to these types in
 * `main.ts` and `boot.ts`, so every member is checked against Electron's own declarations; tests
 * give fakes of the same picks.
 */
export type AppPart = Pick<
  Electron.App,
  'commandLine' | 'disableDomainBlockingFor3DAPIs' | 'enableSandbox' | 'getGPUFeatureStatus' | 'isPackaged' | 'on' | 'quit' | 'requestSingleInstanceLock' | 'setAppUserModelId' | 'setBadgeCount' | 'setDesktopName' | 'setPath' | 'whenReady'
>;
export type SchemePart = Pick<Electron.Protocol, 'registerSchemesAsPrivileged'>;
export type ErrorBoxPart = Pick<Electron.Dialog, 'showErrorBox'>;

export interface StartUpParts {
  readonly app: AppPart;
  readonly protocol: SchemePart;
  readonly dialog: ErrorBoxPart;
}

export type SessionPart = Pick<Electron.Session, 'on' | 'setDevicePermissionHandler' | 'setPermissionCheckHandler' | 'setPermissionRequestHandler'>;
export type PowerMonitorPart = Pick<Electron.PowerMonitor, 'on'>;
export type UtilityProcessPart = Pick<typeof Electron.utilityProcess, 'fork'>;

/** What exists only after `ready`. */
export interface DesktopParts {
  readonly app: AppPart;
  readonly BrowserWindow: new (options: Electron.BrowserWindowConstructorOptions) => Electron.BrowserWindow;
  readonly ipcMain: Pick<Electron.IpcMain, 'handle' | 'on'>;
  readonly protocol: Pick<Electron.Protocol, 'handle'>;
  readonly session: SessionPart;
  readonly dialog: Pick<Electron.Dialog, 'showErrorBox' | 'showMessageBox' | 'showOpenDialog'>;
  readonly shell: Pick<Electron.Shell, 'openExternal' | 'showItemInFolder'>;
  readonly Menu: Pick<typeof Electron.Menu, 'buildFromTemplate' | 'setApplicationMenu'>;
  readonly Notification: Pick<typeof Electron.Notification, 'isSupported'> & (new (options: Electron.NotificationConstructorOptions) => Electron.Notification);
  readonly powerSaveBlocker: Pick<Electron.PowerSaveBlocker, 'start' | 'stop'>;
  readonly nativeImage: Pick<typeof Electron.nativeImage, 'createFromBitmap'>;
  readonly nativeTheme: Pick<Electron.NativeTheme, 'on' | 'shouldUseDarkColors'>;
  readonly screen: Pick<Electron.Screen, 'getAllDisplays' | 'getDisplayMatching' | 'getPrimaryDisplay'>;
}
