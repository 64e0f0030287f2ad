import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReaderCheck } from './check.ts';

const PAUSE_MS = 5;

/** Reads every entry over and over. */
export async function readInALoop(directory: string, check: ReaderCheck, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const read = new Map<string, Buffer>();
    for (const file of await readdir(directory)) {
      if (!file.endsWith('.pt')) continue;
      const bytes = await readFile(join(directory, file)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (bytes !== undefined) read.set(file, bytes);
    }
    check.add({ read });
    await sleep(PAUSE_MS);
  }
}

/** The same by PyTorch. @returns its lines, once the signal is given */
export async function readByPython(python: string, directory: string, wanted: ReadonlyMap<string, Buffer>, kept: readonly string[], root: string, signal: AbortSignal): Promise<string[]> {
  const list = join(root, 'files.json');
  writeFileSync(list, JSON.stringify({ kept, wanted: Object.fromEntries(Array.from(wanted, ([file, bytes]) => [file, createHash('sha256').update(bytes).digest('hex')])) }));
  const child = spawn(python, [join(import.meta.dirname, 'torch_loop.py'), directory, list], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  signal.addEventListener('abort', () => child.stdin.end(), { once: true });
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject));
  if (code !== 0) throw new Error(`torch_loop.py ended with ${code}.`);
  return output.split('\n');
}
