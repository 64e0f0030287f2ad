export type { Cache, CacheChange } from './cache.ts';
export * from './catalog.ts';
export type { CountedStates, EntryPages } from './entry-pages.ts';
export { MAX_VARIANTS } from './entry-texts.ts';
export type { EntryTextForm, EntryTextPart, NamedTexts } from './entry-texts.ts';
export * from './entry.ts';
export { openCatalog, openCatalogCopy } from './open.ts';
export type { CatalogOptions } from './open.ts';
