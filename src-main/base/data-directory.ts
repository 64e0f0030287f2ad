import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the catalog lives: the user's data folder, by each system's custom; `LARDER_DATA_DIR` overrides it. */
export function dataDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  const own = environment['LARDER_DATA_DIR'];
  if (own !== undefined && own !== '') return own;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Larder');
  if (process.platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Larder');
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'larder');
}
