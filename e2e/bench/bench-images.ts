import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findKhmerFonts } from '../../src-main/kinds/image/find-khmer-fonts.ts';
import type { Figure, Section } from './figure.ts';
import { measureProcess } from './measured-process.ts';
import { counted } from './report.ts';
import { settleDisk } from './settle-disk.ts';

const SCRIPT = join(import.meta.dirname, 'image_cache_path.py');
const FONT = 'KhmerOS.ttf';

export interface ImageBench {
  /** The command line's entry. */
  readonly cli: string;
  /** An interpreter with Pillow. */
  readonly interpreter: string;
  readonly folder: string;
  readonly runs: number;
  /** Lines that are drawn and measured. */
  readonly lines: number;
  /** Entries the cache has before. */
  readonly before: number;
  readonly say: (line: string) => void;
}

interface ImageRun {
  readonly two: number;
  readonly one: number;
  readonly python: number;
  readonly pythonEmpty: number;
  readonly empty: number;
  /** Seconds of all lines of the corpus into an empty cache, with one worker and with two. */
  readonly allByOne: number;
  readonly allByTwo: number;
}

/** Common words; a line has some twenty of them and 118 characters on average, as the corpus of the training has. */
const WORDS = 'ភាសា ខ្មែរ ប្រទេស កម្ពុជា រាជធានី ភ្នំពេញ សាលារៀន គ្រូបង្រៀន សិស្ស សៀវភៅ ស្ត្រី កុមារ ខ្ញុំ យើង ចង់ រៀន ធ្វើការ ផ្សារ ទឹក បាយ ត្រី ឆ្នាំ ខែ មករា ថ្ងៃ ព្រឹក ល្ងាច ប៉ុស្តិ៍ ប្រៃសណីយ៍ សេវា ទូរស័ព្ទ ដំណើរការ ២០២៤ ABC'.split(' ');
const LINE_LENGTH = 118;

/** The same lines on every machine; no two are equal. */
export function benchLines(count: number): string[] {
  let state = 12_345;
  const next = (): string => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return WORDS[(state >>> 8) % WORDS.length]!;
  };
  return Array.from({ length: count }, (_, at) => {
    let line = `${at}`;
    while (line.length < LINE_LENGTH) line += ` ${next()}`;
    return line;
  });
}

