import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** How the Hub keeps a file: in its storage (302 to it), in git (200), or in git behind a 307 to `/api/resolve-cache`. */
export type StoredAs = 'lfs' | 'git' | 'git-cached';

export interface DoubleFile {
  /** Path in the repository. */
  readonly path: string;
  /** The bytes, or the path of a file on disk that has them. */
  readonly content: Uint8Array | string;
  readonly storedAs?: StoredAs;
}

export interface StoredFile {
  readonly path: string;
  readonly storedAs: StoredAs;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly gitSha1: string;
  /** Bytes [from, to). */
  read(from: number, to: number): Readable;
}

export interface Commit {
  readonly sha: string;
  readonly files: ReadonlyMap<string, StoredFile>;
}

/** Reads and hashes the given files; the commit's name is made from their names and digests. */
export async function storeCommit(files: readonly DoubleFile[]): Promise<Commit> {
  const stored = new Map<string, StoredFile>();
  for (const file of files) stored.set(file.path, await storeFile(file));
  const text = [...stored.values()].map((file) => `${file.sha256} ${file.path}\n`).join('');
  return { sha: createHash('sha1').update(text).digest('hex'), files: stored };
}

async function storeFile(file: DoubleFile): Promise<StoredFile> {
  const { content } = file;
  const sizeBytes = typeof content === 'string' ? (await stat(content)).size : content.length;
  const read = (from: number, to: number): Readable => {
    if (to <= from) return Readable.from([]);
    return typeof content === 'string' ? createReadStream(content, { start: from, end: to - 1 }) : Readable.from(pieces(content.subarray(from, to)));
  };
  const sha256 = createHash('sha256');
  const gitSha1 = createHash('sha1').update(`blob ${sizeBytes}\0`);
  for await (const chunk of read(0, sizeBytes) as AsyncIterable<Uint8Array>) {
    sha256.update(chunk);
    gitSha1.update(chunk);
  }
  const digests = { sha256: sha256.digest('hex'), gitSha1: gitSha1.digest('hex') };
  return { path: file.path, storedAs: file.storedAs ?? 'lfs', sizeBytes, ...digests, read };
}

const PIECE = 64 << 10;

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

/** An entry of `/tree/` and `paths-info`, in the form the Hub's clients parse. */
export interface ListedEntry {
  readonly type: string;
  readonly path: string;
  readonly oid: string;
  readonly size: number;
  readonly lfs?: { readonly oid: string; readonly size: number; readonly pointerSize: number };
}

export function listFile(file: StoredFile): ListedEntry {
  const entry = { type: 'file', path: file.path, oid: file.gitSha1, size: file.sizeBytes };
  if (file.storedAs !== 'lfs') return entry;
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${file.sha256}\nsize ${file.sizeBytes}\n`;
  const pointerSize = Buffer.byteLength(pointer);
  const oid = createHash('sha1').update(`blob ${pointerSize}\0${pointer}`).digest('hex');
  return { ...entry, oid, lfs: { oid: file.sha256, size: file.sizeBytes, pointerSize } };
}

/** Folders and files below `folder`, in order of their paths. */
export function listEntries(commit: Commit, folder: string): ListedEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const entries = new Map<string, ListedEntry>();
  for (const file of commit.files.values()) {
    if (!file.path.startsWith(prefix)) continue;
    for (const parent of parentsOf(file.path)) {
      if (parent.length <= folder.length) continue;
      entries.set(parent, { type: 'directory', path: parent, oid: createHash('sha1').update(parent).digest('hex'), size: 0 });
    }
    entries.set(file.path, listFile(file));
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function parentsOf(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(0, -1).map((_, index) => segments.slice(0, index + 1).join('/'));
}
