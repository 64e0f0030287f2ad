import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KeySet, LarderError, errnoOf, fileError, syncDirectory, throwIfAborted } from '../base/index.ts';
import type { Cache, Catalog } from '../catalog/index.ts';
import type { CacheKind, EntryDescription, EntryIndex, IndexChoices } from '../kinds/kind.ts';
import type { CacheLayout, Owner } from '../store/index.ts';
import { cachePath, forEachName, listNames, removeFile, withIndexLock } from '../store/index.ts';

type IndexedEntry = Pick<EntryDescription, 'key' | 'name' | 'variant'>;

export interface ExportedIndex {
  readonly entries: number;
  /** False where the index was as it should be. */
  readonly isNew: boolean;
  readonly seconds: number;
}

/**
 * Writes the index of a cache anew from its entries: those whose main file is there and of which
 * somebody knows what they are. It appears as a whole or not at all, in the order of the keys, so
 * that equal entries give equal bytes. What other processes have published meanwhile is in it,
 * because the files are asked and not a memory of them.
 *
 * @param owner whoever holds the staging folder or the lock of the cache
 * @param beforeReplacing called with the file's name if there is an index that will be replaced
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, CANCELLED
 */
export async function exportIndex(catalog: Catalog, cache: Cache, kind: CacheKind, layout: CacheLayout, owner: Owner, wanted: Partial<IndexChoices>, signal: AbortSignal, beforeReplacing?: (file: string) => Promise<void>): Promise<ExportedIndex> {
  const { index } = kind;
  if (index === undefined) throw new LarderError('INTERNAL', `Caches of the kind ${kind.id} have no index.`);
  const startedAt = performance.now();
  return await withIndexLock(layout, owner, signal, async () => {
    await sweepRests(layout, index);
    const present = await presentKeys(kind, layout, signal);
    const strangers = await describeStrangers(catalog, cache, index, layout, present, signal);
    const choices = { ...(await index.choicesOf(layout.directory)), ...wanted };
    let entries = 0;
    const counted = function* (): Generator<IndexedEntry> {
      for (const entry of inKeyOrder(catalog.entries.named(cache.id), strangers)) {
        if (!present.has(entry.key)) continue;
        if (++entries % 1000 === 0) throwIfAborted(signal);
        yield entry;
      }
    };
    const isNew = await replace(cachePath(layout.directory, index.file), index.pieces(counted(), choices), async () => await beforeReplacing?.(index.file));
    catalog.caches.upsert({ kind: kind.id, directory: layout.directory, indexEntries: entries });
    return { entries, isNew, seconds: (performance.now() - startedAt) / 1000 };
  });
}

/** What writers that died here have left; nobody else writes while the lock is held. */
async function sweepRests(layout: CacheLayout, index: EntryIndex): Promise<void> {
  const rests = (await listNames(layout)).filter((name) => name.startsWith(`${index.file}.`) && name.endsWith('.larder-tmp'));
  for (const name of rests) await removeFile(cachePath(layout.directory, name));
}

/** Keys are 32 hex digits in every kind that has an index. */
async function presentKeys(kind: CacheKind, layout: CacheLayout, signal: AbortSignal): Promise<KeySet> {
  const present = new KeySet();
  const take = (name: string): void => {
    const key = kind.keyOfFile(name);
    if (key !== undefined) present.add(key);
  };
  await forEachName(layout, take, signal, [dirname(kind.entryFiles('key')[0])]);
  return present;
}

/** Entries that are there and unknown to the catalog, by key: what another process has made, or the original. */
async function describeStrangers(catalog: Catalog, cache: Cache, index: EntryIndex, layout: CacheLayout, present: KeySet, signal: AbortSignal): Promise<EntryDescription[]> {
  for (const keys of catalog.entries.namedKeys(cache.id)) {
    throwIfAborted(signal);
    present.markAll(keys);
  }
  if (present.markedSize === present.size) return [];
  const strangers: EntryDescription[] = [];
  for await (const entry of index.describe(layout.directory, [...present.unmarked()], signal)) if (entry.name !== null) strangers.push(entry);
  return strangers.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function* inKeyOrder(known: Iterable<IndexedEntry>, strangers: readonly IndexedEntry[]): Generator<IndexedEntry> {
  let at = 0;
  for (const entry of known) {
    while (at < strangers.length && strangers[at]!.key < entry.key) yield strangers[at++]!;
    // One that became known meanwhile is told once.
    if (strangers[at]?.key === entry.key) at++;
    yield entry;
  }
  yield* strangers.slice(at);
}

/** Bytes given to the file at once; the longest piece has some hundred thousand. */
const BLOCK_BYTES = 1 << 20;
/** UTF-8 bytes a UTF-16 unit can become. */
const BYTES_PER_UNIT = 3;

/**
 * Writes a file beside and renames it, unless it is what is there already: an index that is as it
 * should be keeps its time, and training need not read it again.
 */
async function replace(path: string, pieces: Iterable<string>, beforeReplacing: () => Promise<void>): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.larder-tmp`;
  try {
    const written = await write(temporary, pieces);
    const present = await sizeOf(path);
    if (present === written.bytes && (await digestOf(path)) === written.digest) {
      await rm(temporary);
      return false;
    }
    if (present !== undefined) await beforeReplacing();
    await rename(temporary, path);
    await syncDirectory(dirname(path));
    return true;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(error, path, 'writing the index');
  }
}

async function write(path: string, pieces: Iterable<string>): Promise<{ readonly bytes: number; readonly digest: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(path, 'wx');
  try {
    let block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
    let used = 0;
    const flush = async (): Promise<void> => {
      const filled = block.subarray(0, used);
      hash.update(filled);
      bytes += used;
      used = 0;
      await handle.writeFile(filled);
    };
    // Into one block that is used again: text joined in memory first would leave the whole file there as garbage.
    for (const piece of pieces) {
      const most = piece.length * BYTES_PER_UNIT;
      if (used + most > block.length) await flush();
      if (most > block.length) block = Buffer.allocUnsafeSlow(most);
      used += block.write(piece, used);
    }
    await flush();
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, digest: hash.digest('hex') };
}

async function sizeOf(path: string): Promise<number | undefined> {
  return await lstat(path).then(
    (facts) => (facts.isFile() ? facts.size : NO_FILE),
    (error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw fileError(error, path, 'looking at the index');
    },
  );
}

/** A link, a folder: it is replaced, and never read. */
const NO_FILE = -1;

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
