export const SCHEME = 'larder';

/** The only page there is. */
export const PAGE_URL = `${SCHEME}://app/`;

/**
 * True for addresses of our own pages.
 *
 * Node's `URL` gives every scheme it does not know the origin `null`, so scheme and host are
 * compared by themselves.
 *
 * @param devUrl address of the development server, where there is one
 */
export function isOwnPage(url: string, devUrl: string | undefined): boolean {
  const parsed = URL.parse(url);
  if (parsed === null) return false;
  if (parsed.protocol === `${SCHEME}:`) return parsed.host === 'app';
  return devUrl !== undefined && parsed.origin !== 'null' && parsed.origin === URL.parse(devUrl)?.origin;
}
