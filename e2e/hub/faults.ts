/** Ways in which an answer of the Hub's API or resolver can go wrong. */
export type HubFault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The metadata of the redirect name another file, commit or size. */
  | { readonly kind: 'identity'; readonly sha256?: string; readonly commit?: string; readonly sizeBytes?: number }
  /** A login page of somebody else, with status 200 or as a redirect to it. */
  | { readonly kind: 'captive-portal'; readonly redirect?: boolean }
  /** One more redirect on the same host before the answer. */
  | { readonly kind: 'hop' }
  /** A redirect to a host of somebody else, which answers as the Hub would. */
  | { readonly kind: 'hop-away' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }
  /** Listing only: the next page is this one; is on that host; an entry has a type nobody knows. */
  | { readonly kind: 'repeat-cursor' }
  | { readonly kind: 'foreign-next'; readonly origin: string }
  | { readonly kind: 'unknown-type' }
  | { readonly kind: 'mask-digests' };

/** Ways in which the storage can go wrong. Byte counts are of the body of that answer. */
export type StorageFault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** FIN after so many bytes, though the full length was announced. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The same, and ranges are ignored: every answer starts at the beginning. */
  | { readonly kind: 'cut-whole'; readonly afterBytes: number }
  /** TCP reset after so many bytes. */
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** Nothing more after so many bytes; the connection stays open. */
  | { readonly kind: 'stop'; readonly afterBytes: number }
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  | { readonly kind: 'ignore-range' }
  /** A shorter file, announced as such. */
  | { readonly kind: 'short'; readonly missingBytes: number }
  /** Extra bytes at the end; announced, or in a body without a length. */
  | { readonly kind: 'long'; readonly extraBytes: number; readonly isAnnounced: boolean }
  /** No length at all, and the connection closed early: looks like a regular end. */
  | { readonly kind: 'unannounced-cut'; readonly afterBytes: number }
  | { readonly kind: 'html' }
  /** A redirect to a host of somebody else, which has the file. */
  | { readonly kind: 'moved-away' }
  /** Right length, other bytes. */
  | { readonly kind: 'wrong-bytes' }
  /** `Content-Range` starts so many bytes later than asked. */
  | { readonly kind: 'shifted-range'; readonly byBytes: number }
  | { readonly kind: 'encoded'; readonly encoding: string };

/** What happens to the first, second, … request; `undefined` is a good answer. */
export interface FaultScript<Fault> {
  readonly attempts: readonly (Fault | undefined)[];
  /** For all requests after those; good answers when absent. */
  readonly afterwards?: Fault;
}

/** Scripts by path (or API question), consumed request by request. */
export class FaultBook<Fault> {
  readonly #scripts = new Map<string, { script: FaultScript<Fault>; used: number }>();

  set(name: string, script: FaultScript<Fault>): void {
    this.#scripts.set(name, { script, used: 0 });
  }

  clear(): void {
    this.#scripts.clear();
  }

  /** The fault for the next request of that name. */
  next(name: string): Fault | undefined {
    const entry = this.#scripts.get(name);
    if (entry === undefined) return undefined;
    const index = entry.used++;
    return index < entry.script.attempts.length ? entry.script.attempts[index] : entry.script.afterwards;
  }
}
