import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { DoubleFile } from './repository.ts';

/** Git keeps small texts itself; everything else is in the storage, as on the Hub. */
const GIT_TEXT = /\.(?:md|txt|csv|json|yaml|yml)$|(?:^|\/)\.git(?:attributes|ignore)$/i;

/** Every regular file below a folder, served from disk. */
export async function readFolder(folder: string): Promise<DoubleFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry): DoubleFile => {
      const content = join(entry.parentPath, entry.name);
      const path = relative(folder, content).split(sep).join('/');
      return { path, content, storedAs: GIT_TEXT.test(path) ? 'git' : 'lfs' };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
