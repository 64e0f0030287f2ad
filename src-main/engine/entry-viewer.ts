import { lstat, realpath } from 'node:fs/promises';
import type { EntryDetail } from '../contract/commands.ts';
import { LarderError, fileError, isCancelled } from '../base/index.ts';
import type { Cache, Entry } from '../catalog/index.ts';
import type { CacheKind, PreviewName, RecognisedCache } from '../kinds/index.ts';
import { getKind } from '../kinds/index.ts';
import { cachePath, isInside } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { describeEntry } from './look-command.ts';
import type { InspectedFile } from './look-command.ts';
import type { EntryPreview, PreviewMaker, StampedFile } from './preview-maker.ts';
import { describeRawFile, findRawFile } from './raw-file.ts';

interface ShownEntry {
  readonly cache: Cache;
  readonly kind: CacheKind;
  readonly entry: Entry;
}

/** The real file of an entry: inside its cache, regular, and as it is now. */
interface EntryFile extends StampedFile {
  readonly recognised: RecognisedCache;
}

/** What a screen shows of single entries. Asks for ids only; everything else comes from the catalog. */
export class EntryViewer {
  readonly #context: EngineContext;
  readonly #maker: PreviewMaker;

  constructor(context: EngineContext, maker: PreviewMaker) {
    this.#context = context;
    this.#maker = maker;
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
    const facts = payload === undefined ? null : ((await this.#maker.inspecting.run({ kind: kind.id, task: 'inspect', payload }, signal)) as InspectedFile);
    const raw = file?.recognised.rawPayload === undefined ? undefined : await findRawFile(this.#context, cache, entry);
    return describeEntry(this.#context, { cache, entry, facts, parameters: file?.recognised.parameters ?? [], raw: await describeRawFile(kind, raw) });
  }

  /**
   * @param channel of a raw file, from 0
   * @throws CACHE_NOT_FOUND, ENTRY_NOT_FOUND, FILE_NOT_FOUND, PATH_REFUSED
   */
  async preview(cacheId: number, key: string, name: PreviewName, channel: number): Promise<EntryPreview> {
    const { cache, kind, entry } = this.#find(cacheId, key);
    if (entry.file === null) throw new LarderError('ENTRY_NOT_FOUND', `${entry.name ?? key} is ${entry.state}: there is no file to draw.`, { hint: 'Make it with `larder generate`.' });
    const file = await fileOf(cache, kind, entry.file);
    const { recognised } = file;
    // What is not made of a raw file is a picture itself.
    if ((name === 'nifti' || name === 'reduced') && recognised.rawPayload === undefined) throw new LarderError('ENTRY_NOT_FOUND', `${entry.name ?? key} is a picture and has no volume.`, { hint: 'Ask for its picture.' });
    // Who sees a list of small pictures soon looks at one of them.
    if (name === 'thumbnail') this.#maker.inspecting.prepare(kind.id);
    if (name !== 'raw' && name !== 'raw-reduced') return this.#maker.preview({ kind: kind.id, name, file, payload: (outputPath) => recognised.previewPayload({ path: file.path, key, outputPath }) });
    const raw = recognised.rawPayload === undefined ? undefined : await findRawFile(this.#context, cache, entry);
    if (raw === undefined) throw new LarderError('FILE_NOT_FOUND', `The raw file of ${entry.name ?? entry.key} is not on this disk any more.`, { hint: 'Larder removes what it has downloaded once the entry is made and checked.' });
    return this.#maker.preview({ kind: kind.id, name, file: raw, payload: (outputPath) => recognised.rawPayload?.({ path: raw.path, name: raw.name, channel, outputPath }) });
  }

  #find(cacheId: number, key: string): ShownEntry {
    const cache = this.#context.catalog.caches.get(cacheId);
    if (cache === undefined) throw new LarderError('CACHE_NOT_FOUND', `The catalog has no cache with the number ${cacheId}.`, { hint: 'It may have been forgotten meanwhile; go back to the library.' });
    const entry = this.#context.catalog.entries.getByKey(cacheId, key);
    if (entry === undefined) throw new LarderError('ENTRY_NOT_FOUND', `Nothing in ${cache.directory} has the hash ${key}.`, { hint: 'It may have been removed meanwhile; look at the items again.' });
    return { cache, kind: getKind(cache.kind), entry };
  }
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
