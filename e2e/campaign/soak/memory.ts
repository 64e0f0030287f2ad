import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Beginning of the names of the files into which the server and its workers write what they hold. */
export const MEMORY_FILE_VARIABLE = 'LARDER_CAMPAIGN_MEMORY_FILE';
const ANSWER_MS = 30_000;
const LOOK_MS = 20;

export interface MemorySample {
  /** Objects and buffers of JavaScript, right after garbage was collected. */
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** Open descriptors: files, sockets, pipes. */
  readonly descriptors: number;
}

/** What a server holds, and each of its workers that is ready for the next thing. */
export interface ServerSample extends MemorySample {
  /** By process number. */
  readonly workers: ReadonlyMap<number, MemorySample>;
}

export const heldFile = (path: string, pid: number): string => `${path}.${pid}`;
export const readyFile = (path: string, pid: number): string => `${path}.${pid}.ready`;

/** Lets the server and its workers collect their garbage and looks at what is left. */
export async function sampleMemory(pid: number, path: string): Promise<ServerSample> {
  const held = await sampleProcess(pid, path);
  if (held === undefined) throw new Error(`The server did not say within ${ANSWER_MS} ms what it holds.`);
  const workers = new Map<number, MemorySample>();
  for (const worker of childrenOf(pid).filter((one) => existsSync(readyFile(path, one)))) {
    const sample = await sampleProcess(worker, path);
    if (sample !== undefined) workers.set(worker, sample);
  }
  return { ...held, workers };
}

/** @returns undefined if it ended, as workers do whose job is over */
async function sampleProcess(pid: number, path: string): Promise<MemorySample | undefined> {
  const file = heldFile(path, pid);
  rmSync(file, { force: true });
  try {
    process.kill(pid, 'SIGUSR2');
    for (let waitedMs = 0; !existsSync(file) || readFileSync(file).length === 0; waitedMs += LOOK_MS) {
      // It asks whether the process is there.
      process.kill(pid, 0);
      if (waitedMs > ANSWER_MS) return undefined;
      await sleep(LOOK_MS);
    }
    const held = JSON.parse(readFileSync(file, 'utf8')) as Omit<MemorySample, 'descriptors'>;
    return { ...held, descriptors: readdirSync(`/proc/${pid}/fd`).length };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Processes that this one started and that are still there. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) => numbersIn(`/proc/${pid}/task/${task}/children`));
}

/** A thread that has just ended has no such file any more. */
function numbersIn(path: string): number[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split(' ').filter((word) => word !== '').map(Number);
}
