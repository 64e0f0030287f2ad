import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The judge, pinned. MONAI's own range of PyTorch is older than 2.13, so its dependencies are named here. */
const STEPS: readonly (readonly string[])[] = [
  ['torch==2.13.0'],
  ['--no-deps', 'monai==1.5.0'],
  ['numpy==1.26.4', 'nibabel==5.3.2', 'pillow', 'huggingface_hub'],
];
const MARKER = 'larder-interop.sha256';

function runCommand(command: string, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function findPython(): Promise<string> {
  for (const name of ['python3.11', 'python3', 'python3.12', 'python3.10']) {
    const found = await runCommand(name, ['-c', 'import sys; print(sys.version_info >= (3, 10) and sys.version_info < (3, 13))']).catch(() => undefined);
    if (found?.code === 0 && found.output.trim() === 'True') return name;
  }
  throw new Error('The interop suite needs Python 3.10 to 3.12 (python3) with venv. Install it, then run it again.');
}

/**
 * Makes a virtual environment with PyTorch, MONAI, nibabel and huggingface_hub, or finds the one an
 * earlier run made. Says in one line what it does.
 *
 * @returns path of its interpreter
 */
export async function ensurePython(directory: string, say: (line: string) => void): Promise<string> {
  const python = join(directory, 'bin', 'python');
  const marker = join(directory, MARKER);
  const wanted = createHash('sha256').update(JSON.stringify(STEPS)).digest('hex');
  if (existsSync(python) && existsSync(marker) && readFileSync(marker, 'utf8') === wanted) {
    say(`Python: using ${directory}`);
    return python;
  }
  say(`Python: making ${directory} with ${STEPS.flat().filter((word) => !word.startsWith('-')).join(', ')} (some minutes, once)`);
  const steps: (readonly [string, readonly string[]])[] = [[await findPython(), ['-m', 'venv', directory]]];
  for (const packages of STEPS) steps.push([python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]]);
  for (const [command, args] of steps) {
    const { code, output } = await runCommand(command, args);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.slice(-2000)}`);
  }
  writeFileSync(marker, wanted);
  return python;
}
