import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MeasuredProcess } from './measured-process.ts';
import { measureProcess } from './measured-process.ts';
import type { BenchVolume } from './project.ts';

const SCRIPT = join(import.meta.dirname, 'monai_pipeline.py');

export interface PythonVersions {
  readonly python: string;
  readonly torch: string;
  readonly monai: string;
  readonly nibabel: string;
  readonly numpy: string;
}

export interface MonaiRun {
  /** Of the work, without starting Python and importing. */
  readonly seconds: number;
  readonly commandSeconds: number;
  readonly workerPeakBytes: number;
}

/** The reference, asked step by step. */
export class PythonSide {
  readonly interpreter: string;
  readonly #cwd: string;

  constructor(interpreter: string, cwd: string) {
    this.interpreter = interpreter;
    this.#cwd = cwd;
  }

  async versions(): Promise<PythonVersions> {
    return (await this.#run<PythonVersions>('versions')).answer;
  }

  /** MONAI's PersistentDataset over all volumes, into an empty folder. @throws if an item is missing in the end */
  async generate(volumes: readonly BenchVolume[], cacheDirectory: string, workers: number): Promise<MonaiRun> {
    const job = join(this.#cwd, 'monai-job.json');
    await writeFile(job, JSON.stringify({ items: volumes.map(({ name, path }) => ({ image: path, volume_name: name })), cacheDirectory, workers }));
    const { answer, process } = await this.#run<{ made: number; seconds: number; workerPeakBytes: number }>('generate', job);
    if (answer.made !== volumes.length) throw new Error(`MONAI made ${answer.made} of ${volumes.length} entries`);
    return { seconds: answer.seconds, commandSeconds: process.seconds, workerPeakBytes: Math.max(answer.workerPeakBytes, process.workerPeakBytes ?? 0) };
  }

  /** torch.load of every entry. @throws if it did not load as many as there are */
  async load(directory: string, files: number, workers: number): Promise<{ readonly seconds: number; readonly commandSeconds: number }> {
    const { answer, process } = await this.#run<{ files: number; seconds: number }>('load', directory, String(workers));
    if (answer.files !== files) throw new Error(`torch.load read ${answer.files} of ${files} entries`);
    return { seconds: answer.seconds, commandSeconds: process.seconds };
  }

  /** Largest difference between the image values of two caches. @throws if they do not have the same entries */
  async compare(ours: string, theirs: string): Promise<number> {
    const { answer } = await this.#run<{ sameNames: boolean; compared: number; largestDifference: number }>('compare', ours, theirs);
    if (!answer.sameNames || answer.compared === 0) throw new Error('Larder and MONAI did not make the same entries');
    return answer.largestDifference;
  }

  async #run<T>(...words: readonly string[]): Promise<{ readonly answer: T; readonly process: MeasuredProcess }> {
    // One thread per process on both sides; the hash seed fixes the order of Python's sets.
    const environment = { ...process.env, OMP_NUM_THREADS: '1', PYTHONHASHSEED: '0' };
    const run = await measureProcess(this.interpreter, [SCRIPT, ...words], { cwd: this.#cwd, environment });
    if (run.exitCode !== 0) throw new Error(`monai_pipeline.py ${words[0]} ended with ${run.exitCode}:\n${run.stderr.slice(-2000)}`);
    return { answer: JSON.parse(run.stdout.trimEnd().split('\n').at(-1)!) as T, process: run };
  }
}
