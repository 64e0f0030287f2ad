import { join } from 'node:path';
import type { BenchSetting } from './bench-pipeline.ts';
import type { Figure, Section } from './figure.ts';
import { copyCache, onlyCacheOf } from './project.ts';
import { counted } from './report.ts';
import { settleDisk } from './settle-disk.ts';
import { warmPageCache } from './warm-page-cache.ts';

interface VerifyRun {
  readonly larder: { readonly seconds: number; readonly commandSeconds: number; readonly workerMb: number };
  readonly python: { readonly seconds: number; readonly commandSeconds: number };
}

async function runOnce({ larder, python, workers }: BenchSetting, directory: string, files: number): Promise<VerifyRun> {
  await settleDisk();
  await warmPageCache(directory);
  const ours = await larder.verify(directory, files, workers);
  await warmPageCache(directory);
  const seconds = await larder.verifyWarm(directory, workers);
  await warmPageCache(directory);
  const theirs = await python.load(directory, files, workers);
  return { larder: { seconds, commandSeconds: ours.commandSeconds, workerMb: ours.workerPeakBytes / 1e6 }, python: theirs };
}

function figuresOf(runs: readonly VerifyRun[], megabytes: number): Figure[] {
  const rate = (seconds: number): number => megabytes / seconds;
  return [
    { name: 'reading and checking', unit: 'MB/s', better: 'more', larder: runs.map((run) => rate(run.larder.seconds)), python: runs.map((run) => rate(run.python.seconds)), budget: { of: 'ratio', bound: 1 } },
    { name: 'the whole command', unit: 's', better: 'less', larder: runs.map((run) => run.larder.commandSeconds), python: runs.map((run) => run.python.commandSeconds), budget: { of: 'ratio', bound: 1 } },
    { name: 'peak memory of a worker', unit: 'MB', better: 'less', larder: runs.map((run) => run.larder.workerMb) },
  ];
}

/** `larder verify` against torch.load over the same files: the entries that benchPipeline left, copied to `files`. */
export async function benchVerify(setting: BenchSetting, files: number): Promise<Section> {
  const { project, workers, runs, say } = setting;
  const directory = join(project.directory, 'many');
  const bytes = await copyCache(await onlyCacheOf(project.cacheRoot), directory, files);
  const all: VerifyRun[] = [];
  for (let run = 1; run <= runs; run++) {
    const once = await runOnce(setting, directory, files);
    all.push(once);
    say(`  verify, run ${run} of ${runs}: Larder ${once.larder.seconds.toFixed(2)} s, torch.load ${once.python.seconds.toFixed(2)} s`);
  }
  return {
    title: 'Deep verify',
    about: [
      `\`larder verify --deep\` against \`torch.load(weights_only=False)\` of the same ${files} entries of ${(bytes / files / 1e6).toFixed(1)} MB by ${counted(workers, 'process', 'processes')} on both sides, page cache warm: every file is read twice before each measurement.`,
      'Larder checks every checksum, the structure and every value; `torch.load` loads and checks none of it.',
      'The rate is that of the work alone, in processes that run and have read a file before, on both sides; the whole commands start from nothing.',
    ].join(' '),
    figures: figuresOf(all, bytes / 1e6),
  };
}
