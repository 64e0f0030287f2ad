import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LarderError, errnoOf, fileError, syncDirectory, throwIfAborted } from '../base/index.ts';
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
    await sweepRests(layout, index);
    const present = await presentKeys(kind, layout, signal);
    const strangers = await describeStrangers(catalog, cache, index, layout, present, signal);
    const choices = { ...(await index.choicesOf(layout.directory)), ...wanted };
    let entries = 0;
    const counted = function* (): Generator<EntryDescription> {
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

async function presentKeys(kind: CacheKind, layout: CacheLayout, signal: AbortSignal): Promise<Set<string>> {
  const present = new Set<string>();
  for (const name of await listNames(layout, signal, [dirname(kind.entryFiles('key')[0])])) {
    const key = kind.keyOfFile(name);
    if (key !== undefined) present.add(key);
  }
  return present;
}

/** Entries that are there and unknown to the catalog, by key: what another process has made, or the original. */
async function describeStrangers(catalog: Catalog, cache: Cache, index: EntryIndex, layout: CacheLayout, present: ReadonlySet<string>, signal: AbortSignal): Promise<EntryDescription[]> {
  const unknown = new Set(present);
  for (const { key } of catalog.entries.named(cache.id)) unknown.delete(key);
  const strangers: EntryDescription[] = [];
  for await (const entry of index.describe(layout.directory, Array.from(unknown), signal)) if (entry.name !== null) strangers.push(entry);
  return strangers.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function* inKeyOrder(known: Iterable<EntryDescription>, strangers: readonly EntryDescription[]): Generator<EntryDescription> {
  let at = 0;
  for (const entry of known) {
    while (at < strangers.length && strangers[at]!.key < entry.key) yield strangers[at++]!;
    // One that became known meanwhile is told once.
    if (strangers[at]?.key === entry.key) at++;
    yield entry;
  }
  yield* strangers.slice(at);
}

/** Larger pieces cost fewer system calls. */
const PIECE_LENGTH = 1 << 18;

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
    for (const piece of joined(pieces)) {
      const buffer = Buffer.from(piece, 'utf8');
      hash.update(buffer);
      bytes += buffer.length;
      await handle.writeFile(buffer);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { bytes, digest: hash.digest('hex') };
}

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

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
