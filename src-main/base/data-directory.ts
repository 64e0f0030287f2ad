import { isAbsolute, join } from 'node:path';
import { LarderError } from './errors.ts';
import { homeFolder } from './home-folder.ts';

/** Where the catalog lives: the user's data folder, by each system's custom; `LARDER_DATA_DIR` overrides it. @throws FILE_NOT_FOUND if the user has no home */
export function dataDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const own = environment['LARDER_DATA_DIR'];
  if (own !== undefined && own !== '') return own;
  if (process.platform === 'darwin') return join(ownHome(), 'Library', 'Application Support', 'Larder');
  if (process.platform === 'win32') return join(environment['LOCALAPPDATA'] || join(ownHome(), 'AppData', 'Local'), 'Larder');
  // The specification of these variables: one that is empty or relative is as good as not set.
  const shared = environment['XDG_DATA_HOME'];
  return join(shared !== undefined && isAbsolute(shared) ? shared : join(ownHome(), '.local', 'share'), 'larder');
}

function ownHome(): string {
  const home = homeFolder();
  if (home === undefined) throw new LarderError('FILE_NOT_FOUND', 'There is no home folder for the data of Larder: HOME is not set, and the system does not know this user.', { hint: 'Set HOME, or LARDER_DATA_DIR to a folder that can be written.' });
  return home;
}
