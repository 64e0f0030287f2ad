import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCatalog } from '../catalog/index.ts';
import type { Catalog, Entry } from '../catalog/index.ts';
import { getKind } from '../kinds/index.ts';
import { cacheLayout, statFiles } from '../store/index.ts';
import type { CacheLayout } from '../store/index.ts';
import { syncCatalog } from './sync-catalog.ts';

const KEY = 'a'.repeat(32);
const FILE = `${KEY}.pt`;
const NEVER = new AbortController().signal;

let layout: CacheLayout;
let catalog: Catalog;
beforeEach(async () => {
  layout = cacheLayout(await mkdtemp(join(tmpdir(), 'larder-sync-')));
  catalog = openCatalog({ path: ':memory:' });
});
afterEach(async () => {
  catalog.close();
  await rm(layout.directory, { recursive: true });
});

async function sync(): Promise<Entry> {
  const cache = catalog.caches.upsert({ kind: 'volume', directory: layout.directory });
  await syncCatalog(catalog, cache, getKind('volume'), layout, undefined, NEVER);
  return catalog.entries.getByKey(cache.id, KEY)!;
}

it('takes an entry for gone that is not listed, also where the disk does not answer for its file', async () => {
  await writeFile(join(layout.directory, FILE), 'good');
  const { cacheId } = await sync();
  // The system refuses to look at such a name, as it does at a bad place of a disk.
  const refused = `${'x'.repeat(300)}.pt`;
  await rm(join(layout.directory, FILE));
  catalog.entries.upsert(cacheId, [{ key: KEY, file: refused, madeAtMs: 1 }]);
  expect(await sync()).toMatchObject({ state: 'missing', file: null });
});

it('does not take a file for unchanged whose size and time were given back after its content was changed', async () => {
  const path = join(layout.directory, FILE);
  await writeFile(path, 'good');
  const { cacheId } = await sync();
  const known = (await statFiles(layout, [FILE])).get(FILE)!;
  catalog.entries.upsert(cacheId, [{ key: KEY, digest: 'of good', verifiedSizeBytes: 4, verifiedModifiedAtMs: known.modifiedAtMs, verifiedChangedAtMs: known.changedAtMs }]);
  expect(await sync()).toMatchObject({ digest: 'of good', verifiedSizeBytes: 4 });
  const { atime, mtime } = await stat(path);
  await writeFile(path, 'evil');
  await utimes(path, atime, mtime);
  expect(await sync()).toMatchObject({ digest: null, verifiedSizeBytes: null, verifiedChangedAtMs: null });
});

it('puts right the name of its file in a row that was damaged', async () => {
  await writeFile(join(layout.directory, FILE), 'good');
  const { cacheId } = await sync();
  catalog.entries.upsert(cacheId, [{ key: KEY, file: `b${FILE.slice(1)}` }]);
  expect(await sync()).toMatchObject({ state: 'cached', file: FILE });
});

it('takes a file for gone whose name was damaged into one that no file can have', async () => {
  await writeFile(join(layout.directory, FILE), 'good');
  const { cacheId } = await sync();
  await rm(join(layout.directory, FILE));
  catalog.entries.upsert(cacheId, [{ key: KEY, digest: 'of good', madeAtMs: 1, file: `${'a'.repeat(20)}${'\0'.repeat(12)}.pt` }]);
  expect(await sync()).toMatchObject({ state: 'missing', file: null });
});

it('does not take a row for an entry of its own whose key was damaged', async () => {
  await writeFile(join(layout.directory, FILE), 'good');
  const { cacheId } = await sync();
  catalog.entries.upsert(cacheId, [{ key: `b${KEY.slice(1)}`, file: FILE }]);
  await expect(sync()).rejects.toMatchObject({ code: 'CATALOG_DAMAGED' });
});
