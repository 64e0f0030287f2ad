import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * Loads sharp's library so that it uses its own GLib, on Linux under Electron only.
 *
 * Electron's processes there have the GLib of the system loaded, libvips carries another one, and without
 * this it would get some functions from either: lovell/sharp #4522, electron/electron #46323. To be
 * called before anything imports `sharp`; plain Node has no GLib and needs none of this.
 *
 * @returns the file that was loaded; undefined where nothing had to be, or sharp is not for this system
 */
export function prepareImages(isElectron: boolean = process.versions['electron'] !== undefined, platform: NodeJS.Platform = process.platform): string | undefined {
  if (!isElectron || platform !== 'linux') return undefined;
  const require = createRequire(import.meta.url);
  for (const name of [`@img/sharp-linux-${process.arch}`, `@img/sharp-linuxmusl-${process.arch}`]) {
    try {
      const folder = join(dirname(require.resolve(`${name}/package`)), 'lib');
      const file = readdirSync(folder).find((entry) => entry.endsWith('.node'));
      if (file === undefined) continue;
      const path = join(folder, file);
      process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_DEEPBIND);
      return path;
    } catch {
      // Not for this system; a library that is broken is told by sharp itself, in better words.
    }
  }
  return undefined;
}
