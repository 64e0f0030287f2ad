import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Everything below a folder, by path: kind, mode, time and content. Two snapshots are equal only if
 * nothing was created, removed, written, renamed or touched between them.
 */
export function snapshotOf(directory: string): Record<string, string> {
  const snapshot: Record<string, string> = {};
  for (const path of ['.', ...readdirSync(directory, { recursive: true }).map(String).sort()]) snapshot[path] = factsOf(join(directory, path));
  return snapshot;
}

function factsOf(path: string): string {
  const facts = lstatSync(path, { bigint: true });
  const when = `${facts.mode.toString(8)} ${facts.mtimeNs}`;
  if (facts.isSymbolicLink()) return `link ${when} ${readlinkSync(path)}`;
  return facts.isFile() ? `file ${when} ${createHash('sha256').update(readFileSync(path)).digest('hex')}` : `folder ${when}`;
}

/** Names and contents alone: what stays equal over removing and making again. */
export function contentsOf(directory: string, pattern = /./): Record<string, string> {
  if (!existsSync(directory)) return {};
  const files = readdirSync(directory, { recursive: true }).map(String).filter((path) => pattern.test(path) && lstatSync(join(directory, path)).isFile());
  return Object.fromEntries(files.sort().map((path) => [path, createHash('sha256').update(readFileSync(join(directory, path))).digest('hex')]));
}
