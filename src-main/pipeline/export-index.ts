import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KeySet, LarderError, errnoOf, fileError, syncDirectory, throwIfAborted } from '../base/index.ts';
import { MAX_VARIANTS } from '../catalog/index.ts';
import type { Cache, Catalog } from '../catalog/index.ts';
import { indexEntryText } from '../kinds/index.ts';
import type { CacheKind, EntryIndex, IndexChoices, IndexForm, IndexedEntry } from '../kinds/index.ts';
import type { CacheLayout, Owner } from '../store/index.ts';
import { cachePath, forEachName, listNames, removeFile, withIndexLock } from '../store/index.ts';
import { writeText } from './write-text.ts';

export interface ExportedIndex {
  readonly entries: number;
  /** False where the index was as it should be. */
  readonly isNew: boolean;
  readonly seconds: number;
}

export interface ExportOptions {
  /** Called with the file's name if there is an index that will be replaced. */
  readonly beforeReplacing?: (file: string) => Promise<void>;
  /**
   * On a full disk the old index is given up before the new one is written, if that one takes no more room: what lists
   * entries that were removed is worse than none, which the next command makes.
   */
  readonly makesWay?: boolean;
}

/**
 * Writes the index of a cache anew from its entries: those whose main file is there and of which
 * somebody knows what they are. It appears as a whole or not at all, in the order of the keys, so
 * that equal entries give equal bytes. What other processes have published meanwhile is in it,
 * because the files are asked and not a memory of them.
 *
 * @param owner whoever holds the staging folder or the lock of the cache
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, CANCELLED
 */
export async function exportIndex(catalog: Catalog, cache: Cache, kind: CacheKind, layout: CacheLayout, owner: Owner, wanted: Partial<IndexChoices>, signal: AbortSignal, options: ExportOptions = {}): Promise<ExportedIndex> {
  const { index } = kind;
  if (index === undefined) throw new LarderError('INTERNAL', `Caches of the kind ${kind.id} have no index.`);
  const startedAt = performance.now();
  const write = async (): Promise<ExportedIndex> => {
    await sweepRests(layout, index);
    const present = await presentKeys(kind, layout, signal);
    const variants = markKnown(catalog, cache, present, signal);
    const strangers = present.markedSize === present.size ? [] : await describeStrangers(index, layout, present, signal);
    const form = index.form({ ...(await index.choicesOf(layout.directory)), ...wanted });
    let entries = 0;
    const pieces = function* (): Generator<string | Uint8Array> {
      const text = new IndexText(catalog, cache, form, present, signal);
      yield* text.pieces(variants, strangers);
      entries = text.entries;
    };
    const isNew = await replace(cachePath(layout.directory, index.file), pieces, options.makesWay === true, async () => await options.beforeReplacing?.(index.file));
    catalog.caches.upsert({ kind: kind.id, directory: layout.directory, indexEntries: entries });
    return { entries, isNew, seconds: (performance.now() - startedAt) / 1000 };
  };
  return await withIndexLock(layout, owner, signal, write, { needsNoSpace: options.makesWay === true });
}

/**
 * Whether entries came or went since the index was written, by the times of the file and of the folder of the entries; also
 * where there is none. What a full disk kept from being written is made up for then.
 */
