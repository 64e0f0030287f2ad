import type Electron from 'electron';
import type { SavedFile } from '../../contract/desktop.ts';
import type { SessionPart } from './electron-parts.ts';
import type { PageMessages } from './page-messages.ts';
import { isOwnPage } from './page-origin.ts';

export interface DownloadOptions {
  readonly session: SessionPart;
  readonly messages: PageMessages;
  readonly devUrl: string | undefined;
  readonly isOwn: (contents: Electron.WebContents) => boolean;
}

/** Files that pages had saved, since the app was started. */
export interface Downloads {
  pathOf(savedId: number): string | undefined;
}

/** Toasts that offer to show a file are gone long before so many have come after it. */
const KEPT = 100;

/**
 * What a page has made, it may have saved: the system's dialog asks where, and the page is told what became of it. Nothing else is
 * ever downloaded by a window.
 */
export function followDownloads({ session, messages, devUrl, isOwn }: DownloadOptions): Downloads {
  const paths = new Map<number, string>();
  let count = 0;
  session.on('will-download', (event, item, contents) => {
    const url = item.getURL();
    if (!isOwn(contents) || !isOwnBlob(url, devUrl)) {
      event.preventDefault();
      return;
    }
    const blob = url.slice(url.lastIndexOf('/') + 1);
    item.setSaveDialogOptions({ title: `Save ${item.getFilename()}` });
    item.once('done', (_event, outcome) => {
      messages.send({ type: 'saved', saved: { blob, outcome, ...(outcome === 'completed' ? { savedId: keep(item.getSavePath()) } : {}) } satisfies SavedFile });
    });
  });
  const keep = (path: string): number => {
    paths.set(++count, path);
    paths.delete(count - KEPT);
    return count;
  };
  return { pathOf: (savedId) => paths.get(savedId) };
}

function isOwnBlob(url: string, devUrl: string | undefined): boolean {
  const prefix = 'blob:';
  return url.startsWith(prefix) && isOwnPage(url.slice(prefix.length), devUrl);
}
