import { fork } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { QUICK, type Setting, createSetting, sampleBytes, sha256Of } from './setting.ts';

const PATH = 'dataset/train/a.nii.gz';
const CHILD = fileURLToPath(new URL('download-child.ts', import.meta.url));
const KILLS = 20;
/** Per kill at most the bytes since the last sync are lost, and the piece on its way to the disk. */
const LOSS_PER_KILL = (QUICK.syncBytes ?? 0) + (64 << 10);
const SIZE = 24 << 20;

interface Run {
  /** Bytes the client took from the network, by its own reports. */
  readonly received: number;
  readonly path: string | undefined;
  readonly isKilled: boolean;
}

/** One run of the program; killed -9 once it received so many bytes, wherever it is then. */
function runChild(setting: Setting, killAfterBytes: number): Promise<Run> {
  const args = [setting.double.endpoint, setting.double.repoId, PATH, setting.directory];
  const child = fork(CHILD, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  return new Promise((resolve, reject) => {
    let received = 0;
    let path: string | undefined;
    child.on('message', (message: { bytes?: number; path?: string }) => {
      received += message.bytes ?? 0;
      path ??= message.path;
      if (received >= killAfterBytes) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve({ received, path, isKilled: signal === 'SIGKILL' });
      else reject(new Error(`the child ended with ${code ?? signal}`));
    });
  });
}

/** Kill points spread over the file, from a fixed seed: the same in every run of the test. */
function killPoints(): number[] {
  const points: number[] = [];
  for (let index = 0, state = 20_250_901; index < KILLS; index++) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    points.push(Math.floor((state / 2 ** 31) * 1_600_000) + 1);
  }
  return points;
}

test('killed twenty times, the file ends right, and almost nothing is received twice', { timeout: 120_000 }, async () => {
  const bytes = sampleBytes(SIZE);
  await using setting = await createSetting({ files: [{ path: PATH, content: bytes }], bytesPerSecond: 10_000_000 });
  let kills = 0;
  let received = 0;
  for (const killAfterBytes of killPoints()) {
    const run = await runChild(setting, killAfterBytes);
    kills += run.isKilled ? 1 : 0;
    received += run.received;
  }
  expect(kills).toBe(KILLS);
  const last = await runChild(setting, Number.POSITIVE_INFINITY);
  expect(await sha256Of(last.path ?? '')).toBe(createHash('sha256').update(bytes).digest('hex'));
  received += last.received;
  const sent = setting.double.storageBytes();
  console.log(`${KILLS} kills, file of ${SIZE} bytes: ${received} received (${percentOver(received)} more), ${sent} sent by the server, socket buffers included`);
  expect(received).toBeGreaterThanOrEqual(SIZE - KILLS * (64 << 10));
  expect(received).toBeLessThan(SIZE + KILLS * LOSS_PER_KILL);
  expect((await readdir(setting.directory)).map((name) => name.replace(/^[0-9a-f]{64}-\d+/, '')).sort()).toEqual(['.json', '.nii.gz']);
});

function percentOver(bytes: number): string {
  return `${((bytes / SIZE - 1) * 100).toFixed(1)} %`;
}
