import type { VolumeHeader } from './nifti-header.ts';
import { HEADER_BYTES, parseVolumeHeader } from './nifti-header.ts';

/** A volume in memory: the whole file, with its header read. */
export interface LoadedVolume {
  readonly header: VolumeHeader;
  readonly buffer: ArrayBuffer;
}

/** A volume that is not loaded, because nothing here could draw it. */
export class TooLargeError extends Error {
  constructor({ sizes }: VolumeHeader, sideMax: number) {
    super(`A volume of ${sizes.join(' × ')} voxels; the graphics of this machine take ${sideMax} along each axis.`);
    this.name = 'TooLargeError';
  }
}

/** The answer of the engine to an entry it cannot make a file of: unreadable, or beyond its own limit. */
class RefusedError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'RefusedError';
    this.status = status;
  }
}

const UNPROCESSABLE = 422;

/** Bytes of volumes kept for going back and forth. */
const KEPT_BYTES_MAX = 256 * 2 ** 20;
/** One volume in a page; larger ones are shown in steps. */
const VOLUME_BYTES_MAX = 512 * 2 ** 20;

export interface RawChoice {
  /** Channel or time point, from 0. */
  readonly channel: number;
  readonly shape: readonly number[] | null;
}

function isTooLarge(sizes: readonly number[], bytes: number, sideMax: number): boolean {
  return Math.max(...sizes) > sideMax || bytes > VOLUME_BYTES_MAX;
}

interface Kept extends LoadedVolume {
  readonly tag: string | null;
}

/** One request for all who wait for the same volume; given up when nobody does any more. */
class SharedRead {
  readonly tag: string | null;
  readonly #abort = new AbortController();
  readonly #volume: Promise<Kept>;
  #waiting = 0;

  constructor(tag: string | null, read: (signal: AbortSignal) => Promise<Kept>) {
    this.tag = tag;
    this.#volume = read(this.#abort.signal);
  }

  get isGivenUp(): boolean {
    return this.#abort.signal.aborted;
  }

  /** @throws what reading it throws; the abort's reason */
  async join(signal: AbortSignal): Promise<Kept> {
    signal.throwIfAborted();
    this.#waiting++;
    return await new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason);
        this.#waiting--;
        if (this.#waiting === 0) this.#abort.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      void this.#volume.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }
}

/** Loads volumes by entry and keeps the last ones; what changed on disk is loaded again. */
export class VolumeLoader {
  readonly #fetch: typeof fetch;
  /** Least recently used first. */
  readonly #kept = new Map<string, Kept>();
  /** Those under way: who turns to a neighbour while it is read ahead waits for that. */
  readonly #reading = new Map<string, SharedRead>();

  constructor(fetcher: typeof fetch = (...request) => fetch(...request)) {
    this.#fetch = fetcher;
  }

  /**
   * The cached volume; taken in steps where it is too large for this machine as a whole.
   *
   * @param sideMax largest texture side of the graphics, voxels
   * @throws TooLargeError; Error in the engine's words; the abort's reason
   */
  async load(cacheId: number, key: string, sideMax: number, signal: AbortSignal): Promise<LoadedVolume> {
    return await this.loadTensor(`${cacheId}-${key}`, sideMax, signal);
  }

  /** As `load`. @param address `<cacheId>-<key>`, or `file-<number>` of a single file */
  async loadTensor(address: string, sideMax: number, signal: AbortSignal): Promise<LoadedVolume> {
    return await this.#wholeOrReduced(`/_data/vol/${address}.nii`, `/_data/small/${address}.nii`, sideMax, signal);
  }

  /**
   * One channel of a raw file, as it is before preprocessing.
   *
   * @param shape as its header has it; what is too large by it is not even made whole
   * @throws as `load`
   */
  async loadRaw(address: string, { channel, shape }: RawChoice, sideMax: number, signal: AbortSignal): Promise<LoadedVolume> {
    const query = channel === 0 ? '' : `?channel=${channel}`;
    const reduced = `/_data/raw-small/${address}.nii${query}`;
    const [x = 1, y = 1, z = 1] = shape ?? [];
    if (isTooLarge([x, y, z], 4 * x * y * z, sideMax)) return await this.#load(reduced, sideMax, signal);
    return await this.#wholeOrReduced(`/_data/raw/${address}.nii${query}`, reduced, sideMax, signal);
  }

  async #wholeOrReduced(whole: string, reduced: string, sideMax: number, signal: AbortSignal): Promise<LoadedVolume> {
    try {
      return await this.#load(whole, sideMax, signal);
    } catch (error) {
      const mayFit = error instanceof TooLargeError || (error instanceof RefusedError && error.status === UNPROCESSABLE);
      if (!mayFit) throw error;
      // What cannot be read at all is refused here too, and its own words are the better ones.
      return await this.#load(reduced, sideMax, signal).catch((other: unknown) => {
        throw other instanceof RefusedError ? error : other;
      });
    }
  }

  /** Asks for the header first: nothing is allocated for a volume that cannot be shown. */
  async #load(url: string, sideMax: number, signal: AbortSignal): Promise<LoadedVolume> {
    const head = await this.#get(url, signal, { range: `bytes=0-${HEADER_BYTES - 1}` });
    const tag = head.headers.get('etag');
    const header = parseVolumeHeader(await head.arrayBuffer());
    if (isTooLarge(header.sizes, header.bytes, sideMax)) throw new TooLargeError(header, sideMax);
    const kept = this.#kept.get(url);
    if (kept !== undefined && kept.tag === tag && tag !== null) return this.#keep(url, kept);
    const underWay = this.#reading.get(url);
    if (underWay !== undefined && underWay.tag === tag && tag !== null && !underWay.isGivenUp) return await underWay.join(signal);
    const read: SharedRead = new SharedRead(tag, async (shared) => {
      try {
        return await this.#read(url, header, tag, shared);
      } finally {
        if (this.#reading.get(url) === read) this.#reading.delete(url);
      }
    });
    this.#reading.set(url, read);
    return await read.join(signal);
  }

  async #read(url: string, header: VolumeHeader, tag: string | null, signal: AbortSignal): Promise<Kept> {
    const whole = await this.#get(url, signal, {});
    const buffer = await whole.arrayBuffer();
    if (whole.headers.get('etag') !== tag || buffer.byteLength !== header.bytes) throw new Error('The entry changed while it was read. Reload it.');
    return this.#keep(url, { header, buffer, tag });
  }

  async #get(url: string, signal: AbortSignal, headers: Readonly<Record<string, string>>): Promise<Response> {
    const response = await this.#fetch(url, { signal, headers });
    if (response.ok) return response;
    const said = (await response.text()).trim();
    throw new RefusedError(response.status, said === '' ? `The volume was refused (${response.status}).` : said);
  }

  #keep(url: string, volume: Kept): Kept {
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
