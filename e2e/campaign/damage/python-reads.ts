import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Asks `torch.load` about files. @returns the paths it read without a word */
export async function readByTorch(python: string, paths: readonly string[]): Promise<Set<string>> {
  const child = spawn(python, [join(import.meta.dirname, 'torch_reads.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(paths.join('\n'));
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  if (code !== 0) throw new Error(`torch_reads.py ended with ${code}.`);
  return new Set(output.split('\n').filter((line) => line !== ''));
}
