import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { cancelledError } from '../../src-main/base/index.ts';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

export interface CommandSetting {
  /** File of the command line: built, or in the sources. */
  readonly cliEntry: string;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/**
 * Runs one real `larder` command in a process of its own. What it says on the way is shown as it
 * comes, its result at the end, as on a terminal.
 *
 * @throws CANCELLED once the signal is aborted and the command has ended in good order
 */
export async function runCommand(words: readonly string[], setting: CommandSetting, show: (line: string) => void): Promise<CommandResult> {
  if (setting.signal.aborted) throw cancelledError('The demo');
  // A group of its own: Ctrl-C at the terminal reaches it once, through us, and not twice.
  const child = spawn(process.execPath, [setting.cliEntry, ...words], {
    cwd: setting.cwd,
    env: setting.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const stop = (): void => void child.kill('SIGINT');
  setting.signal.addEventListener('abort', stop, { once: true });
  const stdout: string[] = [];
  const stderr: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => stdout.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => {
    stderr.push(line);
    show(line);
  });
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    });
    if (setting.signal.aborted) throw cancelledError('The demo');
    for (const line of stdout) show(line);
    return { exitCode, stdout, stderr };
  } finally {
    setting.signal.removeEventListener('abort', stop);
  }
}

/** Settings of the person at the keyboard that would lead the demo elsewhere, or lend it a token. */
const PERSONAL = /^(?:HF_|HUGGING_?FACE|TRANSFORMERS_|LARDER_|(?:https?|all|no)_proxy$)/i;

/** The environment of the demo's commands: no token, no proxy, and all folders of their own. */
export function demoEnvironment(environment: NodeJS.ProcessEnv, folders: { readonly data: string; readonly hfHome: string }): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !PERSONAL.test(name));
  return { ...Object.fromEntries(kept), LARDER_DATA_DIR: folders.data, HF_HOME: folders.hfHome };
}
