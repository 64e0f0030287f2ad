import { cpSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Stands in every text outside, and nowhere else. */
export const SECRET = 'what-lies-outside-of-the-cache';
/** Older than the last change, so that a file system that notes reads at all notes the next one. */
const [READ_AT, CHANGED_AT] = [1_000_000_000, 1_100_000_000];

/** What lies beside a cache and is none of its business. */
export interface Outside {
  readonly directory: string;
  /** Files and folders that links may lead to. */
  readonly targets: readonly string[];
}

/** @param cache entries of it lie outside too, whole, as the best that a link can lead to */
export function makeOutside(directory: string, cache: string): Outside {
  const twin = join(directory, 'twin');
  mkdirSync(directory, { recursive: true });
  cpSync(cache, twin, { recursive: true });
  writeFileSync(join(directory, 'secret.txt'), `${SECRET}\n`);
  writeFileSync(join(directory, 'secret.json'), JSON.stringify({ text: SECRET }));
  mkdirSync(join(directory, 'folder'));
  writeFileSync(join(directory, 'folder', 'inside.txt'), SECRET);
  const entries = filesIn(twin).map((name) => join(twin, name));
  return { directory, targets: [...entries, join(directory, 'secret.txt'), join(directory, 'secret.json'), join(directory, 'folder'), twin] };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** Everything there is, by path: what it says, and when it was read. */
export type OutsideState = ReadonlyMap<string, { readonly content: string; readonly readAt: number }>;

/** Gives everything its old times back and looks at it. */
export function lookOutside({ directory }: Outside): OutsideState {
  const state = new Map<string, { content: string; readAt: number }>();
  const paths = ['', ...readdirSync(directory, { recursive: true }).map(String).sort()];
  for (const path of paths) {
    const facts = lstatSync(join(directory, path));
    const content = facts.isSymbolicLink() ? `-> ${readlinkSync(join(directory, path))}` : facts.isFile() ? readFileSync(join(directory, path), 'latin1') : facts.isDirectory() ? 'folder' : 'other';
    state.set(path, { content, readAt: facts.atimeMs });
  }
  return state;
}

/** Puts the times back to where a reading shows; to be done after each look, which reads too. */
export function forgetReadings({ directory }: Outside): void {
  for (const path of ['', ...readdirSync(directory, { recursive: true }).map(String)]) {
    if (!lstatSync(join(directory, path)).isSymbolicLink()) utimesSync(join(directory, path), READ_AT, CHANGED_AT);
  }
}

/** When everything was last read, without reading it. */
export function readingsOf({ directory }: Outside, paths: Iterable<string>): ReadonlyMap<string, number> {
  return new Map(Array.from(paths, (path) => [path, lstatSync(join(directory, path), { throwIfNoEntry: false })?.atimeMs ?? 0]));
}

/** Why a reading would not be seen here; undefined where it would. */
export function blindness(outside: Outside): string | undefined {
  forgetReadings(outside);
  const path = join(outside.directory, 'secret.txt');
  readFileSync(path);
  return lstatSync(path).atimeMs === READ_AT * 1000 ? 'this file system does not note when a file is read' : undefined;
}

export const UNREAD_MS = READ_AT * 1000;
