import { dirname } from 'node:path';
import { KeySet } from '../base/index.ts';
import type { Catalog, Cache, EntryChange, EntryFacts } from '../catalog/index.ts';
import type { CacheKind, KindItem } from '../kinds/kind.ts';
import type { CacheLayout, ScannedFile } from '../store/index.ts';
import { forEachFile, forEachName, quarantined, statFiles } from '../store/index.ts';

/** Of every kind. A record of somebody else may have anything in its place. */
const KEY = /^[0-9a-f]{32}$/;
/** Rows written in one transaction. */
const CHANGES_AT_ONCE = 50_000;

export interface SyncResult {
  readonly files: number;
  readonly added: number;
  readonly changed: number;
  readonly vanished: number;
  /** Of those, entries that were thought to be there: nobody of us has taken them away. */
  readonly lost: number;
}

/**
 * Brings the catalog's rows of one cache in line with its files, which are the truth. Facts that
 * only the catalog has (verification, origin, errors) stay with files that have not changed.
 *
 * @param required the config's items, where a config is at hand
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED, CATALOG_DAMAGED, CANCELLED
 */
export async function syncCatalog(catalog: Catalog, cache: Cache, kind: CacheKind, layout: CacheLayout, required: readonly KindItem[] | undefined, signal: AbortSignal): Promise<SyncResult> {
  if (required !== undefined) catalog.entries.replaceRequired(cache.id, required);
  return await new CatalogSync(catalog, cache, kind, layout, signal).run();
}

class CatalogSync {
  readonly #catalog: Catalog;
  readonly #cache: Cache;
  readonly #kind: CacheKind;
  readonly #layout: CacheLayout;
  readonly #signal: AbortSignal;
  /** Keys with a file; marked are those that were met in the catalog. Keys of all kinds are 32 hex digits. */
  readonly #present = new KeySet();
  /** Keys with a file in quarantine. */
  readonly #aside = new KeySet();
  #changes: EntryChange[] = [];
  readonly #forgotten: string[] = [];
  #files = 0;
  #added = 0;
  #changed = 0;
  #vanished = 0;
  #lost = 0;

  constructor(catalog: Catalog, cache: Cache, kind: CacheKind, layout: CacheLayout, signal: AbortSignal) {
    this.#catalog = catalog;
    this.#cache = cache;
    this.#kind = kind;
    this.#layout = layout;
    this.#signal = signal;
  }

