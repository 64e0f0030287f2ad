import type { AppCommand, AppCommandId } from '../../../src-main/contract/app-commands.ts';
import { APP_COMMANDS } from '../../../src-main/contract/app-commands.ts';
import type { Choice } from '../../../src-main/contract/desktop.ts';
import { canChoosePath, choosePath } from '../../state/index.ts';
import { askForPath, lookAtPath } from '../drop/drop-state.ts';
import { navigate } from '../navigation/use-route.ts';
import { askForFolder } from './new-state.ts';

/** What a command does that is no place. Without dialogs of a system its page is gone to instead. */
const ACTIONS: Partial<Record<AppCommandId, () => Promise<void> | void>> = {
  'open-config': () => choose('config', () => navigate({ screen: 'new' })),
  look: () => askForPath(null, 'A config is read and checked, a cache folder opened, a list, an entry or a NIfTI looked at. Nothing on disk is touched.'),
  'open-folder': () => choose('cache', askForFolder),
};

async function choose(choice: Choice, otherwise: () => void): Promise<void> {
  if (!canChoosePath()) {
    otherwise();
    return;
  }
  const path = await choosePath(choice);
  if (path !== null) await lookAtPath(path);
}

/** Does a command of the table the menus have too. */
export async function runCommand(id: AppCommandId): Promise<void> {
  const command: AppCommand | undefined = APP_COMMANDS.find((candidate) => candidate.id === id);
  if (command?.goTo !== undefined) location.hash = command.goTo;
  else await ACTIONS[id]?.();
}
