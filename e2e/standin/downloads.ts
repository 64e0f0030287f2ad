import { relay } from './link.ts';
import { StrictEmitter, preventable, strict } from './strict.ts';

/** A file a page has the browser save, as the test's half knows it. */
export interface OfferedDownload {
  readonly id: number;
  readonly url: string;
  readonly name: string;
}

export const downloadEvents = new StrictEmitter('session.defaultSession', ['will-download']);

interface SaveDialogOptions {
  readonly title?: string;
  readonly defaultPath?: string;
}

class DownloadItem extends StrictEmitter {
  readonly #download: OfferedDownload;
  dialog: SaveDialogOptions = {};
  path = '';

  constructor(download: OfferedDownload) {
    super('DownloadItem', ['done', 'updated']);
    this.#download = download;
  }

  getURL = (): string => this.#download.url;
  getFilename = (): string => this.#download.name;
  getSavePath = (): string => this.path;
  setSaveDialogOptions = (options: SaveDialogOptions): void => void (this.dialog = options);
}

/** The app may refuse it; otherwise a dialog asks where it goes, and the item tells what became of it. */
export async function offerDownload(contents: object, download: OfferedDownload): Promise<void> {
  const item = new DownloadItem(download);
  const event = preventable();
  downloadEvents.emit('will-download', event, strict('DownloadItem', item), contents);
  const answer = event.defaultPrevented ? { canceled: true, filePath: '' } : ((await relay.call('dialog', 'showSaveDialog', { ...item.dialog, name: download.name })) as { readonly canceled: boolean; readonly filePath: string });
  const isSaved = await relay.call('download.end', download.id, answer.canceled ? null : answer.filePath);
  item.path = answer.filePath;
  if (!event.defaultPrevented) item.emit('done', {}, answer.canceled ? 'cancelled' : isSaved === true ? 'completed' : 'interrupted');
}
