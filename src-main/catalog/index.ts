export type { Cache, CacheChange } from './cache.ts';
export * from './catalog.ts';
export * from './entry.ts';
