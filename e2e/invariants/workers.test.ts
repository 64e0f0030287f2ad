import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSetting, soundEntries } from './setting.ts';
import type { Result, Running, Setting } from './setting.ts';

let setting: Setting;
beforeAll(async () => {
  setting = await openSetting({ targetShape: [64, 128, 128] });
});
afterAll(() => setting.close());

/** Direct children of a process, from /proc: the workers of a running command. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        const text = readFileSync(`/proc/${candidate}/stat`, 'utf8');
        return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    });
}

interface Event {
  readonly type: string;
  readonly name?: string;
  readonly attempts?: number;
  readonly error?: { readonly code: string };
  readonly from?: number;
  readonly to?: number;
  readonly published?: number;
}

function eventsOf(result: Result): Event[] {
  return result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

/** Kills every worker that shows itself, until `most` are dead or the command has ended. */
async function killWorkers(running: Running, most: number, everyMs: number): Promise<number> {
  let killed = 0;
  const { child } = running;
  while (child.exitCode === null && child.signalCode === null && killed < most) {
    for (const pid of childrenOf(child.pid!)) {
      if (killed >= most) break;
      try {
        process.kill(pid, 'SIGKILL');
        killed++;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    await sleep(everyMs);
  }
  return killed;
}

describe.skipIf(process.platform !== 'linux')('killed workers (found through /proc, so on Linux only)', () => {
  it('cost their items an attempt, never the job', async () => {
    const running = setting.start('generate', '--config', setting.project.configPath, '--yes', '--json', '--num-workers', '2');
    const killed = await killWorkers(running, 3, 400);
    const result = await running.ended;
    const events = eventsOf(result);
    expect(killed).toBe(3);
    expect(result.code, result.stderr).toBe(1); // the damaged upload and the absent name, as ever
    expect(events.filter((event) => event.type === 'itemFailed').map((event) => event.error?.code)).toEqual(['NIFTI_INVALID']);
    expect(events.find((event) => event.type === 'result')?.published).toBe(setting.dataset.volumes.length);
    expect((await soundEntries(setting.cacheDirectory())).size).toBe(setting.dataset.volumes.length);
  });

  it('that keep dying are halved; an item that fails three times is reported and the command ends', async () => {
    await setting.run('clear', '--config', setting.project.configPath, '--delete', '--yes');
    const running = setting.start('generate', '--config', setting.project.configPath, '--yes', '--json', '--num-workers', '2', '--limit', '3');
    const killed = await killWorkers(running, 10_000, 5);
    const result = await running.ended;
    const events = eventsOf(result);
    expect(killed).toBeGreaterThan(8);
    expect(events).toContainEqual(expect.objectContaining({ type: 'workersReduced', from: 2, to: 1 }));
    const failed = events.filter((event) => event.type === 'itemFailed');
    expect(failed.map((event) => [event.attempts, event.error?.code])).toEqual([
      [3, 'WORKER_LOST'],
      [3, 'WORKER_LOST'],
      [3, 'WORKER_LOST'],
    ]);
    expect(result.code).toBe(1);
    const again = await setting.run('generate', '--config', setting.project.configPath, '--yes', '--limit', '3');
    expect(again.stdout).toContain('Made 3 entries');
  });
});
