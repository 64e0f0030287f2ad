/** The same before and after the palette itself is loaded. */
export const PALETTE_LABEL = 'Search screens, caches, actions, entries';
export const PALETTE_HINT = 'A screen, a cache, an action, the name or hash of an entry';
