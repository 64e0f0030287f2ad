import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from './errors.ts';

/**
 * Makes a folder and those above it. Node's own `recursive` tells ENOENT where a file system is read-only or a quota is
 * used up.
 *
 * @throws the system error
 */
export function makeFolderSync(directory: string): void {
  if (isMade(directory)) return;
  makeFolderSync(dirname(directory));
  // Once more, and not `recursive`: where a file system lets nothing be made in a folder that is there (/proc, an automounter), that tries for ever.
  isMade(directory, true);
}

/** @returns false where the folder above is missing @param isLast throws then too */
function isMade(directory: string, isLast = false): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EEXIST' && statSync(directory).isDirectory()) return true;
    if (!isLast && errno === 'ENOENT' && dirname(directory) !== directory) return false;
    throw error;
  }
}
