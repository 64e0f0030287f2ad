import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openCatalog } from '../../../src-main/catalog/index.ts';
import type { EntryChange } from '../../../src-main/catalog/index.ts';
import { nameOf } from '../catalog.ts';

const BATCH = 100_000;

export interface BigCache {
  readonly label: string;
  readonly rows: number;
}

/** Writes caches into the catalog of a user's data folder. Their entries are rows only: browsing asks the catalog, not the disk. */
export async function writeBigCaches(folder: string, data: string, caches: readonly BigCache[]): Promise<void> {
  await mkdir(data, { recursive: true });
  const catalog = openCatalog({ path: join(data, 'catalog.sqlite') });
  try {
    for (const { label, rows } of caches) {
      const directory = join(folder, label);
      await mkdir(directory);
      const { id } = catalog.caches.upsert({ kind: 'volume', directory, label, requiredCount: rows });
      for (let from = 0; from < rows; from += BATCH) {
        const count = Math.min(BATCH, rows - from);
        catalog.entries.upsert(id, Array.from({ length: count }, (_, i) => rowOf(from + i)));
      }
    }
  } finally {
    catalog.close();
  }
}

function rowOf(index: number): EntryChange {
  const name = nameOf(index);
  const key = createHash('md5').update(name).digest('hex');
  const required = { key, name, split: index % 10 === 0 ? 'valid' : 'train', position: index };
  if (index % 7 === 3) return { ...required, state: 'missing' };
  const file = { file: `${key}.pt`, sizeBytes: 8_388_608 + ((index * 7919) % 65_536), modifiedAtMs: 1.76e12 + index, shape: [1, 128, 256, 256] };
  return { ...required, ...file, state: index % 1000 === 1 ? 'damaged' : 'cached' };
}
