import type Electron from 'electron';
import type { AppCommand, AppCommandId } from '../../contract/app-commands.ts';
import { APP_COMMANDS } from '../../contract/app-commands.ts';

type Item = Electron.MenuItemConstructorOptions;

const SEPARATOR: Item = { type: 'separator' };
const VIEW_ROLES: readonly Item[] = [{ role: 'reload' }, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, SEPARATOR, { role: 'togglefullscreen' }];

/**
 * The menus: our commands from the table the palette reads too, the rest by role, so that the system
 * names it in its language and gives it its keys.
 *
 * @param run does a command; `goTo` and the like are the page's
 */
export function menuTemplate(platform: NodeJS.Platform, run: (command: AppCommandId) => void): Item[] {
  const ours = (menu: AppCommand['menu']): Item[] => APP_COMMANDS.filter((command) => command.menu === menu).map((command) => itemOf(command, run));
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: [...ours('File'), SEPARATOR, isMac ? { role: 'close' } : { role: 'quit' }] },
    { role: 'editMenu' },
    { label: 'View', submenu: [...ours('View'), SEPARATOR, ...VIEW_ROLES] },
    { label: 'Go', submenu: ours('Go') },
    { role: 'windowMenu' },
  ];
}

function itemOf({ id, title, accelerator, isHeardByPage }: AppCommand, run: (command: AppCommandId) => void): Item {
  return { id, label: title, ...(accelerator === undefined ? {} : { accelerator }), ...(isHeardByPage === true ? { registerAccelerator: false } : {}), click: () => run(id) };
}
