import type { VolumeHeader } from './nifti-header.ts';
import { HEADER_BYTES, parseVolumeHeader } from './nifti-header.ts';

/** A volume in memory: the whole file, with its header read. */
export interface LoadedVolume {
  readonly header: VolumeHeader;
  readonly buffer: ArrayBuffer;
}

/** A volume that is not loaded, because nothing here could draw it. */
export class TooLargeError extends Error {
  readonly header: VolumeHeader;

  constructor(header: VolumeHeader, sideMax: number) {
    super(`A volume of ${header.sizes.join(' × ')} voxels; the graphics of this machine take ${sideMax} along each axis.`);
    this.name = 'TooLargeError';
    this.header = header;
  }
}

/** Bytes of volumes kept for going back and forth. */
const KEPT_BYTES_MAX = 256 * 2 ** 20;
/** One volume in a page; larger ones are shown as slices. */
const VOLUME_BYTES_MAX = 512 * 2 ** 20;

interface Kept extends LoadedVolume {
  readonly tag: string | null;
}

/** Loads volumes by entry and keeps the last ones; what changed on disk is loaded again. */
export class VolumeLoader {
  readonly #fetch: typeof fetch;
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>();

  constructor(fetcher: typeof fetch = (...request) => fetch(...request)) {
    this.#fetch = fetcher;
  }

  /**
   * Asks for the header first: nothing is allocated for a volume that cannot be shown.
   *
   * @param sideMax largest texture side of the graphics, voxels
   * @throws TooLargeError; Error in the engine's words; the abort's reason
   */
  async load(cacheId: number, key: string, sideMax: number, signal: AbortSignal): Promise<LoadedVolume> {
    const url = `/_data/vol/${cacheId}-${key}.nii`;
    const head = await this.#get(url, signal, { range: `bytes=0-${HEADER_BYTES - 1}` });
    const tag = head.headers.get('etag');
    const header = parseVolumeHeader(await head.arrayBuffer());
    if (Math.max(...header.sizes) > sideMax || header.bytes > VOLUME_BYTES_MAX) throw new TooLargeError(header, sideMax);
    const kept = this.#kept.get(url);
    if (kept !== undefined && kept.tag === tag && tag !== null) return this.#keep(url, kept);
    const whole = await this.#get(url, signal, {});
    const buffer = await whole.arrayBuffer();
    if (whole.headers.get('etag') !== tag || buffer.byteLength !== header.bytes) throw new Error('The entry changed while it was read. Reload it.');
    return this.#keep(url, { header, buffer, tag });
  }

  async #get(url: string, signal: AbortSignal, headers: Readonly<Record<string, string>>): Promise<Response> {
    const response = await this.#fetch(url, { signal, headers });
    if (response.ok) return response;
    const said = (await response.text()).trim();
    throw new Error(said === '' ? `The volume was refused (${response.status}).` : said);
  }

  #keep(url: string, volume: Kept): LoadedVolume {
    this.#kept.delete(url);
    this.#kept.set(url, volume);
    let bytes = 0;
    for (const { buffer } of this.#kept.values()) bytes += buffer.byteLength;
    for (const [old, { buffer }] of this.#kept) {
      if (bytes <= KEPT_BYTES_MAX || old === url) break;
      this.#kept.delete(old);
      bytes -= buffer.byteLength;
    }
    return volume;
  }
}
