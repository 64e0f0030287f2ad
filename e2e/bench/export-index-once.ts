/**
 * Writes the index of a synthetic image cache, in a process of its own so that its memory can be told:
 * `node export-index-once.ts FOLDER ENTRIES`. Prints `{ seconds, entries, bytes }`.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '../../src-main/catalog/index.ts';
import { imageKind } from '../../src-main/kinds/image/index.ts';
import { exportIndex } from '../../src-main/pipeline/index.ts';
import { cacheLayout, currentOwner } from '../../src-main/store/index.ts';

const [folder] = process.argv.slice(2);
const directory = join(folder!, 'cache');
const catalog = openCatalog({ path: join(folder!, 'catalog.sqlite') });
const row = catalog.caches.upsert({ kind: 'image', directory });
const { seconds, entries, isNew } = await exportIndex(catalog, row, imageKind, cacheLayout(directory), currentOwner(), {}, new AbortController().signal);
catalog.close();
if (!isNew) throw new Error('the index was there already');
console.log(JSON.stringify({ seconds, entries, bytes: statSync(join(directory, 'cache_index.json')).size }));
