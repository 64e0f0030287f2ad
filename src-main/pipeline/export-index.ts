import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LarderError, errnoOf, fileError, throwIfAborted, writeFileAtomic } from '../base/index.ts';
import type { Cache, Catalog } from '../catalog/index.ts';
import type { CacheKind, EntryDescription, EntryIndex, IndexChoices } from '../kinds/kind.ts';
import type { CacheLayout, Owner } from '../store/index.ts';
import { cachePath, listNames, removeFile, withIndexLock } from '../store/index.ts';

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
    const path = cachePath(layout.directory, index.file);
    await sweepRests(layout, index);
    const entries = await collect(catalog, cache, kind, index, layout, signal);
    const choices = { ...(await index.choicesOf(layout.directory)), ...wanted };
    const isNew = !(await isSame(path, entries, index, choices));
    if (isNew && (await sizeOf(path)) !== undefined) await beforeReplacing?.(index.file);
    try {
      if (isNew) await writeFileAtomic(path, joined(index.pieces(entries, choices)));
    } catch (error) {
      throw fileError(error, path, 'writing the index');
    }
    return { entries: entries.length, isNew, seconds: (performance.now() - startedAt) / 1000 };
  });
}

/** What writers that died here have left; nobody else writes while the lock is held. */
async function sweepRests(layout: CacheLayout, index: EntryIndex): Promise<void> {
  const rests = (await listNames(layout)).filter((name) => name.startsWith(`${index.file}.`) && name.endsWith('.larder-tmp'));
  for (const name of rests) await removeFile(cachePath(layout.directory, name));
}

/** Entries with a file, by key. */
async function collect(catalog: Catalog, cache: Cache, kind: CacheKind, index: EntryIndex, layout: CacheLayout, signal: AbortSignal): Promise<EntryDescription[]> {
  const present = new Set<string>();
  for (const name of await listNames(layout, signal, [dirname(kind.entryFiles('key')[0])])) {
    const key = kind.keyOfFile(name);
    if (key !== undefined) present.add(key);
  }
  const entries: EntryDescription[] = [];
  for (const { key, name, variant, shape, dtype } of catalog.entries.iterate({ cacheId: cache.id })) {
    if (entries.length % 1000 === 0) throwIfAborted(signal);
    if (name === null || variant == null || !present.delete(key)) continue;
    entries.push({ key, name, variant, shape, dtype });
  }
  for await (const entry of index.describe(layout.directory, Array.from(present), signal)) if (entry.name !== null) entries.push(entry);
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Larger pieces cost fewer system calls. */
const PIECE_LENGTH = 1 << 18;

function* joined(pieces: Iterable<string>): Generator<string> {
  let text: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    text.push(piece);
    length += piece.length;
    if (length < PIECE_LENGTH) continue;
    yield text.join('');
    text = [];
    length = 0;
  }
  yield text.join('');
}

async function sizeOf(path: string): Promise<number | undefined> {
  return await stat(path).then(
    (facts) => facts.size,
    (error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw fileError(error, path, 'looking at the index');
    },
  );
}

/** An index that is as it should be keeps its time: training need not read it again. */
async function isSame(path: string, entries: readonly EntryDescription[], index: EntryIndex, choices: IndexChoices): Promise<boolean> {
  const sizeBytes = await sizeOf(path);
  if (sizeBytes === undefined) return false;
  const hash = createHash('sha256');
  let bytes = 0;
  for (const piece of joined(index.pieces(entries, choices))) {
    bytes += Buffer.byteLength(piece);
    if (bytes > sizeBytes) return false;
    hash.update(piece);
  }
  if (bytes !== sizeBytes) return false;
  const found = createHash('sha256');
  for await (const chunk of createReadStream(path)) found.update(chunk as Buffer);
  return hash.digest('hex') === found.digest('hex');
}
