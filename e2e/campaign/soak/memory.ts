import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** File into which the server writes what it holds. */
export const MEMORY_FILE_VARIABLE = 'LARDER_CAMPAIGN_MEMORY_FILE';
const ANSWER_MS = 10_000;
const LOOK_MS = 20;

export interface MemorySample {
  /** Objects and buffers of JavaScript, right after garbage was collected. */
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** Open descriptors: files, sockets, pipes. */
  readonly descriptors: number;
}

/** Lets the process collect its garbage and looks at what is left. */
export async function sampleMemory(pid: number, path: string): Promise<MemorySample> {
  rmSync(path, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let waitedMs = 0; !existsSync(path) || readFileSync(path).length === 0; waitedMs += LOOK_MS) {
    if (waitedMs > ANSWER_MS) throw new Error(`The server did not say within ${ANSWER_MS} ms what it holds.`);
    await sleep(LOOK_MS);
  }
  const held = JSON.parse(readFileSync(path, 'utf8')) as Omit<MemorySample, 'descriptors'>;
  return { ...held, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}
