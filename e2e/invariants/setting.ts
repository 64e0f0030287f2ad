import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesSource, verifyTorchFile } from '../../src-main/formats/torch/index.ts';
import { createHubDouble } from '../hub/index.ts';
import type { HubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY, makeSampleDataset, sampleFiles, writeSampleProject } from '../sample/index.ts';
import type { SampleDataset, SampleProject } from '../sample/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BUILT = join(ROOT, 'out', 'main', 'cli.js');
/** The built command line where there is one: it starts in a fifth of the time. */
export const CLI = existsSync(BUILT) ? BUILT : join(ROOT, 'src-main', 'hosts', 'cli', 'main.ts');

export interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Result>;
  /** Ends the whole process tree at once, workers too. */
  killTree(): void;
}

/** A project with its own Hub, folders and catalog; nothing of the machine's user is touched. */
export interface Setting {
  readonly root: string;
  readonly dataset: SampleDataset;
  readonly hub: HubDouble;
  readonly project: SampleProject;
  readonly dataDirectory: string;
  /** The cache itself; only once it was made. */
  cacheDirectory(): string;
  start(...words: readonly string[]): Running;
  run(...words: readonly string[]): Promise<Result>;
  close(): Promise<void>;
}

export async function openSetting(options: { readonly targetShape?: readonly [number, number, number]; readonly dataset?: SampleDataset } = {}): Promise<Setting> {
  const root = await mkdtemp(join(tmpdir(), 'larder-invariants-'));
  const dataset = options.dataset ?? makeSampleDataset();
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: sampleFiles(dataset) });
  const project = await writeSampleProject(join(root, 'project'), hub.endpoint, dataset.names, options.targetShape === undefined ? {} : { targetShape: options.targetShape });
  const dataDirectory = join(root, 'data');
  const environment = { ...process.env, LARDER_DATA_DIR: dataDirectory, HF_HOME: join(root, 'hf'), HF_TOKEN: '', HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '' };
  const start = (...words: readonly string[]): Running => {
    const child = spawn(process.execPath, [CLI, ...words], { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const ended = new Promise<Result>((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
    return { child, ended, killTree: () => killGroup(child.pid) };
  };
  return {
    root,
    dataset,
    hub,
    project,
    dataDirectory,
    cacheDirectory: () => join(project.cacheRoot, readdirSync(project.cacheRoot).find((name) => /^[0-9a-f]{32}$/.test(name))!),
    start,
    run: (...words) => start(...words).ended,
    async close() {
      await hub.close();
      await rm(root, { recursive: true, force: true });
    },
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
