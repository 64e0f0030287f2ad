/**
 * `npm run bench`: whole pipelines of Larder and of MONAI in one run, deep verify against torch.load, the catalog and
 * the list at a million rows. Writes docs/benchmarks.md; exits with 1 if a budget is missed.
 *
 *   --quick        small volumes and lists, the command line from its sources; prints only
 *   --python PATH  an interpreter with PyTorch, MONAI and nibabel; otherwise .venv-interop is made or used
 *   --volumes N    volumes of 512x512x300 voxels (default 4)
 *   --runs N       runs of both sides, of which the median counts (default 3)
 *   --workers N    worker processes on both sides (default 2)
 *   --files N      entries for verify (default 24)
 *   --images       only the images, with --python of an interpreter that has Pillow; prints only
 *   --folder DIR   work there and keep it, so that the next run finds its volumes
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT } from '../../src-main/contract/errors.ts';
import ensureBuilt, { OUT } from '../browser/ensure-built.ts';
import { ensurePython } from '../interop/python-environment.ts';
import { benchImages } from './bench-images.ts';
import { benchList } from './bench-list.ts';
import type { BenchSetting } from './bench-pipeline.ts';
import { benchPipeline } from './bench-pipeline.ts';
import { benchVerify } from './bench-verify.ts';
import type { BenchFigure } from './catalog.ts';
import { benchCatalog } from './catalog.ts';
import type { Figure, Section } from './figure.ts';
import type { LarderEntries } from './larder-side.ts';
import { LarderSide } from './larder-side.ts';
import { machineFacts } from './machine.ts';
import { makeBenchProject } from './project.ts';
import { PythonSide } from './python-side.ts';
import { counted, meetsAllBudgets, renderDocument, sectionLines } from './report.ts';
import type { Sizes } from './synthetic-ct.ts';
import { WHOLE_CT } from './synthetic-ct.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENT = join(ROOT, 'docs', 'benchmarks.md');
const BUILT: LarderEntries = { cli: join(OUT, 'main', 'cli.js'), worker: join(OUT, 'main', 'worker.js') };
const SOURCES: LarderEntries = { cli: join(ROOT, 'src-main', 'hosts', 'cli', 'main.ts'), worker: join(ROOT, 'src-main', 'workers', 'entry.ts') };

interface Options {
  readonly isQuick: boolean;
  readonly python: string | undefined;
  readonly folder: string | undefined;
  readonly sizes: Sizes;
  readonly volumes: number;
  readonly runs: number;
  readonly workers: number;
  readonly files: number;
  readonly rows: number;
  /** Of text; entries that are in the cache before. */
  readonly lines: number;
  readonly entriesBefore: number;
  readonly areOnlyImages: boolean;
}

const FLAGS = {
  quick: { type: 'boolean' }, images: { type: 'boolean' }, python: { type: 'string' }, folder: { type: 'string' },
  volumes: { type: 'string' }, runs: { type: 'string' }, workers: { type: 'string' }, files: { type: 'string' },
} as const; // prettier-ignore

/** @throws for an unknown flag or a value that is no number above 0 */
function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({ args: [...argv], options: FLAGS });
  const isQuick = values.quick === true;
  const count = (name: 'volumes' | 'runs' | 'workers' | 'files', standard: number): number => {
    const text = values[name];
    if (text !== undefined && !/^[1-9]\d{0,4}$/.test(text)) throw new Error(`--${name} needs a number above 0, not "${text}".`);
    return text === undefined ? standard : Number(text);
  };
  return {
    isQuick,
    python: values.python,
    folder: values.folder,
    sizes: isQuick ? [96, 96, 60] : WHOLE_CT,
    volumes: count('volumes', isQuick ? 2 : 4),
    runs: count('runs', isQuick ? 1 : 3),
    workers: count('workers', 2),
    files: count('files', isQuick ? 6 : 24),
    rows: isQuick ? 100_000 : 1_000_000,
    lines: isQuick ? 200 : 2_000,
    entriesBefore: isQuick ? 500 : 5_000,
    areOnlyImages: values.images === true,
  };
}

/** One figure out of the same figure of every run. */
function asFigure(runs: readonly BenchFigure[]): Figure {
  const { name, unit, budget } = runs[0]!;
  const larder = runs.map(({ value }) => value);
  return { name, unit, better: unit.endsWith('/s') ? 'more' : 'less', larder, ...(budget === undefined ? {} : { budget: { of: 'value', bound: budget } }) };
}

