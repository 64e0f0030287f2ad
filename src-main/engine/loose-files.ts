import { randomBytes } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { LarderError } from '../base/index.ts';
import type { PreviewName, RecognisedCache } from '../kinds/index.ts';
import { KINDS } from '../kinds/index.ts';
import type { Drawing, EntryPreview, PreviewMaker, StampedFile } from './preview-maker.ts';
import { stampOf } from './raw-file.ts';

const KEPT_MAX = 200;

/**
 * Single files that somebody gave to look at, of no cache: the page is told a number for each, so that
 * the address of a picture never holds a path. Nothing of them is kept beyond this process.
 */
export class LooseFiles {
  readonly #maker: PreviewMaker;
  /** Oldest first. */
  readonly #paths = new Map<string, string>();

  constructor(maker: PreviewMaker) {
    this.#maker = maker;
  }

  /** @param path absolute, of a file that was looked at. @returns 32 hex digits */
  add(path: string): string {
    for (const [id, known] of this.#paths) if (known === path) return id;
    const id = randomBytes(16).toString('hex');
    this.#paths.set(id, path);
    const [oldest] = this.#paths.keys();
    if (this.#paths.size > KEPT_MAX && oldest !== undefined) this.#paths.delete(oldest);
    return id;
  }

  /** @throws ENTRY_NOT_FOUND for a number nobody was told; FILE_NOT_FOUND */
  async preview(id: string, name: PreviewName, channel: number): Promise<EntryPreview> {
    const path = this.#paths.get(id);
    if (path === undefined) throw new LarderError('ENTRY_NOT_FOUND', 'Larder has been started anew and does not know this file any more.', { hint: 'Drop it once more, or type its path.' });
    const file = await stampOf(path);
    if (file === undefined) throw new LarderError('FILE_NOT_FOUND', `${path} is not there any more.`, { hint: 'It may have been moved.' });
    return this.#maker.preview(name === 'raw' || name === 'raw-reduced' ? rawDrawing(file, name, channel) : await entryDrawing(file, name));
  }
}

function rawDrawing(file: StampedFile, name: PreviewName, channel: number): Drawing {
  const kind = KINDS.find(({ rawPayload }) => rawPayload !== undefined);
  if (kind === undefined) throw foreign(file.path);
  return { kind: kind.id, name, file, payload: (outputPath) => kind.rawPayload?.({ path: file.path, name: basename(file.path), channel, outputPath }) };
}

/** With the parameters beside it, if there are any. */
async function entryDrawing(file: StampedFile, name: PreviewName): Promise<Drawing> {
  const [base, directory] = [basename(file.path), dirname(file.path)];
  for (const kind of KINDS) {
    const key = kind.keyOfFile(base);
    const recognised: RecognisedCache | undefined = await kind.recognise(directory, [base]);
    if (recognised === undefined) continue;
    return { kind: kind.id, name, file, payload: (outputPath) => recognised.previewPayload({ path: file.path, key: key ?? base, outputPath }) };
  }
  throw foreign(file.path);
}

function foreign(path: string): LarderError {
  return new LarderError('CACHE_FOREIGN', `${path} is no entry of any kind of cache.`, { hint: 'Entries of volume caches are named by 32 hex digits and .pt.' });
}
