/** Documents about a cache that a window can save, by the names of their files. */
export const DOCUMENT_NAMES = ['hash_map.json', 'hash_map.csv', 'cache_info.json', 'cache_info.jsonl', 'cache_info.csv'] as const;
/** Documents about a list that was looked at. */
export const LIST_DOCUMENT_NAMES = ['hash_map.json', 'hash_map.csv'] as const;
export type ListDocumentName = (typeof LIST_DOCUMENT_NAMES)[number];
export type DocumentName = (typeof DOCUMENT_NAMES)[number];
