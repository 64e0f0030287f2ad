import type Electron from 'electron';

/** The page's own background, so that opening does not flash. */
const BACKGROUND = { dark: '#0f1216', light: '#f5f7f9' } as const;

export function windowBackground(isDark: boolean): string {
  return isDark ? BACKGROUND.dark : BACKGROUND.light;
}

/** A window that trusts its page with nothing: sandboxed, isolated, without Node. */
export function windowOptions(preload: string, isDark: boolean): Electron.BrowserWindowConstructorOptions {
  return {
    title: 'Larder',
    width: 1440,
    height: 900,
    minWidth: 720,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: windowBackground(isDark),
    webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, webSecurity: true, spellcheck: false },
  };
}
