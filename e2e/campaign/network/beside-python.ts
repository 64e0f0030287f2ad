import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHubDouble } from '../../hub/index.ts';
import { applySchedule } from './fetches.ts';
import type { NumberedSchedule } from './schedule.ts';

const PATH = 'dataset/train/a_1.nii.gz';
const CLIENT = join(import.meta.dirname, '../../interop/hub/client.py');

export type PythonEnd = 'right' | 'wrong' | 'failed' | 'hung';

/** The same schedule, asked of `huggingface_hub`. */
export async function fetchByPython(python: string, { content, schedule }: NumberedSchedule, giveUpMs: number): Promise<PythonEnd> {
  const double = await createHubDouble({ files: [{ path: PATH, content }] });
  const home = await mkdtemp(join(tmpdir(), 'larder-python-'));
  try {
    applySchedule({ double }, schedule);
    const environment = { ...process.env, HF_ENDPOINT: double.endpoint, HF_HOME: home, HF_TOKEN: 'hf_test', HF_HUB_DISABLE_XET: '1', HF_HUB_DOWNLOAD_TIMEOUT: '2', HF_HUB_ETAG_TIMEOUT: '2', HF_HUB_DISABLE_TELEMETRY: '1', HTTP_PROXY: '', HTTPS_PROXY: '', http_proxy: '', https_proxy: '' };
    const child = spawn(python, [CLIENT, 'download', double.repoId, PATH], { env: environment, stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), giveUpMs);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    clearTimeout(timer);
    if (code === null) return 'hung';
    const sha256 = /"sha256": "([0-9a-f]{64})"/.exec(output)?.[1];
    if (sha256 === undefined) return 'failed';
    return sha256 === createHash('sha256').update(content).digest('hex') ? 'right' : 'wrong';
  } finally {
    await double.close();
    await rm(home, { recursive: true, force: true });
  }
}
