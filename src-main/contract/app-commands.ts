interface AppCommandRow {
  readonly id: string;
  readonly title: string;
  /** What stands behind it in the palette, in quiet letters. */
  readonly note: string;
  /** The menu of the desktop it is in. */
  readonly menu: 'File' | 'View' | 'Go';
  /** Keys in Electron's spelling; none in the browser, which has uses of its own for them. */
  readonly accelerator?: string;
  /** The page hears these keys by itself, in every host: the menu only shows them. */
  readonly isHeardByPage?: boolean;
  /** The place it goes to. A command without one is done by the page, by its id. */
  readonly goTo?: `#/${string}`;
  /** The same on the command line, where there is such a thing. */
  readonly command?: string;
}

/** Everything that can be reached without naming a cache: one table for the menus and the palette. */
export const APP_COMMANDS = [
  { id: 'library', title: 'Library', note: 'every cache', menu: 'Go', accelerator: 'CmdOrCtrl+1', goTo: '#/' },
  { id: 'jobs', title: 'Jobs', note: 'what runs and what ran', menu: 'Go', accelerator: 'CmdOrCtrl+2', goTo: '#/jobs', command: 'larder jobs ls' },
  { id: 'new', title: 'New from config', note: 'check, plan, generate', menu: 'File', accelerator: 'CmdOrCtrl+N', goTo: '#/new', command: 'larder plan --config configs/config.yaml' },
  { id: 'storage', title: 'Storage', note: 'where the disk goes', menu: 'Go', accelerator: 'CmdOrCtrl+3', goTo: '#/storage' },
  { id: 'open-config', title: 'Open a config …', note: 'a YAML file of this machine', menu: 'File', accelerator: 'CmdOrCtrl+O' },
  { id: 'open-folder', title: 'Open a cache folder …', note: 'nothing in it is touched', menu: 'File', accelerator: 'CmdOrCtrl+Shift+O' },
  { id: 'look', title: 'Look at a file or folder …', note: 'a config, a cache, a list, an entry or a NIfTI, by its path', menu: 'File' },
  { id: 'settings', title: 'Settings', note: 'network, workers, memory, theme', menu: 'File', accelerator: 'CmdOrCtrl+,', goTo: '#/settings', command: 'larder settings' },
  { id: 'palette', title: 'Command palette', note: 'everything, by typing a part of it', menu: 'View', accelerator: 'CmdOrCtrl+K', isHeardByPage: true },
] as const satisfies readonly AppCommandRow[];

export type AppCommandId = (typeof APP_COMMANDS)[number]['id'];
export interface AppCommand extends AppCommandRow {
  readonly id: AppCommandId;
}