/** `larder pregenerate` against the original's own path. Undefined where there is no font to draw with. */
export async function benchImages(bench: ImageBench): Promise<Section | undefined> {
  const fonts = findKhmerFonts();
  if (fonts === undefined) {
    bench.say('  Images are not measured: no Khmer OS fonts on this machine (Debian: apt-get install fonts-khmeros).');
    return undefined;
  }
  const project = await mkdtemp(join(bench.folder, 'images-'));
  try {
    await mkdir(join(project, 'corpus'));
    await mkdir(join(project, 'fonts'));
    await copyFile(join(fonts, FONT), join(project, 'fonts', FONT));
    await writeFile(join(project, 'corpus', 'train.txt'), benchLines(bench.before + bench.lines).join('\n'));
    const all: ImageRun[] = [];
    for (let run = 1; run <= bench.runs; run++) {
      const once = await runOnce(bench, project);
      all.push(once);
      bench.say(`  images, run ${run} of ${bench.runs}: Larder ${once.two.toFixed(2)} s, Pillow and its index ${once.python.toFixed(2)} s`);
    }
    return { title: 'Images', about: about(bench), figures: figuresOf(all, bench) };
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

function about({ lines, before }: ImageBench): string {
  return [
    `\`larder pregenerate\` of ${counted(lines, 'line')} of 118 characters in one font at height 32, into a cache that has ${counted(before, 'entry', 'entries')}, against the original's path in Pillow, which writes its whole index again with every image (\`e2e/bench/image_cache_path.py\`).`,
    'For Larder it is the whole command, with its start, its plan, the glyph guard, syncing every file and the index; for Pillow the work without starting Python. The original draws in one process; Larder with two workers unless the figure says so.',
    'The two do not draw the same: the original forms no subscripts. The prototype this is built after drew and wrote 263 lines of that length a second on one core (3.8 ms each), without guard, syncing and index.',
  ].join(' ');
}

async function runOnce(bench: ImageBench, project: string): Promise<ImageRun> {
  const two = await larderRun(bench, project, 2);
  const one = await larderRun(bench, project, 1);
  const empty = await larderEmpty(bench, project, 2, bench.lines);
  const all = bench.before + bench.lines;
  const larder = { two, one, empty, allByOne: await larderEmpty(bench, project, 1, all), allByTwo: await larderEmpty(bench, project, 2, all) };
  return { ...larder, python: await pythonRun(bench, project, bench.before), pythonEmpty: await pythonRun(bench, project, 0) };
}

async function larderEmpty(bench: ImageBench, project: string, jobs: number, lines: number): Promise<number> {
  const cache = await emptyFolder(project);
  await settleDisk();
  return await pregenerate(bench, project, cache, jobs, ['--max-lines', String(lines)]);
}

/** Caches stay until the end: for half a minute after many files were removed, ext4 is slow to make new ones. */
const emptyFolder = (project: string): Promise<string> => mkdtemp(join(project, 'cache-'));

/** Fills the cache with what is there before, then measures the rest. */
async function larderRun(bench: ImageBench, project: string, jobs: number): Promise<number> {
  const cache = await emptyFolder(project);
  const filled = join(project, 'filled');
  if (!existsSync(filled)) await pregenerate(bench, project, filled, 2, ['--max-lines', String(bench.before)]);
  await cp(filled, cache, { recursive: true, preserveTimestamps: true });
  await settleDisk();
  const seconds = await pregenerate(bench, project, cache, jobs, []);
  const images = (await readdir(join(cache, 'images'))).length;
  if (images !== bench.before + bench.lines) throw new Error(`${images} images are in ${basename(cache)} instead of ${bench.before + bench.lines}`);
  return seconds;
}

async function pregenerate(bench: ImageBench, project: string, cache: string, jobs: number, more: readonly string[]): Promise<number> {
  const words = ['pregenerate', '--cache', cache, '--corpus-dir', join(project, 'corpus'), '--fonts-dir', join(project, 'fonts'), '--splits', 'train', '--jobs', String(jobs), '--json', ...more];
  const environment = { ...process.env, LARDER_DATA_DIR: join(project, 'data') };
  const run = await measureProcess(process.execPath, [bench.cli, ...words], { cwd: project, environment });
  if (run.exitCode !== 0) throw new Error(`larder pregenerate ended with ${run.exitCode}:\n${run.stderr.slice(-2000)}`);
  return run.seconds;
}

async function pythonRun(bench: ImageBench, project: string, before: number): Promise<number> {
  const cache = await emptyFolder(project);
  await settleDisk();
  const words = [SCRIPT, join(project, 'corpus', 'train.txt'), join(project, 'fonts', FONT), cache, String(before), String(bench.lines)];
  const run = await measureProcess(bench.interpreter, words, { cwd: project, environment: process.env });
  if (run.exitCode !== 0) throw new Error(`image_cache_path.py ended with ${run.exitCode}:\n${run.stderr.slice(-2000)}`);
  const { seconds, images } = JSON.parse(run.stdout) as { seconds: number; images: number };
  if (images !== bench.lines) throw new Error(`Pillow made ${images} of ${bench.lines} images`);
  return seconds;
}

function figuresOf(runs: readonly ImageRun[], { lines, before }: ImageBench): Figure[] {
  const per = (pick: (run: ImageRun) => number): number[] => runs.map(pick);
  return [
    { name: `${counted(lines, 'line')} at ${counted(before, 'entry', 'entries')}`, unit: 's', better: 'less', larder: per(({ two }) => two), python: per(({ python }) => python), budget: { of: 'ratio', bound: 15 } },
    { name: `${counted(lines, 'line')} at ${counted(before, 'entry', 'entries')}, 1 worker`, unit: 's', better: 'less', larder: per(({ one }) => one), python: per(({ python }) => python) },
    { name: `${counted(lines, 'line')} into an empty cache`, unit: 's', better: 'less', larder: per(({ empty }) => empty), python: per(({ pythonEmpty }) => pythonEmpty) },
    { name: 'images a second and core, 1 worker', unit: 'images/s', better: 'more', larder: per(({ one }) => lines / one), python: per(({ python }) => lines / python) },
    { name: `two workers against one, ${counted(lines + before, 'line')} into an empty cache`, unit: 'times', better: 'more', larder: per(({ allByOne, allByTwo }) => allByOne / allByTwo), budget: { of: 'value', bound: 1.6 } },
  ];
}
