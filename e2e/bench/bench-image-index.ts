import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openCatalog } from '../../src-main/catalog/index.ts';
import { fillImageCatalog } from './bench-image-catalog.ts';
import type { Figure, Section } from './figure.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { measureProcess } from './measured-process.ts';
import { counted } from './report.ts';
import { settleDisk } from './settle-disk.ts';
import { syntheticEntries } from './synthetic-image-cache.ts';

const EXPORT = join(import.meta.dirname, 'export-index-once.ts');
const REWRITE = join(import.meta.dirname, 'rewrite_index.py');
/** ext4 gives one file at most 65,000 names. */
const NAMES_PER_FILE = 60_000;
/** The second size, by which is told whether memory grows with the cache. */
const TIMES = 4;
/** Memory at the second size against the first: an index held in memory would be four times as much of the greatest part. */
const GROWTH_MAX = 1.5;

export interface ImageIndexBench {
  readonly interpreter: string;
  readonly folder: string;
  readonly runs: number;
  readonly entries: number;
}

interface IndexRun {
  readonly larder: number;
  readonly python: number;
  readonly peakBytes: number;
}

/** The index of a large cache, written by Larder and by the original's `json.dump`; both must give the same bytes. */
export async function benchImageIndex(bench: ImageIndexBench): Promise<Section> {
  const own = await mkdtemp(join(bench.folder, 'image-index-'));
  try {
    const small = await measureSize(bench, join(own, 'small'), bench.entries, bench.runs);
    const large = await measureSize(bench, join(own, 'large'), bench.entries * TIMES, bench.runs);
    return { title: 'Index of an image cache', about: about(bench), figures: figuresOf(bench, small, large) };
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Pictures are only asked whether they are there: all are one empty file. */
function make(folder: string, entries: number): void {
  const images = join(folder, 'cache', 'images');
  mkdirSync(images, { recursive: true });
  let at = 0;
  let first = '';
  for (const { key } of syntheticEntries(entries)) {
    const image = join(images, `${key}.png`);
    if (at++ % NAMES_PER_FILE === 0) writeFileSync((first = image), '');
    else linkSync(first, image);
  }
  const catalog = openCatalog({ path: join(folder, 'catalog.sqlite') });
  fillImageCatalog(catalog, join(folder, 'cache'), entries);
  catalog.close();
}

async function measureSize({ interpreter }: ImageIndexBench, folder: string, entries: number, runs: number): Promise<IndexRun[]> {
  make(folder, entries);
  const index = join(folder, 'cache', 'cache_index.json');
  const measured: IndexRun[] = [];
  for (let run = 0; run < runs; run++) {
    await rm(index, { force: true });
    await settleDisk();
    const ours = await measureProcess(process.execPath, [EXPORT, folder], { cwd: folder, environment: process.env });
    const larder = answerOf<{ seconds: number; entries: number }>(ours, 'export-index-once.ts');
    const python = answerOf<{ seconds: number; entries: number; same: boolean }>(await measureProcess(interpreter, [REWRITE, index, join(folder, 'rewritten.json')], { cwd: folder, environment: process.env }), 'rewrite_index.py');
    if (larder.entries !== entries || python.entries !== entries || !python.same) throw new Error(`the index of ${entries} entries is not what json.dump writes`);
    measured.push({ larder: larder.seconds, python: python.seconds, peakBytes: ours.ownPeakBytes ?? Number.NaN });
  }
  return measured;
}

function answerOf<T>({ exitCode, stdout, stderr }: MeasuredProcess, script: string): T {
  if (exitCode !== 0) throw new Error(`${script} ended with ${exitCode}:\n${stderr.slice(-2000)}`);
  return JSON.parse(stdout) as T;
}

function about({ entries }: ImageIndexBench): string {
  return `\`cache_index.json\` of ${counted(entries, 'entry', 'entries')} with lines of 118 characters, from the catalog and the names in the folder, synced; against the \`json.dump\` by which the original writes it with every picture, from memory and not synced. Both files are compared byte for byte. Memory is the most the whole process takes, which shall not grow with the cache.`;
}

function figuresOf({ entries }: ImageIndexBench, small: readonly IndexRun[], large: readonly IndexRun[]): Figure[] {
  const per = (runs: readonly IndexRun[], pick: (run: IndexRun) => number): number[] => runs.map(pick);
  const peak = (runs: readonly IndexRun[]): number => Math.max(...per(runs, ({ peakBytes }) => peakBytes));
  return [
    { name: `index of ${counted(entries, 'entry', 'entries')}`, unit: 's', better: 'less', larder: per(small, ({ larder }) => larder), python: per(small, ({ python }) => python), budget: { of: 'value', bound: 2 } },
    { name: `index of ${counted(entries * TIMES, 'entry', 'entries')}`, unit: 's', better: 'less', larder: per(large, ({ larder }) => larder), python: per(large, ({ python }) => python) },
    { name: `memory for ${counted(entries, 'entry', 'entries')}`, unit: 'MB', better: 'less', larder: per(small, ({ peakBytes }) => peakBytes / 1e6) },
    { name: `memory for ${counted(entries * TIMES, 'entry', 'entries')}`, unit: 'MB', better: 'less', larder: per(large, ({ peakBytes }) => peakBytes / 1e6) },
    { name: `memory for ${TIMES} times the entries`, unit: 'times', better: 'less', larder: [peak(large) / peak(small)], budget: { of: 'value', bound: GROWTH_MAX } },
  ];
}
