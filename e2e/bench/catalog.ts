/**
 * Speed of the catalog at 1,000,000 entries in one cache beside another of 100,000: `node e2e/bench/catalog.ts [--rows 1000000]`.
 * Prints one line per figure; exits with 1 if one is over its budget.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ENTRY_SORTS, openCatalog } from '../../src-main/catalog/index.ts';
import type { Catalog, EntryChange, EntryFilter, RequiredItem } from '../../src-main/catalog/index.ts';

export interface BenchFigure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Upper bound, or lower bound for a rate (unit ends in `/s`). */
  readonly budget?: number;
}

const PAGE_BUDGET_MS = 50;
const BATCH = 250_000;
const SPLITS = ['train', 'valid', 'test'];

/** Names as in CT-RATE (`train_12345_a_2.nii.gz`), keys as MONAI makes them (md5 of the name). */
export function nameOf(index: number): string {
  return `${SPLITS[index % 10 === 0 ? 1 : 0]}_${index >> 3}_${'abcd'[(index >> 1) & 3]}_${(index & 1) + 1}.nii.gz`;
}

function itemOf(index: number): RequiredItem {
  const name = nameOf(index);
  return { key: createHash('md5').update(name).digest('hex'), name, split: SPLITS[index % 10 === 0 ? 1 : 0]! };
}

function changeOf(index: number): EntryChange {
  const item = itemOf(index);
  const isMissing = index % 7 === 3;
  return {
    ...item,
    position: index,
    state: isMissing ? 'missing' : index % 1000 === 1 ? 'damaged' : 'cached',
    ...(isMissing
      ? {}
      : { file: `${item.key}.pt`, sizeBytes: 8_388_608 + ((index * 7919) % 65_536), modifiedAtMs: 1.76e12 + ((index * 104_729) % 2_592_000_000), shape: [1, 128, 256, 256] }),
  };
}

function elapsedMs(work: () => unknown): number {
  const startMs = performance.now();
  work();
  return performance.now() - startMs;
}

/** Inserting is timed without making the rows. */
function fill(catalog: Catalog, cacheId: number, rows: number): number {
  let seconds = 0;
  for (let from = 0; from < rows; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, rows - from) }, (_, i) => changeOf(from + i));
    seconds += elapsedMs(() => catalog.entries.upsert(cacheId, batch)) / 1000;
  }
  return rows / seconds;
}

/** Each as the first page somebody asks for: a filter that was not used before, then windows of the same list. */
function filters(cacheId: number, rows: number): readonly (readonly [string, EntryFilter])[] {
  const rare = nameOf(rows - 3).slice(6, -9);
  return [
    ['state damaged', { cacheId, states: ['damaged'] }],
    ['states cached and missing', { cacheId, states: ['cached', 'missing'] }],
    ['split valid', { cacheId, split: 'valid' }],
    ['size range', { cacheId, minSizeBytes: 8_388_608 + 30_000, maxSizeBytes: 8_388_608 + 40_000 }],
    ['modified range', { cacheId, modifiedAfter: 1.76e12 + 1e9, modifiedBefore: 1.76e12 + 1.5e9 }],
    ['text of 1 character', { cacheId, text: 'a' }],
    ['text of 1 character, nowhere', { cacheId, text: '#' }],
    ['text of 2 characters', { cacheId, text: 'b_' }],
    ['text in every name', { cacheId, text: 'nii.gz' }],
    ['text in few names', { cacheId, text: rare }],
    ['text nowhere', { cacheId, text: 'train_x' }],
    ['key prefix of 6', { cacheId, text: itemOf(12_345 % rows).key.slice(0, 6) }],
    ['text, state, split and size', { cacheId, text: '1_a', states: ['cached'], split: 'train', minSizeBytes: 8_400_000 }],
  ];
}

/** Slowest of the windows a virtual table asks for: start, depths, end, both directions. */
function slowestWindow(catalog: Catalog, filter: EntryFilter, sort: (typeof ENTRY_SORTS)[number], rows: number): number {
  const times = [0, 0.1, 0.5, 0.734, 0.9999].flatMap((part) =>
    [false, true].map((descending) => elapsedMs(() => catalog.entries.list({ ...filter, sort, descending, offset: Math.floor(rows * part), limit: 60 }))),
  );
  return Math.max(...times);
}

function pageFigures(catalog: Catalog, cacheId: number, rows: number): BenchFigure[] {
  const figures: BenchFigure[] = [];
  const add = (name: string, value: number): void => void figures.push({ name, value, unit: 'ms', budget: PAGE_BUDGET_MS });
  for (const sort of ENTRY_SORTS) add(`page, by ${sort}, slowest of 10 windows`, slowestWindow(catalog, { cacheId }, sort, rows));
  for (const [name, filter] of filters(cacheId, rows)) {
    add(`first count: ${name}`, elapsedMs(() => catalog.entries.count(filter)));
  }
  for (const [name, filter] of filters(cacheId, rows)) {
    add(`filter and page, by sizeBytes: ${name}`, slowestWindow(catalog, filter, 'sizeBytes', catalog.entries.count(filter)));
  }
  add('state counts', elapsedMs(() => catalog.entries.stateCounts(cacheId)));
  add('storage by state, split and age', elapsedMs(() => catalog.entries.storage(cacheId, 1.763e12)));
  add('entry by key', elapsedMs(() => catalog.entries.getByKey(cacheId, itemOf(rows >> 1).key)));
  add('entries by name', elapsedMs(() => catalog.entries.getByName(cacheId, nameOf(rows >> 1))));
  add('where an entry stands', elapsedMs(() => catalog.entries.offsetOf({ cacheId, sort: 'name' }, itemOf(rows >> 1).key)));
  return figures;
}

