import { createHash } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { EntryDetail } from '../contract/commands.ts';
import { LarderError, fileError, isCancelled, throwIfAborted } from '../base/index.ts';
import type { Cache, Entry } from '../catalog/index.ts';
import type { CacheKind, PreviewName, RecognisedCache } from '../kinds/index.ts';
import { getKind } from '../kinds/index.ts';
import { cachePath, isInside } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { describeEntry } from './look-command.ts';
import type { InspectedFile } from './look-command.ts';
import type { StoredPreview } from './preview-store.ts';
import { PreviewStore } from './preview-store.ts';
import { findRawFile } from './raw-file.ts';
import { WarmWorkers } from './warm-workers.ts';

/** Changed pictures get new names. */
const PREVIEW_VERSION = 1;
const PICTURES_BYTES_MAX = 256 * 2 ** 20;
/** Facts and volume of the same entry are asked for together. */
const INSPECTING_WORKERS = 2;

/** A picture of an entry, which may still have to be made. */
export interface EntryPreview {
  /** Changes whenever the entry's file does: `size-mtimeNs-ctimeNs`. */
  readonly tag: string;
  /** @throws TORCH_INVALID if there is nothing to be drawn; CANCELLED; WORKER_LOST; DISK_FULL */
  make(signal: AbortSignal): Promise<StoredPreview>;
}

interface ShownEntry {
  readonly cache: Cache;
  readonly kind: CacheKind;
  readonly entry: Entry;
}

/** The real file of an entry: inside its cache, regular, and as it is now. */
interface EntryFile {
  readonly recognised: RecognisedCache;
  readonly path: string;
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly inode: bigint;
}

/** What a screen shows of single entries. Asks for ids only; everything else comes from the catalog. */
export class EntryViewer {
  readonly #context: EngineContext;
  readonly #inspecting: WarmWorkers;
  readonly #drawing: WarmWorkers;
  readonly #stores: Readonly<Record<PreviewName, PreviewStore>>;
  readonly #underWay = new Map<string, Making>();

  constructor(context: EngineContext) {
    this.#context = context;
    this.#inspecting = new WarmWorkers(context.workerHost, INSPECTING_WORKERS);
    this.#drawing = new WarmWorkers(context.workerHost, 1);
    const folder = join(context.dataDirectory, 'previews');
    const pictures = new PreviewStore(join(folder, 'pictures'), () => PICTURES_BYTES_MAX);
    const volumes = new PreviewStore(join(folder, 'volumes'), () => context.settings.current().previewBytes);
    this.#stores = { nifti: volumes, reduced: volumes, raw: volumes, thumbnail: pictures, slices: pictures };
  }

