import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${UNITS[power]}`;
}

/** The catalog wants two files beside its own, and an entry is written under another name first. */
const FEW_FILES = 4;

/** Whether hardly a file can be made at a path; bytes may be free all the same. */
export function lacksFiles(path: string): boolean {
  try {
    const { files, ffree } = statfsSync(path);
    return files > 0 && ffree < FEW_FILES;
  } catch {
    return false;
  }
}

function furtherFiles(count: number): string {
  if (count === 0) return 'No further file';
  return count === 1 ? 'Only one further file' : `Only ${count} further files`;
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
      if (files > 0 && ffree < FEW_FILES) return `${furtherFiles(ffree)} can be made there, although ${size(freeBytes)} are free. `;
      return `${size(freeBytes)} are free there. `;
    } catch {
      if (dirname(at) === at) return '';
    }
  }
}
