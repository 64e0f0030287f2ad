/** What became of a picture: an address to draw it from, or nothing to draw. */
export type Picture = { readonly state: 'there'; readonly src: string } | { readonly state: 'absent' };

export interface PictureQueueOptions {
  /** Loads one picture; undefined where there is nothing to draw. Throws where it may be there the next time. */
  readonly load: (url: string, signal: AbortSignal) => Promise<string | undefined>;
  /** Gives back what `load` made. */
  readonly release: (src: string) => void;
  /** Loaded at the same time; a browser has six connections for everything a page does. */
  readonly atOnce: number;
  /** Pictures kept; those not drawn for longest go first. Far more than any screen shows. */
  readonly kept: number;
}

interface Wanted {
  readonly url: string;
  readonly abort: AbortController;
  readonly listeners: Set<() => void>;
  /** Times it could not be loaded. */
  failures: number;
}

/** A worker that died or a cut line may be back in a moment; after that it counts as not to be had. */
const TRIES = 4;
const TRY_AGAIN_MS = 300;

/**
 * Pictures for what is on the screen. Whoever scrolls on takes back what was asked, so that the
 * pictures in view are never behind those that went by.
 */
export class PictureQueue {
  readonly #options: PictureQueueOptions;
  readonly #known = new Map<string, Picture>();
  readonly #waiting = new Map<string, Wanted>();
  readonly #loading = new Map<string, Wanted>();

  constructor(options: PictureQueueOptions) {
    this.#options = options;
  }

  /** @param version changes with the file the picture is of */
  find(url: string, version: string): Picture | undefined {
    const id = `${url} ${version}`;
    const picture = this.#known.get(id);
    if (picture === undefined) return undefined;
    this.#known.delete(id);
    this.#known.set(id, picture);
    return picture;
  }

  /** @param onEnd called once the picture is known, or could not be loaded. @returns takes it back */
  want(url: string, version: string, onEnd: () => void): () => void {
    const id = `${url} ${version}`;
    const wanted = this.#waiting.get(id) ?? this.#loading.get(id) ?? { url, abort: new AbortController(), listeners: new Set<() => void>(), failures: 0 };
    if (!this.#loading.has(id)) this.#waiting.set(id, wanted);
    wanted.listeners.add(onEnd);
    this.#next();
    return () => {
      wanted.listeners.delete(onEnd);
      if (wanted.listeners.size > 0) return;
      if (this.#waiting.get(id) === wanted) this.#waiting.delete(id);
      if (this.#loading.get(id) === wanted) wanted.abort.abort();
    };
  }

  #next(): void {
    while (this.#loading.size < this.#options.atOnce) {
      const [first] = this.#waiting;
      if (first === undefined) return;
      const [id, wanted] = first;
      this.#waiting.delete(id);
      this.#loading.set(id, wanted);
      void this.#load(id, wanted);
    }
  }

  async #load(id: string, wanted: Wanted): Promise<void> {
    try {
      const src = await this.#options.load(wanted.url, wanted.abort.signal);
      this.#keep(id, src === undefined ? { state: 'absent' } : { state: 'there', src });
    } catch {
      if (!wanted.abort.signal.aborted && ++wanted.failures >= TRIES) this.#keep(id, { state: 'absent' });
    }
    this.#loading.delete(id);
    if (this.#known.has(id)) for (const listener of wanted.listeners) listener();
    else if (wanted.abort.signal.aborted) this.#again(id, wanted);
    else setTimeout(() => this.#again(id, wanted), TRY_AGAIN_MS * wanted.failures);
    this.#next();
  }

  /** For those who still want it, or wanted it again while it was being given up. */
  #again(id: string, wanted: Wanted): void {
    if (wanted.listeners.size === 0) return;
    const other = this.#waiting.get(id) ?? this.#loading.get(id);
    if (other === undefined) this.#waiting.set(id, { ...wanted, abort: new AbortController() });
    else for (const listener of wanted.listeners) other.listeners.add(listener);
    this.#next();
  }

  #keep(id: string, picture: Picture): void {
    this.#known.set(id, picture);
    if (this.#known.size <= this.#options.kept) return;
    const [oldest] = this.#known;
    if (oldest === undefined) return;
    this.#known.delete(oldest[0]);
    if (oldest[1].state === 'there') this.#options.release(oldest[1].src);
  }
}
