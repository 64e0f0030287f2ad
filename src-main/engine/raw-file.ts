import { lstat, realpath } from 'node:fs/promises';
import type { EntrySource } from '../contract/entries.ts';

export interface RawFile {
  readonly path: string;
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly inode: bigint;
}

const RAW_NAME = /\.nii(\.gz)?$/;

/**
 * The raw file an entry was made from, where it still lies on this disk. Only what the catalog knows
 * from making the entry counts: a path inside a `.pt` was written by whoever wrote that file.
 *
 * @returns undefined if there is none, or another one by now
 */
export async function findRawFile(source: EntrySource | null): Promise<RawFile | undefined> {
  if (source?.path === undefined || !RAW_NAME.test(source.path)) return undefined;
  try {
    const path = await realpath(source.path);
    const facts = await lstat(path, { bigint: true });
    const isSame = facts.isFile() && (source.sizeBytes === undefined || facts.size === BigInt(source.sizeBytes));
    // Files of a Hugging Face cache are links to blobs without an ending; what the link is called decides about gunzip.
    return isSame ? { path: source.path, sizeBytes: facts.size, modifiedNs: facts.mtimeNs, changedNs: facts.ctimeNs, inode: facts.ino } : undefined;
  } catch {
    return undefined;
  }
}
