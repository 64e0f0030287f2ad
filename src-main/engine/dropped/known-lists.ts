import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ListDocumentName } from '../../contract/documents.ts';
import { LarderError, fileError, isLarderError } from '../../base/index.ts';
import type { EngineContext } from '../context.ts';
import { mapPieces } from '../documents-command.ts';
import { mapCommand } from '../look-command.ts';

/** Texts of a page are a megabyte at most; paths are nothing. */
const KEPT_MAX = 8;

/** A list by its place, or as the page read it. */
export type ListSource = { readonly path: string } | { readonly name: string; readonly text: string };

/** Lists that somebody gave to look at, so that the whole of one can be saved afterwards. Nothing of them is kept beyond this process. */
export class KnownLists {
  /** Oldest first. */
  readonly #sources = new Map<string, ListSource>();

  /** @returns 32 hex digits */
  add(source: ListSource): string {
    const id = randomBytes(16).toString('hex');
    this.#sources.set(id, source);
    const [oldest] = this.#sources.keys();
    if (this.#sources.size > KEPT_MAX && oldest !== undefined) this.#sources.delete(oldest);
    return id;
  }

  /**
   * What `map` writes of it.
   *
   * @throws ENTRY_NOT_FOUND for a number nobody was told, LIST_INVALID, FILE_NOT_FOUND, PERMISSION_DENIED
   */
  async document(context: EngineContext, id: string, name: ListDocumentName, signal: AbortSignal): Promise<Iterable<string>> {
    const source = this.#sources.get(id);
    if (source === undefined) throw new LarderError('ENTRY_NOT_FOUND', 'Larder does not know this list any more.', { hint: 'Drop it once more, or type its path.' });
    const names = await asFile(source, (path) => mapCommand(context, { csvPaths: [path] }, signal));
    return mapPieces(names, name === 'hash_map.csv' ? 'csv' : 'json');
  }
}

/** The reader of lists needs a file; a text becomes one for as long as it is read. */
export async function asFile<T>(source: ListSource, read: (path: string) => Promise<T>): Promise<T> {
  if ('path' in source) return await read(source.path);
  const folder = await mkdtemp(join(tmpdir(), 'larder-list-')).catch((error: unknown) => {
    throw fileError(error, tmpdir(), 'making a folder in');
  });
  const file = join(folder, 'list.csv');
  try {
    await writeFile(file, source.text);
    return await read(file);
  } catch (error) {
    // The page knows the list by its own name.
    if (!isLarderError(error)) throw error;
    throw new LarderError(error.code, error.message.replaceAll(file, source.name), error.hint === undefined ? {} : { hint: error.hint });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
