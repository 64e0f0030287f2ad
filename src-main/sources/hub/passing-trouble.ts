/**
 * `refused`: the storage did not accept the signed link. `content`: the answer was not the file.
 * The others are what their names say.
 */
export type TroubleKind = 'network' | 'timeout' | 'status' | 'stall' | 'cut' | 'refused' | 'content';

/** Which side of the redirect failed: the Hub that resolves, or the storage that delivers. */
export type TroublePlace = 'hub' | 'storage';

/**
 * Trouble that another attempt may cure. It stays inside this folder: the retry loops either get
 * past it or turn it into a `LarderError`.
 */
export class PassingTrouble extends Error {
  readonly kind: TroubleKind;
  readonly place: TroublePlace;
  /** Host it happened at; never a whole address, which could be a signed one. */
  readonly host: string;
  /** What the server asked us to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: TroubleKind, place: TroublePlace, host: string, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PassingTrouble';
    this.kind = kind;
    this.place = place;
    this.host = host;
    this.retryAfterMs = options.retryAfterMs;
  }
}

export function isPassing(error: unknown): error is PassingTrouble {
  return error instanceof PassingTrouble;
}
