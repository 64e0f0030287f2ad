import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANSWER_MS, MEMORY_MB } from './check.ts';
import { FOUND, keepFound } from './corpus.ts';

const ROOT = realpathSync(join(import.meta.dirname, '../../..'));
/** For the reading process to load what it reads with, beside other campaigns. */
const START_MS = 60_000;
/** Of the time without a core that is not held against it. */
const WAITING_MS_MAX = 25_000;

export interface FuzzOrder {
  /** File that exports `TARGETS`. */
  readonly module: string;
  readonly target: string;
  readonly seed: number;
  /** Of all threads of the reading process, user and system. */
  readonly cpuMilliseconds: number;
  /** Whichever is over first: a process that gets no core ends too. */
  readonly wallMilliseconds: number;
  readonly folder: string;
  /** Kept inputs of earlier runs, base64. */
  readonly corpus: readonly string[];
}

export type FuzzEvent =
  | { readonly type: 'beat'; readonly count: number }
  | { readonly type: 'new'; readonly input: string }
  | { readonly type: 'violation'; readonly violation: string; readonly input?: string }
  | { readonly type: 'done'; readonly count: number; readonly blocks: number; readonly codes: readonly string[]; readonly slowestMs: number; readonly cpuSeconds: number };

export interface FuzzReport {
  readonly target: string;
  readonly files: number;
  /** Blocks of Larder's own code that ran. */
  readonly blocks: number;
  readonly cpuSeconds: number;
  readonly codes: readonly string[];
  readonly slowestMs: number;
  readonly peakMegabytes: number;
  /** Inputs beside the seeds that reached what no input before them had, base64. */
  readonly news: readonly string[];
  readonly violations: readonly string[];
}

/** The most resident memory so far, MB; 0 where the system does not tell. */
function residentMegabytes(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/**
 * How long the main thread of a process was ready to run while others had the cores, ms: second field of /proc/PID/schedstat
 * (Documentation/scheduler/sched-stats.rst of the kernel); 0 where the system does not tell.
 */
function waitedForCoreMs(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * Reads hostile files in a process that Node's permission model keeps inside its folder: it may read the project,
 * write its own folder, and start neither a program nor a thread nor generated code. What it may use of the inspector is
 * that of its own process, for the counters of the code it has run.
 */
export async function fuzz(order: Omit<FuzzOrder, 'folder'>, found = FOUND): Promise<FuzzReport> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'larder-hostile-')));
  const execArgv = ['--permission', `--allow-fs-read=${ROOT}`, `--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`, '--allow-inspector', '--disallow-code-generation-from-strings', '--max-old-space-size=384', '--no-warnings'];
  const child = fork(join(import.meta.dirname, 'fuzz-child.ts'), [], { execArgv, cwd: folder, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  const report = { target: order.target, files: 0, blocks: 0, cpuSeconds: 0, codes: [] as readonly string[], slowestMs: 0, peakMegabytes: 0, news: [] as string[], violations: [] as string[] };
  let stderr = '';
  let heardAt = performance.now();
  let waitedMs = 0;
  let isReading = false;
  let isDone = false;
  /** Puts the file that was being read where it outlives the run. */
  const currentInput = (): string => {
    if (!existsSync(join(folder, 'current'))) return 'its start, before the first file';
    return keepFound(found, order.target, readFileSync(join(folder, 'current')));
  };
  child.stderr!.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-2000)));
  child.on('message', (event: FuzzEvent) => {
    heardAt = performance.now();
    waitedMs = waitedForCoreMs(child.pid!);
    isReading = true;
    if (event.type === 'beat') report.files = event.count;
    else if (event.type === 'new') report.news.push(event.input);
    else if (event.type === 'violation') report.violations.push(event.input === undefined ? event.violation : `${event.violation}; kept as ${keepFound(found, order.target, Buffer.from(event.input, 'base64'))}`);
    else if (event.type === 'done') isDone = Object.assign(report, { files: event.count, blocks: event.blocks, codes: event.codes, slowestMs: event.slowestMs, cpuSeconds: event.cpuSeconds }) !== undefined;
  });
  const watch = setInterval(() => {
    report.peakMegabytes = Math.max(report.peakMegabytes, residentMegabytes(child.pid!));
    const silentMs = performance.now() - heardAt;
    // Waiting behind other work of the machine is not thinking about a file; but whatever it does, it ends.
    const longestMs = (isReading ? ANSWER_MS * 2 : START_MS) + Math.min(waitedForCoreMs(child.pid!) - waitedMs, WAITING_MS_MAX);
    if (report.peakMegabytes > MEMORY_MB) report.violations.push(`${order.target}: ${Math.round(report.peakMegabytes)} MB of memory at ${currentInput()}`);
    // Silence of the beat and one answer at its longest; loading the readers is no answer.
    else if (silentMs > longestMs) report.violations.push(`${order.target}: no answer for ${Math.round(silentMs / 1000)} s to ${currentInput()}`);
    else return;
    clearInterval(watch);
    child.kill('SIGKILL');
  }, 100);
  try {
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.send({ ...order, folder } satisfies FuzzOrder);
    const code = await ended;
    if (!isDone && report.violations.length === 0) report.violations.push(`${order.target}: the reading process ended with ${code} at ${currentInput()}: ${stderr}`);
    const strange = readdirSync(folder).filter((name) => !['current', 'volume.nii', 'volume.nii.gz', 'list.csv'].includes(name));
    if (strange.length > 0) report.violations.push(`${order.target}: a hostile file made ${strange.join(', ')}`);
    return report;
  } finally {
    clearInterval(watch);
    rmSync(folder, { recursive: true });
  }
}
