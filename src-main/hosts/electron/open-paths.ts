import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { OpenedPath } from '../../contract/desktop.ts';

/** What one instance of the app tells the one that runs already. */
export interface InstanceMessage {
  /** Absolute. */
  readonly paths: readonly string[];
}

/**
 * Paths among the words an app was started with.
 *
 * @param isDefaultApp started as `electron .`: its second word names the app, not a file
 */
export function pathsIn(argv: readonly string[], cwd: string, isDefaultApp: boolean): readonly string[] {
  return argv
    .slice(isDefaultApp ? 2 : 1)
    .filter((word) => word !== '' && !word.startsWith('-'))
    .map((word) => resolve(cwd, word));
}

/** The other instance is ours, but any program of the user can write to where it writes. */
export function pathsFrom(message: unknown): readonly string[] {
  const { paths } = (message ?? {}) as { readonly paths?: unknown };
  return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : [];
}

/** Files opened from the system, from before the app is ready on; kept until somebody takes them. */
export class OpenQueue {
  readonly #waiting: string[] = [];
  #take: ((path: string) => void) | undefined;

  add(path: string): void {
    if (this.#take === undefined) this.#waiting.push(path);
    else this.#take(path);
  }

  onPath(take: (path: string) => void): void {
    this.#take = take;
    for (const path of this.#waiting.splice(0)) take(path);
  }
}

/** @returns null where there is nothing, or something that is neither file nor folder */
export async function lookAt(path: string): Promise<OpenedPath | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || (!found.isFile() && !found.isDirectory())) return null;
  return { path, name: basename(path), kind: found.isDirectory() ? 'folder' : 'file' };
}
