import type Electron from 'electron';
import type { SessionPart } from './electron-parts.ts';
import { isOwnPage } from './page-origin.ts';

/** All that a page of ours may ask the system for; Electron would allow everything. */
const PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

export function guardSession(session: SessionPart, devUrl: string | undefined): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => callback(PERMISSIONS.has(permission) && isOwnPage(details.requestingUrl, devUrl)));
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => PERMISSIONS.has(permission) && isOwnPage(requestingOrigin, devUrl));
  session.setDevicePermissionHandler(() => false);
}

/** Where links of the page may lead: the pages of datasets. */
const OUTSIDE_HOSTS: ReadonlySet<string> = new Set(['huggingface.co']);

/** True for addresses that may be given to the system's browser. */
export function mayOpenOutside(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.protocol === 'https:' && OUTSIDE_HOSTS.has(parsed.hostname) && parsed.port === '' && parsed.username === '';
}

/** Pages stay where they are and open no windows; a few links go to the system's browser. */
export function guardContents(contents: Electron.WebContents, devUrl: string | undefined, openOutside: (url: string) => void): void {
  const stay = (details: { readonly url: string; preventDefault(): void }): void => {
    if (!isOwnPage(details.url, devUrl)) details.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    // Not within the handler, which the page waits for.
    if (mayOpenOutside(url)) setImmediate(() => openOutside(url));
    return { action: 'deny' };
  });
}
