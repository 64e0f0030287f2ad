import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** 128 bits: cannot be guessed, short enough for a line. */
const TOKEN_BYTES = 16;
const SESSION_BYTES = 32;
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);

/** Listening there, nobody from another machine comes in. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.has(host.toLowerCase());
}

/** The parts of a request that decide whether it may pass. */
export interface RequestFacts {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`; absent from programs that are no browser. */
  readonly fetchSite: string | undefined;
  readonly cookie: string | undefined;
}

/**
 * Who may talk to this server: whoever came with the link that was printed, once, and from then on
 * whoever has the cookie it was exchanged for, from pages of this server only.
 */
export class Access {
  readonly token = randomBytes(TOKEN_BYTES).toString('base64url');
  // Cookies ignore ports: two servers of one machine must not overwrite each other's.
  readonly #cookieName = `larder-${randomBytes(4).toString('hex')}`;
  readonly #session = randomBytes(SESSION_BYTES).toString('base64url');
  readonly #host: string;
  #isTokenUsed = false;

  /** @param host the name or address that is listened on */
  constructor(host: string) {
    this.#host = host.toLowerCase();
  }

  /**
   * Names that a foreign DNS could point here (rebinding) are refused: loopback names pass, the name
   * that was asked for, and beyond loopback also bare addresses, which no DNS can turn. Any port
   * will do: behind an SSH tunnel the browser sees another one than we listen on.
   */
  isHostAllowed(host: string | undefined): boolean {
    const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/i.exec(host ?? '');
    const name = (match?.[1] ?? match?.[2])?.toLowerCase();
    if (name === undefined) return false;
    return isLoopback(name) || name === this.#host || (!isLoopback(this.#host) && isIP(name) !== 0);
  }

  /** Only pages that this server gave may ask; programs without a browser send neither header. */
  isSameOrigin({ host, origin, fetchSite }: RequestFacts): boolean {
    if (origin !== undefined && origin !== `http://${host}`) return false;
    return fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
  }

  hasSession(cookie: string | undefined): boolean {
    if (cookie === undefined) return false;
    return cookie.split(';').some((part) => {
      const [name, value] = part.trim().split('=', 2);
      return name === this.#cookieName && value !== undefined && isEqual(value, this.#session);
    });
  }

  /** @returns the `Set-Cookie` the token is exchanged for; undefined if it is wrong or was used */
  exchange(token: string): string | undefined {
    if (this.#isTokenUsed || !isEqual(token, this.token)) return undefined;
    this.#isTokenUsed = true;
    return `${this.#cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
  }
}

/** Takes the same time whatever is wrong, also the length. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