async function catalogSection(rows: number, runs: number): Promise<Section> {
  const all: BenchFigure[][] = [];
  for (let run = 0; run < runs; run++) all.push(await benchCatalog(rows));
  return {
    title: 'Catalog',
    about: [
      `SQLite on this disk, ${counted(rows, 'entry', 'entries')} in one cache beside another of a tenth.`,
      'A window is what a virtual table asks for: 60 rows anywhere in the sorted, filtered list; where ten windows were asked for, the slowest counts.',
    ].join(' '),
    figures: all[0]!.map((_, index) => asFigure(all.map((figures) => figures[index]!))),
  };
}

async function benchAll(options: Options, setting: BenchSetting): Promise<Section[]> {
  const { say } = setting;
  const steps: readonly (() => Promise<Section | undefined>)[] = [
    () => benchPipeline(setting),
    () => benchVerify(setting, options.files),
    () => catalogSection(options.rows, options.runs),
    () => benchList(options.rows, options.runs),
    () => imagesSection(options, setting.python.interpreter, setting.project.directory, say),
  ];
  const sections: Section[] = [];
  for (const step of steps) {
    const measured = await step();
    if (measured === undefined) continue;
    const section = options.isQuick ? withoutBudgets(measured) : measured;
    sections.push(section);
    for (const line of sectionLines(section)) say(line);
  }
  return sections;
}

/** Undefined where there is no font to draw with. */
async function imagesSection(options: Options, interpreter: string, folder: string, say: (line: string) => void): Promise<Section | undefined> {
  const cli = options.isQuick ? SOURCES.cli : BUILT.cli;
  return await benchImages({ cli, interpreter, folder, runs: options.runs, lines: options.lines, before: options.entriesBefore, say });
}

/** Starting and small numbers weigh too much in a quick run to judge by it. */
function withoutBudgets(section: Section): Section {
  return { ...section, figures: section.figures.map((figure) => ({ ...figure, budget: undefined })) };
}

async function prepare(options: Options, folder: string, say: (line: string) => void): Promise<BenchSetting> {
  const interpreter = options.python === undefined ? await ensurePython(join(ROOT, '.venv-interop'), say) : resolve(options.python);
  if (!options.isQuick) await ensureBuilt();
  const project = await makeBenchProject(folder, options, say);
  const entries = options.isQuick ? SOURCES : BUILT;
  return { larder: new LarderSide(entries, folder), python: new PythonSide(interpreter, folder), project, workers: options.workers, runs: options.runs, say };
}

async function onlyImages(options: Options, folder: string, say: (line: string) => void): Promise<number> {
  if (options.python === undefined) throw new Error('--images needs --python PATH, an interpreter with Pillow.');
  if (!options.isQuick) await ensureBuilt();
  const measured = await imagesSection(options, resolve(options.python), folder, say);
  const section = measured !== undefined && options.isQuick ? withoutBudgets(measured) : measured;
  for (const line of section === undefined ? [] : sectionLines(section)) say(line);
  return section === undefined || meetsAllBudgets([section]) ? EXIT.ok : EXIT.findings;
}

async function openFolder(given: string | undefined): Promise<string> {
  if (given === undefined) return await realpath(await mkdtemp(join(tmpdir(), 'larder-bench-')));
  await mkdir(given, { recursive: true });
  return await realpath(given);
}

/** @returns the exit code */
async function main(argv: readonly string[], say: (line: string) => void): Promise<number> {
  const options = readOptions(argv);
  const folder = await openFolder(options.folder);
  const isKept = options.folder !== undefined;
  // Ctrl-C reaches the commands under way by itself; half a gigabyte of volumes must not stay behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      if (!isKept) rmSync(folder, { recursive: true, force: true });
      process.exit(EXIT.cancelled);
    });
  }
  try {
    if (options.areOnlyImages) return await onlyImages(options, folder, say);
    const setting = await prepare(options, folder, say);
    const facts = machineFacts(await setting.python.versions());
    for (const [name, value] of facts) say(`${name}: ${value}`);
    const sections = await benchAll(options, setting);
    if (options.isQuick) return EXIT.ok;
    const isMet = meetsAllBudgets(sections);
    say(isMet ? 'Every budget is met.' : 'A budget is missed; see above.');
    await mkdir(join(ROOT, 'docs'), { recursive: true });
    await writeFile(DOCUMENT, renderDocument({ date: new Date().toISOString().slice(0, 10), facts, sections }));
    say('Written: docs/benchmarks.md');
    return isMet ? EXIT.ok : EXIT.findings;
  } finally {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main(process.argv.slice(2), (line) => console.log(line));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = EXIT.findings;
}