  /**
   * Everything known about one entry; its file is read and checked, its neighbours are not looked at.
   *
   * @throws CACHE_NOT_FOUND, ENTRY_NOT_FOUND, FILE_NOT_FOUND, PERMISSION_DENIED
   */
  async detail(cacheId: number, key: string, signal: AbortSignal): Promise<EntryDetail> {
    const { cache, kind, entry } = this.#find(cacheId, key);
    const file = entry.file === null ? undefined : await fileOf(cache, kind, entry.file);
    const payload = file?.recognised.inspectPayload({ path: file.path, key });
    const facts = payload === undefined ? null : ((await this.#inspecting.run({ kind: kind.id, task: 'inspect', payload }, signal)) as InspectedFile);
    const raw = file?.recognised.rawPayload === undefined ? undefined : await findRawFile(entry.source);
    return describeEntry(this.#context, { cache, entry, facts, parameters: file?.recognised.parameters ?? [], rawBytes: raw === undefined ? null : Number(raw.sizeBytes) });
  }

  /** @throws CACHE_NOT_FOUND, ENTRY_NOT_FOUND, FILE_NOT_FOUND, PATH_REFUSED */
  async preview(cacheId: number, key: string, name: PreviewName): Promise<EntryPreview> {
    const { cache, kind, entry } = this.#find(cacheId, key);
    if (entry.file === null) throw new LarderError('ENTRY_NOT_FOUND', `${entry.name ?? key} is ${entry.state}: there is no file to draw.`, { hint: 'Make it with `larder generate`.' });
    const own = await fileOf(cache, kind, entry.file);
    const file = name === 'raw' ? await rawOf(own, entry) : own;
    return { tag: `${file.sizeBytes}-${file.modifiedNs}-${file.changedNs}`, make: (signal) => this.#make(kind, file, key, name, signal) };
  }

  /** Removes every picture that was made. @returns what went */
  async clearPreviews(): Promise<{ readonly files: number; readonly bytes: number }> {
    const sum = { files: 0, bytes: 0 };
    for (const store of new Set(Object.values(this.#stores))) {
      const { files, bytes } = await store.clear();
      sum.files += files;
      sum.bytes += bytes;
    }
    return sum;
  }

  close(): void {
    this.#inspecting.close();
    this.#drawing.close();
  }

  #find(cacheId: number, key: string): ShownEntry {
    const cache = this.#context.catalog.caches.get(cacheId);
    if (cache === undefined) throw new LarderError('CACHE_NOT_FOUND', `The catalog has no cache with the number ${cacheId}.`, { hint: 'It may have been forgotten meanwhile; go back to the library.' });
    const entry = this.#context.catalog.entries.getByKey(cacheId, key);
    if (entry === undefined) throw new LarderError('ENTRY_NOT_FOUND', `Nothing in ${cache.directory} has the hash ${key}.`, { hint: 'It may have been removed meanwhile; look at the items again.' });
    return { cache, kind: getKind(cache.kind), entry };
  }

  async #make(kind: CacheKind, file: EntryFile, key: string, name: PreviewName, signal: AbortSignal): Promise<StoredPreview> {
    const payload = (outputPath: string): unknown => (name === 'raw' ? file.recognised.rawPayload?.({ path: file.path, outputPath }) : file.recognised.previewPayload({ path: file.path, key, outputPath }));
    const id = createHash('sha256')
      .update(JSON.stringify([PREVIEW_VERSION, name, payload(''), String(file.inode), String(file.sizeBytes), String(file.modifiedNs), String(file.changedNs)]))
      .digest('hex')
      .slice(0, 32);
    const store = this.#stores[name];
    const isVolume = name === 'nifti' || name === 'reduced' || name === 'raw';
    const found = await store.find(id);
    if (found !== undefined) return found;
    throwIfAborted(signal);
    const making = this.#underWay.get(id) ?? this.#begin(id, (shared) =>
      store.make(id, isVolume ? 'nii' : 'png', async (outputPath) => {
        const workers = isVolume ? this.#inspecting : this.#drawing;
        await workers.run({ kind: kind.id, task: name, payload: payload(outputPath) }, shared);
      }),
    );
    return await making.join(signal);
  }

  #begin(id: string, work: (signal: AbortSignal) => Promise<StoredPreview>): Making {
    const making = new Making(work, () => this.#underWay.delete(id));
    this.#underWay.set(id, making);
    return making;
  }
}

/** One picture being made, for everybody who asked for it meanwhile; given up when the last of them leaves. */
class Making {
  readonly #abort = new AbortController();
  readonly #result: Promise<StoredPreview>;
  readonly #end: () => void;
  #waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<StoredPreview>, onEnd: () => void) {
    this.#end = onEnd;
    this.#result = work(this.#abort.signal).finally(onEnd);
    this.#result.catch(() => undefined);
  }

  async join(signal: AbortSignal): Promise<StoredPreview> {
    this.#waiting++;
    const leave = (): void => {
      if (--this.#waiting > 0) return;
      // Whoever asks from now on begins anew.
      this.#end();
      this.#abort.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await this.#result;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}

/** The raw file instead of the entry's own. @throws FILE_NOT_FOUND if the catalog knows none that is still there */
async function rawOf(own: EntryFile, entry: Entry): Promise<EntryFile> {
  const raw = own.recognised.rawPayload === undefined ? undefined : await findRawFile(entry.source);
  if (raw === undefined) throw new LarderError('FILE_NOT_FOUND', `The raw file of ${entry.name ?? entry.key} is not on this disk any more.`, { hint: 'Larder removes what it has downloaded once the entry is made and checked.' });
  return { ...own, ...raw };
}

/**
 * No link leads out of a cache: the file must really lie in the folder, and be a file.
 *
 * @throws PATH_REFUSED, FILE_NOT_FOUND, PERMISSION_DENIED, CACHE_FOREIGN
 */
async function fileOf(cache: Cache, kind: CacheKind, file: string): Promise<EntryFile> {
  const asked = cachePath(cache.directory, file);
  try {
    const [directory, path] = await Promise.all([realpath(cache.directory), realpath(asked)]);
    const facts = await lstat(path, { bigint: true });
    if (!isInside(directory, path) || !facts.isFile()) throw new LarderError('PATH_REFUSED', `${asked} is no file of this cache, or leads out of it.`, { hint: 'Entries are plain files in the folder of the cache.' });
    // The name alone, or the folder it is in, is enough to recognise a cache without parameters.
    const recognised = await kind.recognise(cache.directory, [file.split('/', 1)[0]!]);
    if (recognised === undefined) throw new LarderError('CACHE_FOREIGN', `${file} is no entry of a ${kind.id} cache.`, { hint: 'It is a file that no item is named after.' });
    return { recognised, path, sizeBytes: facts.size, modifiedNs: facts.mtimeNs, changedNs: facts.ctimeNs, inode: facts.ino };
  } catch (error) {
    throw error instanceof LarderError || isCancelled(error) ? error : fileError(error, asked, 'reading the entry');
  }
}
