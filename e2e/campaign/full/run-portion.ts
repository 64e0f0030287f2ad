import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PortionContext, PortionOutcome } from './part.ts';

const CHILD = join(import.meta.dirname, 'portion-child.ts');

/** What the process of a portion is told. */
export interface PortionOrder extends PortionContext {
  readonly campaign: string;
  readonly part: string;
}

/** Stopped in its midst: nothing of it counts. */
export const STOPPED = 'stopped';

/** For undoing mounts and ending what was started. */
const GRACE_MS = 3_000;

/** Runs one portion in a process of its own, which a stop ends at once, with all it has started. */
export async function runPortion(order: PortionOrder, signal: AbortSignal): Promise<PortionOutcome | typeof STOPPED> {
  if (signal.aborted) return STOPPED;
  // In a group of its own: Ctrl-C reaches the parent alone, which then says who is to end.
  const folder = mkdtempSync(join(tmpdir(), 'larder-portion-'));
  const child = fork(CHILD, [JSON.stringify(order)], { detached: true, env: { ...process.env, TMPDIR: folder } });
  const stop = (): void => {
    child.kill('SIGTERM');
    // One that is deep in arithmetic does not hear; it has started nothing then.
    setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  let outcome: PortionOutcome | undefined;
  child.on('message', (message) => (outcome = message as PortionOutcome));
  const end = await endOf(child);
  signal.removeEventListener('abort', stop);
  endGroup(child.pid);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  if (outcome !== undefined) return outcome;
  if (signal.aborted) return STOPPED;
  return { done: order.count, violations: [`the process of the portion ended with ${end} and told nothing`] };
}

/** Whatever it has left running. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(String(code ?? signal)));
  });
}
