import { extname, join } from 'node:path';
import type { SourceFile } from '../source.ts';

/** The names of one content in a download directory. */
export interface DownloadPaths {
  /** `<hex>-<size>`: a moved branch or a renamed path still finds what was received. */
  readonly key: string;
  readonly part: string;
  readonly record: string;
  readonly lock: string;
  /** The finished file; it keeps the extension by which readers know the format. */
  readonly final: string;
}

export function downloadPaths(directory: string, file: SourceFile): DownloadPaths {
  const key = `${file.digest.hex}-${file.sizeBytes}`;
  const base = join(directory, key);
  return { key, part: `${base}.part`, record: `${base}.json`, lock: `${base}.lock`, final: base + extensionOf(file.path) };
}

/** `.nii.gz` of `a/b.c.nii.gz`: the last extension, with the one before it when the last is a compression. Empty when there is none or it is unusual. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const last = extname(name);
  const inner = /^\.(?:gz|bz2|xz|zst)$/i.test(last) ? extname(name.slice(0, -last.length)) : '';
  const extension = inner + last;
  // `.part`, `.json` and `.lock` are names of this directory.
  return /^(?:\.[A-Za-z0-9]{1,10}){1,2}$/.test(extension) && !/^\.(?:part|json|lock)$/i.test(extension) ? extension : '';
}
