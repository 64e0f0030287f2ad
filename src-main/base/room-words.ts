import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}

/**
 * How much room there is at a path, as a sentence for a hint; what is lacking may be files and not
 * bytes, or a quota that nobody can ask for.
 *
 * @returns '' where the file system does not say
 */
export function roomWords(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize, files, ffree } = statfsSync(at);
      const freeBytes = bavail * bsize;
      // File systems without a table of inodes tell 0 of 0.
      if (files > 0 && ffree === 0) return `No further file can be made there, although ${size(freeBytes)} are free. `;
      return `${size(freeBytes)} are free there. `;
    } catch {
      if (dirname(at) === at) return '';
    }
  }
}
