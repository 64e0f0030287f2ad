import { readFile, readdir, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import { LarderError } from '../../base/index.ts';
import type { SourceFile, SourceListing } from '../source.ts';
import { identityOf } from './download-record.ts';
import { parseDigest, toListing } from './listing.ts';

/**
 * Hugging Face's own download cache, read only: Larder uses what is there after checking it, and
 * neither writes to it nor deletes from it. Layout: huggingface_hub docs `local-cache.md`,
 * `_tree_cache.py`.
 */
export interface HfCache {
  /** Files of the right size that may have the content, likeliest first. */
  findCopies(file: SourceFile, commit: string): Promise<string[]>;
  /** A listing without network, from what Python's tools left; undefined when the revision is not there. */
  readListing(revision: string, paths: readonly string[]): Promise<SourceListing | undefined>;
  /** @throws PATH_REFUSED when a directory of ours would lie inside the cache */
  assertOutside(directory: string): Promise<void>;
}

export interface HfCacheOptions {
  readonly repoId: string;
  /** Hub caches, such as `~/.cache/huggingface/hub`. */
  readonly directories: readonly string[];
  /** Folders of the user that hold files by their repository path. */
  readonly localDirectories: readonly string[];
}

export function createHfCache(options: HfCacheOptions): HfCache {
  const folder = `datasets--${options.repoId.replaceAll('/', '--')}`;
  const entriesOf = createDirectoryMemory();
  return {
    findCopies: async (file, commit) => {
      const copies: string[] = [];
      for (const directory of options.directories) {
        await addIfFits(copies, file, ownCandidates(join(directory, folder), file, commit));
        const snapshots = await entriesOf(join(directory, folder, 'snapshots'));
        await addIfFits(copies, file, snapshots.map((name) => join(directory, folder, 'snapshots', name, file.path)));
        const others = (await entriesOf(directory)).filter((name) => name.startsWith('datasets--') && name !== folder);
        await addIfFits(copies, file, others.map((name) => join(directory, name, 'blobs', file.digest.hex)));
      }
      await addIfFits(copies, file, options.localDirectories.map((directory) => join(directory, file.path)));
      return copies;
    },
    readListing: async (revision, paths) => {
      for (const directory of options.directories) {
        const listing = await readCachedListing(join(directory, folder), options.repoId, revision, paths);
        if (listing !== undefined) return listing;
      }
      return undefined;
    },
    assertOutside: async (directory) => {
      for (const cache of options.directories) {
        if (await isInside(directory, cache)) throw insideCacheError(directory, cache);
      }
    },
  };
}

/** As `findCopies`, of one file of a dataset. */
export async function findCachedCopies(repoId: string, directories: readonly string[], file: SourceFile, commit: string): Promise<readonly string[]> {
  return await createHfCache({ repoId, directories, localDirectories: [] }).findCopies(file, commit);
}

/** Directory contents, read once per source: thousands of files ask the same question. */
function createDirectoryMemory(): (path: string) => Promise<readonly string[]> {
  const memory = new Map<string, Promise<readonly string[]>>();
  return (path) => {
    const known = memory.get(path) ?? readdir(path).catch((): string[] => []);
    memory.set(path, known);
    return known;
  };
}

function ownCandidates(repository: string, file: SourceFile, commit: string): string[] {
  return [join(repository, 'blobs', file.digest.hex), join(repository, 'snapshots', commit, file.path)];
}

async function addIfFits(copies: string[], file: SourceFile, candidates: readonly string[]): Promise<void> {
  for (const path of candidates) {
    if (copies.includes(path)) continue;
    const identity = await identityOf(path);
    if (identity?.sizeBytes === file.sizeBytes) copies.push(path);
  }
}

const treeSchema = z.object({
  format_version: z.literal(1),
  files: z.record(
    z.string(),
    z.object({ size: z.number(), blob_id: z.string(), lfs_sha256: z.string().nullish(), lfs_size: z.number().nullish() }),
  ),
});

async function readCachedListing(repository: string, id: string, revision: string, paths: readonly string[]): Promise<SourceListing | undefined> {
  const commit = await readCommit(repository, revision);
  if (commit === undefined) return undefined;
  const text = await readFile(join(repository, 'trees', `${commit}.json`), 'utf8').catch(() => undefined);
  const files = text === undefined ? await listSnapshot(repository, commit, paths) : parseTree(text);
  return files === undefined ? undefined : toListing(id, commit, paths, files);
}

/** A commit means itself; a branch or tag is a text file under `refs/`. */
async function readCommit(repository: string, revision: string): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/.test(revision)) return revision;
  if (revision.split(/[/\\]/).includes('..')) return undefined;
  const text = await readFile(join(repository, 'refs', revision), 'utf8').catch(() => '');
  return /^[0-9a-f]{40}$/.test(text.trim()) ? text.trim() : undefined;
}

/** Undefined for a version of the format that is not 1. */
function parseTree(text: string): Map<string, SourceFile> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Cut off while it was written; as good as absent.
    return undefined;
  }
  const tree = treeSchema.safeParse(json).data;
  if (tree === undefined) return undefined;
  return new Map(Object.entries(tree.files).map(([path, entry]) => [path, treeFile(path, entry)]));
}

function treeFile(path: string, entry: z.infer<typeof treeSchema>['files'][string]): SourceFile {
  const digest = entry.lfs_sha256 == null ? parseDigest('git-sha1', entry.blob_id, path) : parseDigest('sha256', entry.lfs_sha256, path);
  return { path, sizeBytes: entry.lfs_size ?? entry.size, digest };
}

/** Without a stored tree: what the snapshot has, the digests by the names of the blobs. */
async function listSnapshot(repository: string, commit: string, paths: readonly string[]): Promise<Map<string, SourceFile> | undefined> {
  const files = new Map<string, SourceFile>();
  for (const path of paths) {
    const link = join(repository, 'snapshots', commit, path);
    const identity = await identityOf(link);
    const blob = await blobName(repository, link);
    if (identity === undefined || blob === undefined) continue;
    const algorithm = blob.length === 64 ? 'sha256' : 'git-sha1';
    files.set(path, { path, sizeBytes: identity.sizeBytes, digest: { algorithm, hex: blob } });
  }
  return files.size === 0 ? undefined : files;
}

/** The blob may itself be a link into a store shared by repositories; its name is found on the first step. */
async function blobName(repository: string, link: string): Promise<string | undefined> {
  const target = await readlink(link).catch(() => undefined);
  const name = target?.split(/[/\\]/).at(-1) ?? '';
  const isBlob = target !== undefined && resolve(link, '..', target) === join(resolve(repository), 'blobs', name);
  return isBlob && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name) ? name : undefined;
}

async function isInside(directory: string, cache: string): Promise<boolean> {
  const real = async (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
  const way = relative(await real(cache), await real(directory));
  return way === '' || (!isAbsolute(way) && way !== '..' && !way.startsWith(`..${sep}`));
}

function insideCacheError(directory: string, cache: string): LarderError {
  return new LarderError('PATH_REFUSED', `Downloads cannot be kept in ${directory}: it belongs to Hugging Face's cache at ${cache}.`, {
    hint: 'Choose a folder outside of it; Larder uses that cache, but never writes to it.',
    details: { directory, cache },
  });
}

