export type { Cache, CacheChange } from './cache.ts';
export * from './catalog.ts';
export type { CountedStates, EntryPages } from './entry-pages.ts';
export * from './entry.ts';
export { openCatalog, openCatalogCopy } from './open.ts';
export type { CatalogOptions } from './open.ts';
