import { dirname, join } from 'node:path';
import type { GenerateResult } from '../../src-main/contract/commands.ts';
import type { JobForecast, JobMeasured } from '../../src-main/contract/forecast.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import type { HubDouble } from '../hub/index.ts';
import { createHubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY } from '../sample/index.ts';
import type { Figure, Section } from './figure.ts';
import type { ForecastProject } from './forecast-project.ts';
import { makeForecastProject, writeVolumeConfig } from './forecast-project.ts';
import { measureProcess } from './measured-process.ts';
import { DiskWatch } from './disk-watch.ts';
import { settleDisk } from './settle-disk.ts';

const DISK_BUDGET = 2;
const TIME_BUDGET = 15;
const JOBS_WITHIN = 9;
/** Of each connection: a line on which downloading counts. */
const BYTES_PER_SECOND = 6e6;
const LINES = 6_000;
const SHAPE = [96, 128, 128] as const;

interface SampleJob {
  readonly name: string;
  /** An earlier job of the same kind and parameters, as anybody has had one who looks at a forecast; not counted. */
  readonly isWarmUp?: true;
  /** Writes what it needs. */
  prepare(id: string): Promise<{ readonly words: readonly string[]; readonly cacheFolder: string }>;
}

interface Judged {
  readonly name: string;
  readonly forecast: JobForecast;
  /** Seen from outside: the growth of the cache folder and of the data folder, and the time of the process from start to end. */
  readonly seen: { readonly peakBytes: number; readonly dataBytes: number; readonly seconds: number };
  readonly measured: JobMeasured;
}

export interface ForecastBench {
  readonly cli: string;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Ten jobs of both kinds, each forecast before it ran; errors in percent of what was measured. */
export async function benchForecast({ cli, folder, say }: ForecastBench): Promise<Section> {
  const project = await makeForecastProject(folder, LINES);
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: project.uploads, bytesPerSecond: BYTES_PER_SECOND });
  const data = join(folder, 'forecast-data');
  const environment = demoEnvironment(process.env, { data, hfHome: join(folder, 'forecast-hf') });
  const judged: Judged[] = [];
  try {
    for (const [index, job] of sampleJobs(project, hub).entries()) {
      await settleDisk();
      const { words, cacheFolder } = await job.prepare(String(index));
      const watches = [DiskWatch.start(cacheFolder), DiskWatch.start(data)] as const;
      const run = await measureProcess(process.execPath, [cli, ...words, '--json'], { cwd: folder, environment });
      const [peakBytes, dataBytes] = [await watches[0].stop(), await watches[1].stop()];
      if (run.exitCode !== 0) throw new Error(`${job.name} ended with ${run.exitCode}:\n${run.stderr.slice(-2000)}${run.stdout.slice(-2000)}`);
      const { forecast, measured } = resultOf(run.stdout);
      if (job.isWarmUp === true) continue;
      if (forecast === undefined || measured === undefined || forecast.seconds === null) throw new Error(`${job.name} ended without a forecast and a measurement`);
      judged.push({ name: job.name, forecast, measured, seen: { peakBytes, dataBytes, seconds: run.seconds } });
      say(`  ${job.name}: ${(forecast.peakBytes / 1e6).toFixed(1)} MB forecast, ${(peakBytes / 1e6).toFixed(1)} MB seen (${(measured.peakBytes / 1e6).toFixed(1)} MB by Larder; the data folder grew by ${(dataBytes / 1e6).toFixed(1)} MB); ${forecast.seconds.middle.toFixed(1)} s (${forecast.seconds.low.toFixed(1)}–${forecast.seconds.high.toFixed(1)}) forecast, ${run.seconds.toFixed(1)} s seen (${measured.seconds.toFixed(1)} s by Larder)`);
    }
  } finally {
    await hub.close();
  }
  return { title: 'Forecasts', about: ABOUT, figures: figuresOf(judged) };
}

const ABOUT = [
  'Ten jobs, each forecast before it ran: volumes of 2 to 8 MB on disk and on a Hub (6 MB/s a connection), with one worker and two, windows of 2 to 100 raw files, and rendered lines.',
  'Before them runs one smaller job for each set of parameters and number of workers, which is what a forecast is made from; those are not counted.',
  'Judged from outside, in percent of what was seen: the growth of the cache folder at the worst moment, as `du` counts it, looked at up to fifty times a second (raw files, staging, entries, folders, and the index with its copy while it is replaced); and the time of the whole process from its start to its end, against the middle of the range.',
  "What Larder itself added up stands beside it. Its data folder, with the catalog and its log, is no part of the cache nor of the forecast: what it grew by is told.",
].join(' ');

function resultOf(stdout: string): GenerateResult {
  const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { readonly type: string });
  return lines.find(({ type }) => type === 'result') as unknown as GenerateResult;
}