export async function isIndexBehind(kind: CacheKind, layout: CacheLayout): Promise<boolean> {
  if (kind.index === undefined) return false;
  const timeOf = async (path: string): Promise<number | undefined> => await lstat(cachePath(layout.directory, path)).then((facts) => facts.mtimeMs, () => undefined);
  const [index, folder] = await Promise.all([timeOf(kind.index.file), timeOf(dirname(kind.entryFiles('key')[0]))]);
  return folder !== undefined && (index === undefined || index < folder);
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

/** @returns variants of the entries that the catalog knows */
function markKnown(catalog: Catalog, cache: Cache, present: KeySet, signal: AbortSignal): Set<string> {
  const known = new Set<string>();
  for (const { keys, variants } of catalog.entries.namedKeys(cache.id)) {
    throwIfAborted(signal);
    present.markAll(keys);
    for (const variant of variants) known.add(variant);
  }
  return known;
}

/** Entries that are there and unknown to the catalog, by key: what another process has made, or the original. */
async function describeStrangers(index: EntryIndex, layout: CacheLayout, present: KeySet, signal: AbortSignal): Promise<IndexedEntry[]> {
  const strangers: IndexedEntry[] = [];
  for await (const { key, name, variant } of index.describe(layout.directory, present.unmarked(), signal)) if (name !== null) strangers.push({ key, name, variant: variant ?? '' });
  return strangers.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The text of an index: made by the database where it knows all entries of a stretch and all of them are there, otherwise of rows. */
class IndexText {
  readonly #catalog: Catalog;
  readonly #cache: Cache;
  readonly #form: IndexForm;
  readonly #present: KeySet;
  readonly #signal: AbortSignal;
  /** Those that have been handed over. */
  entries = 0;

  constructor(catalog: Catalog, cache: Cache, form: IndexForm, present: KeySet, signal: AbortSignal) {
    this.#catalog = catalog;
    this.#cache = cache;
    this.#form = form;
    this.#present = present;
    this.#signal = signal;
  }

  /** @param strangers by key */
  *pieces(variants: ReadonlySet<string>, strangers: readonly IndexedEntry[]): Generator<string | Uint8Array> {
    const { entries } = this.#catalog;
    const { entry, between, begin, end, empty } = this.#form;
    // Of more than these the database would compare every row with hundreds of names.
    const texts = variants.size > MAX_VARIANTS ? [] : Array.from(variants, (variant) => [variant, this.#form.variantText(variant)] as const);
    let after = '';
    let at = 0;
    for (const block of entries.namedTexts(this.#cache.id, { parts: entry, between, variants: new Map(texts) })) {
      throwIfAborted(this.#signal);
      const from = at;
      while (at < strangers.length && strangers[at]!.key <= block.last) at++;
      if (block.text !== undefined && at === from && this.#present.hasAll(block.keys)) {
        yield this.entries === 0 ? begin : between;
        yield block.text;
        this.entries += block.count;
      } else yield* this.#each(inKeyOrder(entries.named(this.#cache.id, { after, last: block.last }), strangers.slice(from, at)));
      after = block.last;
    }
    yield* this.#each(strangers.slice(at));
    yield this.entries === 0 ? empty : end;
  }

  *#each(entries: Iterable<IndexedEntry>): Generator<string> {
    for (const entry of entries) {
      if (!this.#present.has(entry.key)) continue;
      yield (this.entries++ === 0 ? this.#form.begin : this.#form.between) + indexEntryText(this.#form, entry);
    }
  }
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

/**
 * Writes a file beside and renames it, unless it is what is there already: an index that is as it
 * should be keeps its time, and training need not read it again.
 */
async function replace(path: string, pieces: () => Iterable<string | Uint8Array>, makesWay: boolean, beforeReplacing: () => Promise<void>): Promise<boolean> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.larder-tmp`;
  try {
    const written = await writeText(temporary, pieces()).catch(async (error: unknown) => {
      await rm(temporary, { force: true });
      if (!makesWay || !isLackOfSpace(error) || !(await makeWay(path, pieces()))) throw error;
      return await writeText(temporary, pieces());
    });
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

function isLackOfSpace(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOSPC' || errno === 'EDQUOT';
}

/** Gives up the old index where the new one fits into its room. @returns false if it stays */
async function makeWay(path: string, pieces: Iterable<string | Uint8Array>): Promise<boolean> {
  const present = await sizeOf(path);
  if (present === undefined || present === NO_FILE) return false;
  let bytes = 0;
  for (const piece of pieces) bytes += Buffer.byteLength(piece);
  if (bytes > present) return false;
  await rm(path, { force: true });
  return true;
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
