import { setTimeout as sleep } from 'node:timers/promises';
import { openSetting } from '../../invariants/setting.ts';
import { tinyDataset, tinyName } from '../../invariants/tiny-dataset.ts';
import type { Shown } from './check.ts';
import { stallViolation } from './check.ts';

/** Two seconds longer than a speed may be shown. */
const STALL_WATCHED_MS = 5_000;
const VOLUMES = 6;

/** A real `larder generate` whose downloads stop in the middle: the speed it shows must fall to nothing. */
export async function watchStall(): Promise<string | undefined> {
  const dataset = tinyDataset(VOLUMES);
  const setting = await openSetting({ targetShape: [8, 8, 8], dataset });
  try {
    // The first ones arrive slowly, so that there is a speed to be shown; the others stop after some bytes.
    setting.hub.setBytesPerSecond(800);
    for (const volume of dataset.volumes.slice(2)) setting.hub.failStorage(volume.repositoryPath, { attempts: [], afterwards: { kind: 'stop', afterBytes: 700 } });
    const running = setting.start('generate', '--config', setting.project.configPath, '--yes', '--json', '--only', ...dataset.volumes.map((_, n) => tinyName(n)));
    const shown: Shown[] = [];
    let text = '';
    running.child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.split('\n');
      text = lines.pop()!;
      for (const line of lines) if (line.includes('"jobProgressed"')) shown.push({ atMs: Date.now(), bytesPerSecond: speedOf(line) });
    });
    const lastByteMs = await lastMove(setting.hub.storageBytes);
    await sleep(Math.max(0, lastByteMs + STALL_WATCHED_MS - Date.now()));
    running.killTree();
    await running.ended;
    return stallViolation(shown, lastByteMs, lastByteMs + STALL_WATCHED_MS);
  } finally {
    await setting.close();
  }
}

interface ProgressLine {
  readonly progress: { readonly stages: readonly { readonly stage: string; readonly bytesPerSecond: number }[] };
}

function speedOf(line: string): number {
  return (JSON.parse(line) as ProgressLine).progress.stages.find(({ stage }) => stage === 'downloading')?.bytesPerSecond ?? 0;
}

/** Waits until no byte has moved for two seconds. @returns when the last one did */
async function lastMove(bytes: () => number): Promise<number> {
  let known = bytes();
  let movedAt = Date.now();
  while (known === 0 || Date.now() - movedAt < 2_000) {
    await sleep(20);
    if (bytes() === known) continue;
    known = bytes();
    movedAt = Date.now();
  }
  return movedAt;
}