  /** Row by row what is known, then what nobody knows; only the keys of the folder are in memory as a whole. */
  async run(): Promise<SyncResult> {
    const { entries } = this.#catalog;
    const take = (name: string): void => {
      const key = this.#kind.keyOfFile(name);
      if (key !== undefined) this.#present.add(key);
    };
    await forEachName(this.#layout, take, this.#signal, [folderOfEntries(this.#kind)]);
    for await (const records of quarantined(this.#layout)) for (const { key } of records) if (key !== null && KEY.test(key)) this.#aside.add(key);
    const hasList = entries.hasRequired(this.#cache.id);
    for (const rows of entries.facts(this.#cache.id)) await this.#compare(rows, hasList);
    await this.#addUnmet(hasList);
    this.#flush();
    entries.remove(this.#cache.id, this.#forgotten);
    return { files: this.#files, added: this.#added, changed: this.#changed, vanished: this.#vanished, lost: this.#lost };
  }

  async #compare(rows: readonly EntryFacts[], hasList: boolean): Promise<void> {
    // A file that a row names may have come after the folder was listed.
    const names = rows.flatMap((row) => this.#fileOf(row) ?? []);
    const files = await statFiles(this.#layout, names, this.#signal);
    for (const row of rows) {
      this.#assertOwnKey(row);
      const file = files.get(this.#fileOf(row) ?? '');
      this.#present.markAll(row.key);
      // What is listed and cannot be looked at is as it was last seen.
      if (file?.isShown === false && this.#present.has(row.key)) continue;
      if (file?.isRegular !== true || !file.isShown) this.#gone(row);
      else this.#met(row, file, row.position !== null || !hasList);
    }
    this.#flushIfMany();
  }

  /** A row whose file is there and belongs to another key has lost its own: its index still leads to it by that. */
  #assertOwnKey({ key, file }: EntryFacts): void {
    const keyOfFile = file === null || this.#present.has(key) ? undefined : this.#kind.keyOfFile(file);
    if (keyOfFile !== undefined && keyOfFile !== key && this.#present.has(keyOfFile)) throw this.#catalog.damaged(`the row of ${file} has the key ${key}`);
  }

  /** Never a name with a zero in it, as a damaged row may hold one: there is no such file, and the system cannot be asked about it. */
  #fileOf({ key, file }: EntryFacts): string | null {
    if (this.#present.has(key)) return this.#kind.entryFiles(key)[0];
    return file?.includes('\0') === true ? null : file;
  }

  #met(row: EntryFacts, file: ScannedFile, isAsked: boolean): void {
    this.#files++;
    const isSame = isUnchanged(row, file);
    // A row that names another file than its own was damaged: what is beside it cannot be trusted to be of this file.
    if (isSame && row.file === file.file && row.state !== 'missing' && row.state !== 'quarantined') return;
    this.#changed++;
    this.#changes.push({ ...changeOf(row.key, file, isAsked), ...(isSame ? {} : { digest: null, verifiedSizeBytes: null, verifiedModifiedAtMs: null, verifiedChangedAtMs: null }) });
  }

  #gone(row: EntryFacts): void {
    const { key, state } = row;
    const isAside = this.#aside.has(key);
    if ((row.file === null && state === 'missing') || (state === 'quarantined' && isAside)) return;
    this.#vanished++;
    if (row.file !== null && !isAside) this.#lost++;
    if (row.position === null && !isAside && row.madeAtMs === null && row.verifiedAtMs === null) this.#forgotten.push(key);
    else this.#changes.push({ key, state: isAside ? 'quarantined' : 'missing', file: null, sizeBytes: null, modifiedAtMs: null });
  }

  async #addUnmet(hasList: boolean): Promise<void> {
    const add = (file: ScannedFile): void => {
      if (!file.isRegular || !file.isShown) return;
      // A file nobody knows is new, or its row was lost among others that were damaged.
      if (this.#added === 0 && !this.#catalog.entries.isWhole(this.#cache.id)) throw this.#catalog.damaged(`not all rows of cache ${this.#cache.id} are found`);
      this.#files++;
      this.#added++;
      this.#changes.push(changeOf(this.#kind.keyOfFile(file.file)!, file, !hasList));
      this.#flushIfMany();
    };
    await forEachFile(this.#layout, mainFiles(this.#kind, this.#present.unmarked()), add, this.#signal);
  }

  #flushIfMany(): void {
    if (this.#changes.length >= CHANGES_AT_ONCE) this.#flush();
  }

  #flush(): void {
    const changes = this.#changes;
    this.#changes = [];
    this.#catalog.entries.upsert(this.#cache.id, changes);
  }
}

function* mainFiles(kind: CacheKind, keys: Iterable<string>): Generator<string> {
  for (const key of keys) yield kind.entryFiles(key)[0];
}

function folderOfEntries(kind: CacheKind): string {
  const folder = dirname(kind.entryFiles('key')[0]);
  return folder === '.' ? '' : folder;
}

function changeOf(key: string, file: ScannedFile, isAsked: boolean): EntryChange {
  return { key, state: isAsked ? 'cached' : 'foreign', file: file.file, sizeBytes: file.sizeBytes, modifiedAtMs: file.modifiedAtMs };
}

/** Whoever writes to a file can give it its old time back, but not its ctime, which is compared where a reading has noted it. */
function isUnchanged(row: EntryFacts, file: ScannedFile): boolean {
  if (row.file === null || row.sizeBytes !== file.sizeBytes || row.modifiedAtMs === null) return false;
  return isNear(row.modifiedAtMs, file.modifiedAtMs) && (row.verifiedChangedAtMs === null || isNear(row.verifiedChangedAtMs, file.changedAtMs));
}

function isNear(aMs: number, bMs: number): boolean {
  return Math.abs(aMs - bMs) < 0.01;
}
