import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('client.py', import.meta.url));

/** The real Python client with an endpoint, a token and a cache of its own. */
export interface PythonClient {
  /** One step of client.py; its answer. */
  step(name: string, ...args: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  /** The `hf` command; its output, also when it fails. */
  hf(...args: readonly string[]): Promise<{ readonly exitCode: number; readonly output: string }>;
}

export interface PythonClientOptions {
  readonly python: string;
  readonly endpoint: string;
  readonly hfHome: string;
  readonly token: string;
}

export function createPythonClient(options: PythonClientOptions): PythonClient {
  const env = environmentOf(options);
  const timeout = 120_000;
  return {
    step: async (name, ...args) => {
      const { stdout } = await run(options.python, [SCRIPT, name, ...args], { env, timeout });
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
    },
    hf: async (...args) => {
      try {
        const { stdout, stderr } = await run(join(dirname(options.python), 'hf'), [...args], { env, timeout });
        return { exitCode: 0, output: stdout + stderr };
      } catch (error) {
        const failed = error as { code?: number; stdout?: string; stderr?: string };
        return { exitCode: failed.code ?? 1, output: `${failed.stdout ?? ''}${failed.stderr ?? ''}` };
      }
    },
  };
}

/** Nothing of the caller's Hugging Face settings or proxies may leak in. */
function environmentOf(options: PythonClientOptions): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: options.hfHome,
    HF_ENDPOINT: options.endpoint,
    HF_HOME: options.hfHome,
    HF_TOKEN: options.token,
    HF_HUB_DISABLE_XET: '1',
    HF_HUB_DISABLE_UPDATE_CHECK: '1',
    HF_HUB_DISABLE_TELEMETRY: '1',
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
    HF_HUB_DOWNLOAD_TIMEOUT: '5',
    HF_HUB_ETAG_TIMEOUT: '5',
    NO_PROXY: '127.0.0.1,localhost',
    NO_COLOR: '1',
  };
}
