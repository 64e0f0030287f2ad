import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GenerateResult, VerifyResult } from '../../src-main/contract/commands.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import type { MeasuredProcess } from './measured-process.ts';
import { measureProcess } from './measured-process.ts';
import type { BenchProject } from './project.ts';
import { secondsInWarmPool } from './warm-pool.ts';

export interface LarderRun<T> {
  readonly result: T;
  /** From starting the command to its end. */
  readonly commandSeconds: number;
  /** The larger of what the command reports and what is seen from outside. */
  readonly workerPeakBytes: number;
  readonly ownPeakBytes: number;
}

/** Files that Node starts: built, or in the sources. */
export interface LarderEntries {
  readonly cli: string;
  readonly worker: string;
}

/** The real command line, each command in a process of its own and without anything of the user's. */
export class LarderSide {
  readonly #entries: LarderEntries;
  readonly #cwd: string;
  readonly #data: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(entries: LarderEntries, cwd: string) {
    this.#entries = entries;
    this.#cwd = cwd;
    this.#data = join(cwd, 'data');
    this.#environment = demoEnvironment(process.env, { data: this.#data, hfHome: join(cwd, 'huggingface') });
  }

  /** Makes the first `limit` volumes in an empty cache. @throws if one of them is missing in the end */
  async generate(project: BenchProject, workers: number, limit: number): Promise<LarderRun<GenerateResult>> {
    await this.#forget(project.cacheRoot);
    const run = await this.#run<GenerateResult>('generate', '--config', project.configPath, '--num-workers', String(workers), '--limit', String(limit), '--yes');
    if (run.result.published !== limit) throw new Error(`Larder made ${run.result.published} of ${limit} entries`);
    return { ...run, workerPeakBytes: Math.max(run.workerPeakBytes, run.result.peakWorkerBytes) };
  }

  /** Deep verify of a folder of entries. @throws if not all of them are sound */
  async verify(directory: string, files: number, workers: number): Promise<LarderRun<VerifyResult>> {
    await this.#forget();
    const run = await this.#run<VerifyResult>('verify', '--cache', directory, '--deep', '--num-workers', String(workers));
    if (run.result.sound !== files || run.result.errors > 0) throw new Error(`Larder found ${run.result.sound} of ${files} entries sound`);
    return run;
  }

  /** Seconds of the work alone: the same check in workers that run already. */
  verifyWarm(directory: string, workers: number): Promise<number> {
    return secondsInWarmPool(this.#entries.worker, directory, workers);
  }

  /** Nothing is known from an earlier run: no catalog, no cache. */
  async #forget(...folders: readonly string[]): Promise<void> {
    for (const folder of [this.#data, ...folders]) await rm(folder, { recursive: true, force: true });
  }

  async #run<T>(...words: readonly string[]): Promise<LarderRun<T>> {
    const run = await measureProcess(process.execPath, [this.#entries.cli, ...words, '--json'], { cwd: this.#cwd, environment: this.#environment });
    if (run.exitCode !== 0) throw new Error(`larder ${words[0]} ended with ${run.exitCode}:\n${run.stderr.slice(-2000)}${run.stdout.slice(-2000)}`);
    return { result: resultOf(run) as T, commandSeconds: run.seconds, workerPeakBytes: run.workerPeakBytes ?? 0, ownPeakBytes: run.ownPeakBytes ?? 0 };
  }
}

function resultOf({ stdout }: MeasuredProcess): unknown {
  const lines = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { readonly type: string });
  const result = lines.find(({ type }) => type === 'result');
  if (result === undefined) throw new Error('larder --json ended without a result');
  return result;
}
