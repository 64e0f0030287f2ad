import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure, Section } from './figure.ts';
import { counted } from './report.ts';
import type { LarderSide } from './larder-side.ts';
import type { BenchProject } from './project.ts';
import { onlyCacheOf } from './project.ts';
import type { MonaiRun, PythonSide } from './python-side.ts';
import { settleDisk } from './settle-disk.ts';

export interface BenchSetting {
  readonly larder: LarderSide;
  readonly python: PythonSide;
  readonly project: BenchProject;
  readonly workers: number;
  readonly runs: number;
  /** Of Python where it takes minutes; no more than `runs`. */
  readonly say: (line: string) => void;
}

/** Speed over MONAI that is promised; measured without Python's imports and with all of Larder's. */
const SPEED_BUDGET = 9;
const WORKER_BUDGET_MB = 250;
/** Largest difference of a value of [-1, 1] that rounding explains. */
const IMAGE_BOUND = 1e-5;

interface PipelineRun {
  readonly larderSeconds: number;
  readonly larderWorkerMb: number;
  readonly larderOwnMb: number;
  readonly monai: MonaiRun;
}

/** Both sides once: the same volumes, the same number of workers, from an empty cache. */
async function runOnce({ larder, python, project }: BenchSetting, workers: number, volumes: number): Promise<PipelineRun> {
  await settleDisk();
  const ours = await larder.generate(project, workers, volumes);
  const theirs = join(project.directory, 'monai');
  await rm(theirs, { recursive: true, force: true });
  await mkdir(theirs);
  await settleDisk();
  const monai = await python.generate(project.volumes.slice(0, volumes), theirs, workers);
  const difference = await python.compare(await onlyCacheOf(project.cacheRoot), theirs);
  if (!(difference <= IMAGE_BOUND)) throw new Error(`The entries of Larder and MONAI differ by ${difference}; what is not equal is not compared.`);
  return { larderSeconds: ours.commandSeconds, larderWorkerMb: ours.workerPeakBytes / 1e6, larderOwnMb: ours.ownPeakBytes / 1e6, monai };
}

async function runAll(setting: BenchSetting, workers: number, volumes: number): Promise<PipelineRun[]> {
  const all: PipelineRun[] = [];
  for (let run = 1; run <= setting.runs; run++) {
    const once = await runOnce(setting, workers, volumes);
    all.push(once);
    setting.say(`  ${counted(volumes, 'volume')}, ${counted(workers, 'worker')}, run ${run} of ${setting.runs}: Larder ${once.larderSeconds.toFixed(2)} s, MONAI ${once.monai.seconds.toFixed(2)} s`);
  }
  return all;
}

function monaiRuns(runs: readonly PipelineRun[]): readonly MonaiRun[] {
  return runs.map(({ monai }) => monai);
}

/** Figures of runs with one number of workers; times are those of all volumes together. */
function speedFigures(runs: readonly PipelineRun[], workers: number, volumes: number): Figure[] {
  const larder = runs.map((run) => run.larderSeconds);
  const monai = monaiRuns(runs);
  const name = `${counted(volumes, 'volume')}, ${counted(workers, 'worker')}`;
  const perVolume = (seconds: number): number => (seconds * workers) / volumes;
  return [
    { name, unit: 's', better: 'less', larder, python: monai.map((run) => run.seconds), budget: { of: 'ratio', bound: SPEED_BUDGET } },
    { name: `${name}, per volume and worker`, unit: 's', better: 'less', larder: larder.map(perVolume), python: monai.map((run) => perVolume(run.seconds)) },
    { name: `${name}, with Python's imports`, unit: 's', better: 'less', larder, python: monai.map((run) => run.commandSeconds) },
  ];
}

function memoryFigures(runs: readonly PipelineRun[]): Figure[] {
  return [
    { name: 'peak memory of a worker', unit: 'MB', better: 'less', larder: runs.map((run) => run.larderWorkerMb), python: monaiRuns(runs).map((run) => run.workerPeakBytes / 1e6), budget: { of: 'value', bound: WORKER_BUDGET_MB } },
    { name: 'peak memory of the command itself', unit: 'MB', better: 'less', larder: runs.map((run) => run.larderOwnMb) },
  ];
}

/** Whole pipelines: `larder generate` against MONAI's PersistentDataset in a DataLoader. */
export async function benchPipeline(setting: BenchSetting): Promise<Section> {
  const { project, workers } = setting;
  const volumes = project.volumes.length;
  // Python takes half a minute for one.
  const alone = Math.max(1, Math.floor(volumes / workers / 2));
  const oneWorker = workers === 1 ? [] : await runAll(setting, 1, alone);
  // Last, so that the whole cache is there for what comes after.
  const together = await runAll(setting, workers, volumes);
  return {
    title: 'Preprocessing',
    about: [
      "`larder generate` from an empty cache against MONAI's `PersistentDataset` in a `DataLoader` with as many workers.",
      'For Larder it is the whole command, with its start, its plan, syncing and reading back every entry; for MONAI the work without starting Python and importing, unless the figure says so.',
      `${counted(volumes, 'volume')}, ${(project.rawBytes / volumes / 1e6).toFixed(0)} MB each as \`.nii.gz\`, ${project.sizes.join('x')} int16; 0.7, 0.7, 1.0 mm to 0.75, 0.75, 1.5 mm and (128, 256, 256), float32. Raw files are in the page cache.`,
      `Both made the same entries in every run, image values within ${IMAGE_BOUND}.`,
      "Memory is the high-water mark of a worker process's resident memory, that of the largest worker.",
    ].join(' '),
    figures: [...speedFigures(together, workers, volumes), ...(workers === 1 ? [] : speedFigures(oneWorker, 1, alone)), ...memoryFigures(together)],
  };
}
