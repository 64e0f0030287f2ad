import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { counted } from '../campaign.ts';

/** Variable with the file into which every entry is noted that is begun to be written. */
export const MADE_VARIABLE = 'LARDER_CAMPAIGN_MADE_FILE';
const HOOK = pathToFileURL(join(import.meta.dirname, 'made-hook.ts')).href;

/** True for the main file of an entry before it has its name. */
export function isDraftOfEntry(path: string): boolean {
  return /\/\.larder\/.*[0-9a-f]{32}[^/]*\.(?:pt|png)[^/]*$/.test(path);
}

/** Counts what the workers of a command make, over all its runs since it was begun anew. */
export class MadeCount {
  readonly #file: string;

  constructor(root: string) {
    this.#file = join(root, 'made');
  }

  reset(): void {
    rmSync(this.#file, { force: true });
  }

  /** @param environment of the run, which may load a hook of its own */
  environment(environment: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { ...environment, NODE_OPTIONS: [environment['NODE_OPTIONS'], `--import=${HOOK}`].filter((word) => word !== undefined).join(' '), [MADE_VARIABLE]: this.#file };
  }

  get count(): number {
    return existsSync(this.#file) ? readFileSync(this.#file, 'utf8').split('\n').length - 1 : 0;
  }
}

/**
 * What was done twice, though it had been done when the command was killed: each worker may lose the one item it was at.
 *
 * @param made of both runs together
 * @param due what an undisturbed run makes
 */
export function madeTwiceViolations(made: number, due: number, workers: number): string[] {
  const allowed = due + workers;
  return made > allowed ? [`${made} were made in both runs together, and ${due} were due: with ${counted(workers, 'worker')}, each at one, at most ${allowed} were to be`] : [];
}

/** @param fetched bytes of all downloads of both runs */
export function downloadViolations(fetched: number, allowed: number): string[] {
  return fetched > allowed ? [`${fetched} bytes were downloaded, ${allowed} at most were to be`] : [];
}