function sampleJobs(project: ForecastProject, hub: HubDouble): SampleJob[] {
  const volumes = (name: string, from: number, to: number, workers: number, how: { readonly isOnHub?: true; readonly window?: number; readonly isWarmUp?: true } = {}): SampleJob => ({
    name,
    ...(how.isWarmUp === undefined ? {} : { isWarmUp: how.isWarmUp }),
    async prepare(id) {
      const config = await writeVolumeConfig(project, id, { from, to, repository: SAMPLE_REPOSITORY, targetShape: SHAPE, ...(how.isOnHub === undefined ? {} : { endpoint: hub.endpoint }) });
      return { cacheFolder: dirname(config), words: ['generate', '--config', config, '--yes', '--num-workers', String(workers), ...(how.window === undefined ? [] : ['--batch-size', String(how.window)])] };
    },
  });
  const lines = (name: string, count: number, workers: number, isWarmUp?: true): SampleJob => ({
    name,
    ...(isWarmUp === undefined ? {} : { isWarmUp }),
    prepare: (id) => Promise.resolve({ cacheFolder: join(project.folder, `lines-${id}`), words: ['pregenerate', '--cache', join(project.folder, `lines-${id}`), '--corpus-dir', join(project.folder, 'corpus'), '--fonts-dir', join(project.folder, 'fonts'), '--splits', 'train', '--max-lines', String(count), '--jobs', String(workers)] }),
  });
  const warmUp = { isWarmUp: true } as const;
  const drawn = project.corpus === undefined ? [] : [lines('lines, warm-up', 2_000, 2, true), lines('lines, one worker, warm-up', 2_000, 1, true)];
  return [
    volumes('two workers, warm-up', 0, 8, 2, warmUp),
    volumes('one worker, warm-up', 0, 5, 1, warmUp),
    volumes('Hub, warm-up', 0, 8, 2, { ...warmUp, isOnHub: true }),
    volumes('Hub, window of 2, warm-up', 0, 6, 1, { ...warmUp, isOnHub: true, window: 2 }),
    ...drawn,
    volumes('48 local volumes, 2 workers', 8, 56, 2),
    volumes('96 local volumes, 2 workers', 0, 96, 2),
    volumes('36 local volumes, 1 worker', 20, 56, 1),
    volumes('72 local volumes, 2 workers', 10, 82, 2),
    volumes('24 volumes from the Hub, 2 workers', 8, 32, 2, { isOnHub: true }),
    volumes('40 volumes from the Hub, 2 workers', 0, 40, 2, { isOnHub: true }),
    volumes('24 volumes from the Hub, window of 4, 2 workers', 12, 36, 2, { isOnHub: true, window: 4 }),
    volumes('30 volumes from the Hub, window of 2, 1 worker', 5, 35, 1, { isOnHub: true, window: 2 }),
    ...(project.corpus === undefined ? [] : [lines('6,000 lines, 2 workers', 6_000, 2), lines('4,000 lines, 1 worker', 4_000, 1)]),
  ];
}

function figuresOf(judged: readonly Judged[]): Figure[] {
  const disk = judged.map(({ forecast, seen }) => percentOff(forecast.peakBytes, seen.peakBytes));
  const time = judged.map(({ forecast, seen }) => percentOff(forecast.seconds!.middle, seen.seconds));
  const within = (errors: readonly number[], bound: number): number => (errors.filter((error) => error <= bound).length / errors.length) * 10;
  const inRange = judged.filter(({ forecast, seen }) => seen.seconds >= forecast.seconds!.low && seen.seconds <= forecast.seconds!.high).length;
  const own = (of: 'peakBytes' | 'seconds'): number => Math.max(...judged.map(({ measured, seen }) => percentOff(measured[of], seen[of])));
  return [
    { name: `disk within ${DISK_BUDGET} %`, unit: 'of 10 jobs', better: 'more', larder: [within(disk, DISK_BUDGET)], budget: { of: 'value', bound: JOBS_WITHIN } },
    { name: `time within ${TIME_BUDGET} %`, unit: 'of 10 jobs', better: 'more', larder: [within(time, TIME_BUDGET)], budget: { of: 'value', bound: JOBS_WITHIN } },
    { name: 'time within the range that was shown', unit: 'of 10 jobs', better: 'more', larder: [(inRange / judged.length) * 10] },
    { name: "Larder's own figure of the disk, off from what was seen at most by", unit: '%', better: 'less', larder: [own('peakBytes')] },
    { name: "Larder's own figure of the time, off from what was seen at most by", unit: '%', better: 'less', larder: [own('seconds')] },
    { name: 'the data folder grew by at most', unit: 'MB', better: 'less', larder: [Math.max(...judged.map(({ seen }) => seen.dataBytes)) / 1e6] },
    ...judged.flatMap(({ name }, index): Figure[] => [
      { name: `${name}: disk off by`, unit: '%', better: 'less', larder: [disk[index]!] },
      { name: `${name}: time off by`, unit: '%', better: 'less', larder: [time[index]!] },
    ]),
  ];
}

function percentOff(expected: number, measured: number): number {
  return (Math.abs(expected - measured) / measured) * 100;
}
