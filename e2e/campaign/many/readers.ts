import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCache } from '../faults/check.ts';
import type { ReaderCheck } from './check.ts';
import type { SharedCache } from './shared-cache.ts';

const PAUSE_MS = 5;

/** Reads every file of every entry over and over. */
export async function readInALoop({ directory, form }: SharedCache, check: ReaderCheck, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const read = new Map<string, Buffer>();
    for (const folder of form.folders) {
      for (const name of (await readdir(join(directory, folder))).filter((one) => form.isEntry(one))) {
        const file = form.pathOf(name);
        const bytes = await readFile(join(directory, file)).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return undefined;
          throw error;
        });
        if (bytes !== undefined) read.set(file, bytes);
      }
    }
    check.add({ read });
    await sleep(PAUSE_MS);
  }
}

/** A reader of its own process. */
export interface PythonReading {
  /** It has read everything once: what it imports takes longer than a small dose. */
  readonly begun: Promise<void>;
  /** Its lines, once the signal was given. */
  readonly ended: Promise<string[]>;
}

/** The same by what reads them in a training. */
export function readByPython(python: string, { directory, script, before, kept, filesOf, setting }: SharedCache, signal: AbortSignal): PythonReading {
  const list = join(setting.root, 'files.json');
  const wanted = Object.fromEntries(Array.from(before.entries, ([file, bytes]) => [file, createHash('sha256').update(bytes).digest('hex')]));
  writeFileSync(list, JSON.stringify({ kept: kept.flatMap((item) => filesOf(item)), wanted }));
  const child = spawn(python, [join(import.meta.dirname, script), directory, list], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  signal.addEventListener('abort', () => child.stdin.end(), { once: true });
  const ended = new Promise<string[]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(output.split('\n')) : reject(new Error(`${script} ended with ${code}.`))));
  });
  return { begun: Promise.race([once(child.stdout, 'data'), ended]).then(() => undefined), ended };
}

/** What there is, looked at when nobody is at work. */
export function lookAt({ directory, form }: SharedCache): ReturnType<typeof readCache> {
  return readCache(directory, form);
}
