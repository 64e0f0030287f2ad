import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesSource, verifyTorchFile } from '../../src-main/formats/torch/index.ts';
import { CLI as BUILT_CLI } from '../browser/ensure-built.ts';
import { createHubDouble } from '../hub/index.ts';
import type { HubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY, makeSampleDataset, sampleFiles, writeSampleProject } from '../sample/index.ts';
import type { SampleDataset, SampleProject } from '../sample/index.ts';
import { undoAtExit } from './tidy-exit.ts';

/** `LARDER_CLI`, or the built command line. */
export const CLI = process.env['LARDER_CLI'] ?? BUILT_CLI;

export interface Result {
  /** null if a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Result>;
  /** Resolves as soon as it has said what fits, so many times; rejects if it ends before. */
  until(pattern: RegExp, times?: number): Promise<void>;
  /** Ends the whole process tree at once, workers too. */
  killTree(): void;
}

/** How one process is started; everything else is the setting's. */
export interface StartOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Run by this program, as `setpriv` runs one under another user. */
  readonly through?: readonly string[];
}

/** A project with its own Hub, folders and catalog; nothing of the machine's user is touched. */
export interface Setting {
  readonly root: string;
  readonly dataset: SampleDataset;
  readonly hub: HubDouble;
  readonly project: SampleProject;
  /** Of the catalog; on the ordinary disk, wherever the project lies. */
  readonly dataDirectory: string;
  /** In which its commands run. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `paths.img_dir`; not made. */
  readonly rawDirectory: string;
  /** The cache itself; only once it was made. */
  cacheDirectory(): string;
  start(...words: readonly string[]): Running;
  run(...words: readonly string[]): Promise<Result>;
  startWith(options: StartOptions, ...words: readonly string[]): Running;
  close(): Promise<void>;
}

export interface SettingOptions {
  readonly targetShape?: readonly [number, number, number];
  readonly dataset?: SampleDataset;
  /** Folder of the project; inside the setting's own by default. */
  readonly projectDirectory?: string;
}

const NO_PROXY = { HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '' } as const;

export async function openSetting(options: SettingOptions = {}): Promise<Setting> {
  const root = await mkdtemp(join(tmpdir(), 'larder-invariants-'));
  const dataset = options.dataset ?? makeSampleDataset();
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: sampleFiles(dataset) });
  const project = await writeSampleProject(options.projectDirectory ?? join(root, 'project'), hub.endpoint, dataset.names, options.targetShape === undefined ? {} : { targetShape: options.targetShape });
  const dataDirectory = join(root, 'data');
  const environment = { ...process.env, LARDER_DATA_DIR: dataDirectory, HF_HOME: join(root, 'hf'), HF_TOKEN: '', ...NO_PROXY };
  const started: Running[] = [];
  const killStarted = (): void => {
    for (const { child, killTree } of started) if (child.exitCode === null && child.signalCode === null) killTree();
  };
  const isClosed = undoAtExit(killStarted);
  const startWith = (how: StartOptions, ...words: readonly string[]): Running => {
    const [program, ...rest] = [...(how.through ?? []), process.execPath, CLI, ...words] as [string, ...string[]];
    const running = watch(spawn(program, rest, { cwd: how.cwd ?? root, env: { ...environment, ...how.environment }, stdio: ['ignore', 'pipe', 'pipe'], detached: true }));
    started.push(running);
    return running;
  };
  return {
    root,
    dataset,
    hub,
    project,
    dataDirectory,
    environment,
    rawDirectory: join(project.directory, 'raw'),
    cacheDirectory: () => join(project.cacheRoot, readdirSync(project.cacheRoot).find((name) => /^[0-9a-f]{32}$/.test(name))!),
    start: (...words) => startWith({}, ...words),
    run: (...words) => startWith({}, ...words).ended,
    startWith,
    async close() {
      // A test that failed may have left some; their writing would disturb the removal.
      killStarted();
      await hub.close();
      await rm(root, { recursive: true, force: true });
      isClosed();
    },
  };
}

function watch(child: ChildProcess): Running {
  let stdout = '';
  let stderr = '';
  let look = (): void => undefined;
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    look();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    look();
  });
  const ended = new Promise<Result>((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
  return {
    child,
    ended,
    until: (pattern, times = 1) =>
      new Promise((resolve, reject) => {
        const each = new RegExp(pattern, `${pattern.flags}g`);
        look = () => {
          if ([...(stdout + stderr).matchAll(each)].length >= times) resolve();
        };
        look();
        void ended.then(() => reject(new Error(`it ended without saying ${pattern.source}:\n${stdout}${stderr}`)));
      }),
    killTree: () => killGroup(child.pid),
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Entries by name; every one of them must be whole, or it throws. */
export async function soundEntries(directory: string): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  if (!existsSync(directory)) return entries;
  for (const file of readdirSync(directory)) {
    if (!/^[0-9a-f]{32}\.pt$/.test(file)) continue;
    const bytes = await readFile(join(directory, file));
    const report = verifyTorchFile(bytesSource(bytes), { level: 'deep' });
    if (!report.ok || report.warnings.length > 0) throw new Error(`${file} has its final name and is not whole: ${report.error?.message ?? report.warnings[0]?.message}`);
    entries.set(file, bytes);
  }
  return entries;
}

/** Everything below a folder, sorted, as paths. */
export function treeOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true }).map(String).sort();
}
