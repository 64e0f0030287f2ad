import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from '../../base/index.ts';

const HOME = homeFolder();
/** Where distributions put the Khmer OS fonts. */
const FOLDERS = ['/usr/share/fonts/truetype/khmeros', '/usr/share/fonts/khmeros-base-fonts', '/usr/share/fonts/khmeros', '/usr/local/share/fonts', ...(HOME === undefined ? [] : [join(HOME, '.fonts'), join(HOME, 'Library', 'Fonts')]), '/Library/Fonts'];

/** A folder with `KhmerOS.ttf`, or undefined. Training keeps its fonts in its own folder; this is for trying things. */
export function findKhmerFonts(): string | undefined {
  return FOLDERS.find((folder) => existsSync(join(folder, 'KhmerOS.ttf')));
}
