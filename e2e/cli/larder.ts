import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLI } from '../browser/ensure-built.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import { createHubDouble } from '../hub/index.ts';
import type { HubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY, sampleFiles, writeSampleProject } from '../sample/index.ts';
import type { SampleDataset, SampleProject } from '../sample/index.ts';

/** One line of `--json`. */
export type JsonLine = Readonly<Record<string, unknown>> & { readonly type: string };

export interface LarderResult {
  /** null if a signal ended the process. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every line of stdout; throws if one of them is no JSON object. */
  json(): JsonLine[];
  /** The only line of this type. */
  one(type: string): JsonLine;
}

export interface RunningLarder {
  readonly process: ChildProcess;
  /** Everything stderr has had so far. */
  stderr(): string;
  /** Resolves as soon as stderr has a line that fits; rejects if the process ends before. */
  until(pattern: RegExp): Promise<void>;
  readonly ended: Promise<LarderResult>;
}

/** A Hub with the sample, a project that uses it, and folders of its own; gone when disposed of. */
export interface CliSetting extends AsyncDisposable {
  readonly hub: HubDouble;
  readonly project: SampleProject;
  start(...words: string[]): RunningLarder;
  run(...words: string[]): Promise<LarderResult>;
  /** The one cache directory of the project. */
  cacheDirectory(): Promise<string>;
  /** sha256 of every entry, by file. */
  digests(): Promise<Map<string, string>>;
}

export async function createCliSetting(dataset: SampleDataset, options: { readonly bytesPerSecond?: number } = {}): Promise<CliSetting> {
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: sampleFiles(dataset), ...options });
  // A space and a letter beyond ASCII, as people have them in their paths.
  const folder = await mkdtemp(join(tmpdir(), 'larder cli é '));
  const project = await writeSampleProject(join(folder, 'project'), hub.endpoint, dataset.names);
  const environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
  const start = (...words: string[]): RunningLarder => startLarder(words, project.directory, environment);
  const cacheDirectory = async (): Promise<string> => {
    const [name] = await readdir(project.cacheRoot);
    return join(project.cacheRoot, name!);
  };
  return {
    hub,
    project,
    start,
    run: (...words) => start(...words).ended,
    cacheDirectory,
    digests: async () => await digestsOf(await cacheDirectory()),
    [Symbol.asyncDispose]: async () => {
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startLarder(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv): RunningLarder {
  const child = spawn(process.execPath, [CLI, ...words], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const look of watchers) look();
    });
  }
  const ended = new Promise<LarderResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve(asResult(exitCode, output)));
  });
  const until = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(output.stderr)) resolve();
      };
      watchers.add(look);
      look();
      child.once('close', () => reject(new Error(`larder ended without saying ${pattern.source}:\n${output.stderr}`)));
    });
  return { process: child, stderr: () => output.stderr, until, ended };
}

function asResult(exitCode: number | null, { stdout, stderr }: { readonly stdout: string; readonly stderr: string }): LarderResult {
  const json = (): JsonLine[] => stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as JsonLine);
  return {
    exitCode,
    stdout,
    stderr,
    json,
    one: (type) => {
      const lines = json().filter((line) => line.type === type);
      if (lines.length !== 1) throw new Error(`${lines.length} lines of type ${type} in:\n${stdout}`);
      return lines[0]!;
    },
  };
}

/** Name of the entry of a volume: md5 of the name as the list has it. */
export function entryFileOf(volumeName: string): string {
  return `${createHash('md5').update(volumeName).digest('hex')}.pt`;
}

export async function digestsOf(directory: string): Promise<Map<string, string>> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.pt')).toSorted();
  const digests = new Map<string, string>();
  for (const file of files) digests.set(file, createHash('sha256').update(await readFile(join(directory, file))).digest('hex'));
  return digests;
}
