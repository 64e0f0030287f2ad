import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openCatalog } from '../../src-main/catalog/index.ts';
import type { Catalog } from '../../src-main/catalog/index.ts';
import type { Figure, Section } from './figure.ts';
import { counted } from './report.ts';
import { syntheticEntries } from './synthetic-image-cache.ts';

const QUERIES = 50;
const BATCH = 20_000;

/** A catalog that knows the entries of `syntheticEntries`. @returns the row of the cache */
export function fillImageCatalog(catalog: Catalog, directory: string, rows: number): number {
  const { id } = catalog.caches.upsert({ kind: 'image', directory });
  let batch: Parameters<Catalog['entries']['upsert']>[1] & unknown[] = [];
  const flush = (): void => {
    catalog.entries.upsert(id, batch);
    batch = [];
  };
  for (const { key, text, fontPath } of syntheticEntries(rows)) {
    batch.push({ key, name: text, variant: fontPath, state: 'cached', file: `images/${key}.png`, sizeBytes: 3_400, shape: [32, 845], dtype: 'uint8' });
    if (batch.length === BATCH) flush();
  }
  flush();
  return id;
}

/** Parts of one to eleven characters from all over the texts, in Khmer, digits and Latin letters, and every tenth that is nowhere. */
export function searchedParts(texts: readonly string[]): string[] {
  return Array.from({ length: QUERIES }, (_, i) => {
    const text = texts[(i * 7_919) % texts.length]!;
    const from = (i * 13) % (text.length - 12);
    return i % 10 === 9 ? `${text.slice(from, from + 4)}#${i}` : text.slice(from, from + 1 + (i % 11));
  });
}

/** Milliseconds. */
interface SearchRun {
  readonly opening: number;
  /** In the order they were asked. */
  readonly searches: readonly number[];
}

/** Search by part of a text, with the page that shows what was found. */
export async function benchImageCatalog(folder: string, rows: number, runs: number): Promise<Section> {
  const own = await mkdtemp(join(folder, 'image-catalog-'));
  const path = join(own, 'catalog.sqlite');
  try {
    const filled = openCatalog({ path });
    const cacheId = fillImageCatalog(filled, '/bench/images', rows);
    filled.close();
    const parts = searchedParts(Array.from(syntheticEntries(rows), ({ text }) => text));
    const all: SearchRun[] = [];
    for (let run = 0; run < runs; run++) all.push(await searchOnce(path, cacheId, parts));
    return { title: 'Search of an image cache', about: about(rows), figures: figuresOf(all) };
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Opens the list anew, in a catalog that was just opened. */
async function searchOnce(path: string, cacheId: number, parts: readonly string[]): Promise<SearchRun> {
  const catalog = openCatalog({ path, readonly: true });
  try {
    const timed = async (text?: string): Promise<number> => {
      const startedAt = performance.now();
      await catalog.pages.page({ cacheId, limit: 60, ...(text === undefined ? {} : { text }) });
      return performance.now() - startedAt;
    };
    const opening = await timed();
    const searches: number[] = [];
    for (const text of parts) searches.push(await timed(text));
    return { opening, searches };
  } finally {
    catalog.close();
  }
}

function about(rows: number): string {
  return `Search: ${QUERIES} different parts of texts, in every run on a list that was just opened, 1 to 11 characters, in a catalog of ${counted(rows, 'entry', 'entries')} whose lines have 118 characters; each with the first page of what was found, as a window asks for it. Its texts are read into memory when the list is opened, before anything can be searched.`;
}

function figuresOf(runs: readonly SearchRun[]): Figure[] {
  const others = runs.map(({ searches }) => searches.slice(1));
  return [
    { name: 'search by part of a text', unit: 'ms', better: 'less', larder: others.flat(), budget: { of: 'value', bound: 50 } },
    { name: 'the slowest of them', unit: 'ms', better: 'less', larder: others.map((times) => Math.max(...times)) },
    { name: 'the first after the list was opened', unit: 'ms', better: 'less', larder: runs.map(({ searches }) => searches[0]!), budget: { of: 'value', bound: 50 } },
    { name: 'opening the list: its first page, and every text read', unit: 'ms', better: 'less', larder: runs.map(({ opening }) => opening), budget: { of: 'value', bound: 1_000 } },
  ];
}
