import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Who is asked, as `torch.load` and Pillow are called by those who train. */
export type Reader = 'torch' | 'pillow';

const SCRIPTS: Readonly<Record<Reader, string>> = { torch: 'torch_reads.py', pillow: 'pillow_reads.py' };
const IMPORTS: Readonly<Record<Reader, string>> = { torch: 'torch', pillow: 'PIL' };

/** Why it cannot be asked here; undefined where it can. */
export function readerProblem(python: string | undefined, reader: Reader): string | undefined {
  if (python === undefined) return 'there is no interpreter to ask';
  const found = spawnSync(python, ['-c', `import importlib.util, sys; sys.exit(importlib.util.find_spec("${IMPORTS[reader]}") is None)`]);
  return found.status === 0 ? undefined : `${python} has no ${IMPORTS[reader]}`;
}

/** Asks about files. @returns the paths it read without a word */
export async function readByPython(python: string, reader: Reader, paths: readonly string[]): Promise<Set<string>> {
  const child = spawn(python, [join(import.meta.dirname, SCRIPTS[reader])], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(paths.join('\n'));
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  if (code !== 0) throw new Error(`${SCRIPTS[reader]} ended with ${code}.`);
  return new Set(output.split('\n').filter((line) => line !== ''));
}
