import { readFileSync } from 'node:fs';
import type { Settings } from '../../contract/settings.ts';

/**
 * Whether the user wants to draw with a card that Chromium has on its list of faulty ones. Asked before `ready`, when the engine
 * is not there yet; of a file that is damaged or cannot be read the engine speaks soon after.
 *
 * @param path the settings file
 */
export function ignoresGpuBlocklist(path: string): boolean {
  try {
    const settings = JSON.parse(readFileSync(path, 'utf8')) as Partial<Settings> | null;
    return settings?.ignoreGpuBlocklist === true;
  } catch {
    return false;
  }
}
