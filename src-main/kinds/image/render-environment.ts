import { join } from 'node:path';
import { fileError, makeFolderSync, writeFileAtomic } from '../../base/index.ts';

/** Changes whenever the same input would give other pixels. Stored with every picture. */
export const RENDERER_VERSION = 1;

/** No folder of the system, no hinting: pixels depend on the font file alone. */
function fontsConf(cacheDirectory: string): string {
  const escaped = cacheDirectory.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <cachedir>${escaped}</cachedir>
  <match target="pattern">
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
  </match>
</fontconfig>
`;
}

/**
 * Writes the font settings and says which variables the environment of a rendering worker must have
 * from its start on: the font library reads them once.
 *
 * @param directory absolute, our own; made if it is not there
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED
 */
export async function prepareRenderEnvironment(directory: string): Promise<Readonly<Record<string, string>>> {
  const file = join(directory, 'fonts.conf');
  try {
    makeFolderSync(directory);
    await writeFileAtomic(file, fontsConf(join(directory, 'cache')));
  } catch (error) {
    throw fileError(error, file, 'writing the settings of the fonts in');
  }
  // On macOS and Windows Pango would otherwise not ask fontconfig, and ignore the font file.
  return { FONTCONFIG_FILE: file, PANGOCAIRO_BACKEND: 'fontconfig' };
}
