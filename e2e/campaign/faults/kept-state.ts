import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CLI } from '../../invariants/setting.ts';
import type { Result, Running, Setting } from '../../invariants/setting.ts';
import { KeptWorkers } from './kept-workers.ts';
import { runHere } from './run-here.ts';

/** Folders as they are now, to be put back; and how commands are run on them. */
export interface KeptState {
  reset(): void;
  start(environment: Readonly<Record<string, string>>, words: readonly string[], through?: readonly string[]): Running;
  again(words: readonly string[]): Promise<Result>;
  close(): Promise<void>;
}

export const WORKER = join(CLI, '..', 'worker.js');

export async function mustSucceed(running: Promise<Result>): Promise<void> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`the state could not be made: ${stdout}${stderr}`);
}

/** Commands on a setting in this process, with a worker that stays for the next one. */
export interface InProcess {
  run(...words: readonly string[]): Promise<Result>;
  close(): void;
}

/** @param environment beside the setting's */
export function inProcess(setting: Setting, environment: Readonly<Record<string, string>> = {}): InProcess {
  const mine = { ...setting.environment, ...environment };
  const workers = new KeptWorkers(WORKER, mine);
  return {
    run: (...words) => runHere(words, { dataDirectory: environment['LARDER_DATA_DIR'] ?? setting.dataDirectory, cwd: setting.root, environment: mine, workers }),
    close: () => workers.close(),
  };
}

export function keptState(setting: Setting, here: InProcess, folders: readonly string[]): KeptState {
  const kept = join(setting.root, 'kept');
  const copy = (from: string, to: string): void => cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  for (const [n, folder] of folders.entries()) if (existsSync(folder)) copy(folder, join(kept, String(n)));
  return {
    reset: () => {
      for (const [n, folder] of folders.entries()) {
        rmSync(folder, { recursive: true, force: true });
        const from = join(kept, String(n));
        if (!existsSync(from)) continue;
        mkdirSync(folder, { recursive: true });
        copy(from, folder);
      }
    },
    start: (environment, words, through = []) => setting.startWith({ environment, through }, ...words),
    again: (words) => here.run(...words),
    close: async () => {
      here.close();
      await setting.close();
    },
  };
}
