/** Documents about a cache that a window can save, by the names of their files. */
export const DOCUMENT_NAMES = ['hash_map.json', 'hash_map.csv', 'cache_info.json', 'cache_info.jsonl', 'cache_info.csv'] as const;
export type DocumentName = (typeof DOCUMENT_NAMES)[number];