/** A running job: an entry is published, and the table asks for its window again. */
function changeFigures(catalog: Catalog, cacheId: number, rows: number): BenchFigure[] {
  const sorts = ['position', 'sizeBytes', 'name', 'key', 'modifiedAtMs'] as const;
  return sorts.map((sort, i) => {
    const filter: EntryFilter = { cacheId, states: ['cached'], text: 'a_1' };
    catalog.entries.list({ ...filter, sort });
    const times = Array.from({ length: 5 }, (_, k) => {
      const { key, name, split } = itemOf((i * 5 + k) * 7 + 3);
      catalog.entries.recordPublished(cacheId, { key, name, split, file: `${key}.pt`, sizeBytes: 8_400_000 + k, modifiedAtMs: 1.763e12 + k });
      return elapsedMs(() => catalog.entries.list({ ...filter, sort, offset: rows >> 4, limit: 60 }));
    });
    return { name: `page after a publication, by ${sort}, searched and filtered`, value: Math.max(...times), unit: 'ms', budget: PAGE_BUDGET_MS };
  });
}

async function openedFigures(path: string, cacheId: number, rows: number): Promise<BenchFigure[]> {
  const cold = openCatalog({ path, readonly: true });
  const first = elapsedMs(() => cold.entries.list({ cacheId, limit: 60 }));
  const counts = elapsedMs(() => cold.entries.stateCounts(cacheId));
  cold.close();
  const warmed = openCatalog({ path, readonly: true });
  const startMs = performance.now();
  let longest = 0;
  let lastMs = startMs;
  const watch = setInterval(() => {
    longest = Math.max(longest, performance.now() - lastMs);
    lastMs = performance.now();
  }, 1);
  await warmed.entries.warm(cacheId);
  const warm = performance.now() - startMs;
  clearInterval(watch);
  warmed.close();
  return [
    { name: 'first page after opening the catalog, columns not read yet', value: first, unit: 'ms', ...(rows <= 100_000 ? { budget: 1000 } : {}) },
    { name: 'state counts after opening', value: counts, unit: 'ms', budget: PAGE_BUDGET_MS },
    { name: 'reading and sorting ahead, all sorts', value: warm, unit: 'ms' },
    { name: 'longest pause of the process meanwhile', value: longest, unit: 'ms' },
  ];
}

export async function benchCatalog(rows: number): Promise<BenchFigure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-bench-'));
  const path = join(folder, 'catalog.sqlite');
  try {
    const catalog = openCatalog({ path });
    const beside = catalog.caches.upsert({ kind: 'image', directory: '/caches/beside' }).id;
    const cacheId = catalog.caches.upsert({ kind: 'volume', directory: '/caches/volumes' }).id;
    fill(catalog, beside, Math.floor(rows / 10));
    const figures: BenchFigure[] = [{ name: 'insert, batches of 250,000', value: fill(catalog, cacheId, rows), unit: 'rows/s' }];
    const before = process.memoryUsage();
    await catalog.entries.warm(cacheId);
    const after = process.memoryUsage();
    figures.push({ name: 'memory of the columns and sorts', value: (after.arrayBuffers - before.arrayBuffers) / 2 ** 20, unit: 'MiB' });
    figures.push(...pageFigures(catalog, cacheId, rows), ...changeFigures(catalog, cacheId, rows));
    const items = Array.from({ length: rows }, (_, i) => itemOf(i));
    figures.push({ name: 'replace required, all known', value: elapsedMs(() => catalog.entries.replaceRequired(cacheId, items)) / 1000, unit: 's' });
    const fresh = catalog.caches.upsert({ kind: 'volume', directory: '/caches/fresh' }).id;
    figures.push({ name: 'replace required, all new', value: elapsedMs(() => catalog.entries.replaceRequired(fresh, items)) / 1000, unit: 's' });
    catalog.caches.remove(fresh);
    catalog.entries.stateCounts(cacheId);
    catalog.close();
    return [...figures, ...(await openedFigures(path, cacheId, rows))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isOverBudget({ value, unit, budget }: BenchFigure): boolean {
  if (budget === undefined) return false;
  return unit.endsWith('/s') ? value < budget : value > budget;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const flag = process.argv.indexOf('--rows');
  const figures = await benchCatalog(flag < 0 ? 1_000_000 : Number(process.argv[flag + 1]));
  for (const figure of figures) {
    const budget = figure.budget === undefined ? '' : `  (budget ${figure.budget})`;
    console.log(`${isOverBudget(figure) ? 'OVER' : '    '} ${figure.name.padEnd(68)} ${figure.value.toFixed(1).padStart(10)} ${figure.unit}${budget}`);
  }
  process.exitCode = figures.some(isOverBudget) ? 1 : 0;
}
