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

/** Pages stay where they are and open nothing. */
export function guardContents(contents: Electron.WebContents, devUrl: string | undefined): void {
  const stay = (details: { readonly url: string; preventDefault(): void }): void => {
    if (!isOwnPage(details.url, devUrl)) details.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
