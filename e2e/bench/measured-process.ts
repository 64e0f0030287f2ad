import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

export interface ProcessSetting {
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** One process from start to end, seen from outside. */
export interface MeasuredProcess {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** From starting it until its output is closed. */
  readonly seconds: number;
  /** Computing time of the process and its workers; undefined where the system does not tell. */
  readonly cpuSeconds: number | undefined;
  /** Largest resident memory of the process itself; undefined where the system does not tell. */
  readonly ownPeakBytes: number | undefined;
  /** Largest resident memory of any of its child processes, which are its workers. */
  readonly workerPeakBytes: number | undefined;
}

/** The kernel keeps the high-water mark, so that only growth in a process's last moments is missed. */
const SAMPLE_EVERY_MS = 50;

/** Bytes of `VmHWM` in the text of /proc/PID/status (proc(5)); undefined for a process that has ended. */
export function parsePeakBytes(status: string): number | undefined {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** Clock ticks a second that the kernel tells programs, whatever it counts in itself. */
const TICKS = 100;

/** Computing time in the text of /proc/PID/stat (proc(5)): fields 14 and 15, counted behind the name, which may hold anything. */
export function parseCpuSeconds(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks / TICKS : undefined;
}

function cpuSecondsOf(pid: number): number | undefined {
  try {
    return parseCpuSeconds(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // As above.
    return undefined;
  }
}

function peakBytesOf(pid: number): number | undefined {
  try {
    return parsePeakBytes(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    // It has just ended, or the system has no /proc.
    return undefined;
  }
}

/** Children are listed under the thread that started them. */
function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'));
    return lists.flatMap((list) => list.split(' ').filter((word) => word !== '').map(Number));
  } catch {
    return [];
  }
}

/** The largest of what was seen so far. */
function larger(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

class ProcessWatch {
  readonly #cpuSeconds = new Map<number, number>();
  own: number | undefined;
  workers: number | undefined;
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_EVERY_MS);
  }

  get cpuSeconds(): number | undefined {
    return this.#cpuSeconds.size === 0 ? undefined : Array.from(this.#cpuSeconds.values()).reduce((sum, seconds) => sum + seconds, 0);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    this.own = larger(this.own, peakBytesOf(this.#pid));
    const children = childrenOf(this.#pid);
    for (const child of children) this.workers = larger(this.workers, peakBytesOf(child));
    for (const pid of [this.#pid, ...children]) {
      const seconds = cpuSecondsOf(pid);
      if (seconds !== undefined) this.#cpuSeconds.set(pid, seconds);
    }
  }
}

/** Runs a command to its end. It inherits nothing but the given environment. */
export async function measureProcess(command: string, words: readonly string[], { cwd, environment }: ProcessSetting): Promise<MeasuredProcess> {
  const startedAt = performance.now();
  const child = spawn(command, words, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const watch = child.pid === undefined ? undefined : new ProcessWatch(child.pid);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    });
    const seconds = (performance.now() - startedAt) / 1000;
    return { exitCode, stdout, stderr, seconds, cpuSeconds: watch?.cpuSeconds, ownPeakBytes: watch?.own, workerPeakBytes: watch?.workers };
  } finally {
    watch?.stop();
  }
}
