import { readFileSync } from 'node:fs';
import packageFile from '../../../package.json' with { type: 'json' };

/**
 * What decides whether sharp's library works in Electron's processes on Linux: the versions of Electron, of
 * sharp, and of the GLib of the system, which is loaded into them.
 *
 * @returns undefined where nothing has to be checked: not Electron, or not Linux
 */
export function imageVersions(electron: string | undefined = process.versions['electron'], platform: NodeJS.Platform = process.platform): string | undefined {
  if (electron === undefined || platform !== 'linux') return undefined;
  return `electron ${electron}, sharp ${packageFile.dependencies.sharp}, glib ${glibVersion()}`;
}

/** Of the GLib in this process, by the name of its file, such as `0.8000.0`. */
function glibVersion(): string {
  try {
    return /libglib-2\.0\.so\.([\d.]+)/.exec(readFileSync('/proc/self/maps', 'utf8'))?.[1] ?? 'none';
  } catch {
    return 'unknown';
  }
}
