/** Tabs of a cache, in the order they are shown. */
export const CACHE_TABS = ['items', 'findings', 'parameters', 'storage', 'history'] as const;
export type CacheTab = (typeof CACHE_TABS)[number];

/** A place in the app; the part of the address behind `#`, so that a reload keeps it. */
export type Route =
  | { readonly screen: 'library' }
  | { readonly screen: 'jobs' }
  | { readonly screen: 'new' }
  | { readonly screen: 'storage' }
  | { readonly screen: 'settings' }
  | { readonly screen: 'cache'; readonly cacheId: number; readonly tab: CacheTab; readonly entryKey: string | null };

function isTab(word: string | undefined): word is CacheTab {
  return CACHE_TABS.some((tab) => tab === word);
}

/** Whatever is no place is the library. */
export function parseRoute(hash: string): Route {
  const [screen, id, tab, entryKey] = hash.replace(/^#?\/?/, '').split('/').map(decode);
  if (screen === 'jobs' || screen === 'new' || screen === 'storage' || screen === 'settings') return { screen };
  const cacheId = /^[1-9]\d{0,14}$/.test(id ?? '') ? Number(id) : 0;
  if (screen !== 'cache' || cacheId === 0) return { screen: 'library' };
  if (!isTab(tab)) return { screen: 'cache', cacheId, tab: 'items', entryKey: null };
  return { screen: 'cache', cacheId, tab, entryKey: tab === 'items' && entryKey !== undefined && entryKey !== '' ? entryKey : null };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function hashOf(route: Route): string {
  if (route.screen === 'library') return '#/';
  if (route.screen !== 'cache') return `#/${route.screen}`;
  const place = `#/cache/${route.cacheId}/${route.tab}`;
  return route.tab === 'items' && route.entryKey !== null ? `${place}/${encodeURIComponent(route.entryKey)}` : place;
}

/** The address of a cache, for links. */
export function cacheHash(cacheId: number, tab: CacheTab = 'items', entryKey: string | null = null): string {
  return hashOf({ screen: 'cache', cacheId, tab, entryKey });
}
