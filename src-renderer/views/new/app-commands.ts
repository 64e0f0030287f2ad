import type { AppCommand, AppCommandId } from '../../../src-main/contract/app-commands.ts';
import { APP_COMMANDS } from '../../../src-main/contract/app-commands.ts';
import type { Choice } from '../../../src-main/contract/desktop.ts';
import { choosePath } from '../../state/index.ts';
import { askForPath, lookAtPath } from '../drop/drop-state.ts';

/** What a command does that is no place. */
const ACTIONS: Partial<Record<AppCommandId, () => Promise<void> | void>> = {
  'open-config': () => choose('config'),
  look: () => askForPath(null, 'A config is read and checked, a cache folder opened, a list, an entry or a NIfTI looked at. Nothing on disk is touched.'),
  'open-folder': () => choose('cache'),
};

async function choose(choice: Choice): Promise<void> {
  const path = await choosePath(choice);
  if (path !== null) await lookAtPath(path);
}

/** Does a command of the table the menus have too. */
export async function runCommand(id: AppCommandId): Promise<void> {
  const command: AppCommand | undefined = APP_COMMANDS.find((candidate) => candidate.id === id);
  if (command?.goTo !== undefined) location.hash = command.goTo;
  else await ACTIONS[id]?.();
}
