import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CacheForm } from './cache-form.ts';
import { VOLUME_FORM } from './cache-form.ts';

/** What lies in a cache directory: entries under their final names, and files set aside, with their bytes. */
export interface CacheState {
  /** By path in the cache. */
  readonly entries: ReadonlyMap<string, Buffer>;
  /** Which file on the disk each of them is: another one was made again. */
  readonly identities?: ReadonlyMap<string, string>;
  readonly aside: readonly { readonly file: string; readonly bytes: Buffer }[];
  /** Larder's own files besides the quarantine. */
  readonly leftovers: readonly string[];
  /** The index of the cache, where such a cache has one and it is there. */
  readonly index?: Buffer | undefined;
}

/** A cache of volumes. */
export function readState(directory: string, aside: CacheState['aside'] = quarantined(directory)): CacheState {
  return { ...readCache(directory, VOLUME_FORM), aside };
}

export function readCache(directory: string, form: CacheForm): CacheState {
  if (!existsSync(directory)) return { entries: new Map(), aside: [], leftovers: [] };
  const entries = new Map<string, Buffer>();
  const identities = new Map<string, string>();
  for (const folder of form.folders) {
    if (!existsSync(join(directory, folder))) continue;
    for (const name of readdirSync(join(directory, folder)).filter((one) => form.isEntry(one))) {
      const file = folder === '' ? name : `${folder}/${name}`;
      const { ino, mtimeNs } = statSync(join(directory, file), { bigint: true });
      entries.set(file, form.comparable(readFileSync(join(directory, file)), file));
      identities.set(file, `${ino} of ${mtimeNs}`);
    }
  }
  const own = join(directory, '.larder');
  const leftovers = existsSync(own) ? readdirSync(own, { recursive: true }).map(String).filter((path) => !path.startsWith('quarantine')) : [];
  const empty = emptyRecords(join(own, 'quarantine')).map((id) => `quarantine/${id}`);
  const drafts = form.folders.flatMap((folder) => (existsSync(join(directory, folder)) ? readdirSync(join(directory, folder)).map((name) => join(folder, name)) : [])).filter((path) => path.endsWith('.larder-tmp'));
  const inRoot = form.folders.includes('') ? [] : readdirSync(directory).filter((name) => name.endsWith('.larder-tmp'));
  const index = form.index === undefined || !existsSync(join(directory, form.index)) ? undefined : readFileSync(join(directory, form.index));
  return { entries, identities, aside: quarantined(directory, form), leftovers: [...leftovers, ...empty, ...drafts, ...inRoot], index };
}

/** Records in quarantine under which no file lies. */
function emptyRecords(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const holdsFile = (id: string): boolean => readdirSync(join(folder, id), { recursive: true, withFileTypes: true }).some((entry) => entry.isFile() && !['reason.json', 'manifest.jsonl'].includes(entry.name));
  return readdirSync(folder).filter((id) => !holdsFile(id));
}

/** Files in quarantine, by the path they had; with their bytes. */
export function quarantined(directory: string, form: CacheForm = VOLUME_FORM): CacheState['aside'] {
  const folder = join(directory, '.larder', 'quarantine');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && form.isEntry(entry.name))
    .map((entry) => ({ file: form.pathOf(basename(entry.name)), bytes: form.comparable(readFileSync(join(entry.parentPath, entry.name)), entry.name) }));
}

/**
 * What must hold at any moment, also right after a kill: a final name is a whole file, unless it was damaged
 * before; and what was there at the beginning is in the cache or set aside.
 */
export function momentViolations(before: CacheState, now: CacheState, form: CacheForm = VOLUME_FORM): string[] {
  const violations: string[] = [];
  const known = (file: string, bytes: Buffer): boolean => before.entries.get(file)?.equals(bytes) === true || before.aside.some((one) => one.file === file && one.bytes.equals(bytes));
  for (const [file, bytes] of now.entries) {
    if (known(file, bytes)) continue;
    const problem = form.problemOf(bytes, file);
    if (problem !== undefined) violations.push(`${file} has its final name and is not whole (${problem})`);
  }
  for (const { file, bytes } of [...before.aside, ...Array.from(before.entries, ([file, bytes]) => ({ file, bytes }))]) {
    const isThere = now.entries.get(file)?.equals(bytes) === true || now.aside.some((one) => one.file === file && one.bytes.equals(bytes));
    if (!isThere) violations.push(`${file} was there and is neither in the cache nor set aside`);
  }
  return violations;
}

/** What must hold when the command was run once more: the wanted entries, byte for byte, and nothing left over. */
export function endViolations(now: CacheState, wanted: ReadonlyMap<string, Buffer>): string[] {
  const violations: string[] = [];
  for (const [file, bytes] of wanted) {
    const there = now.entries.get(file);
    if (there === undefined) violations.push(`${file} is missing in the end`);
    else if (!there.equals(bytes)) violations.push(`${file} has other bytes than an undisturbed run gives`);
  }
  for (const file of now.entries.keys()) if (!wanted.has(file)) violations.push(`${file} should not be there any more`);
  const names = now.aside.map(({ file }) => file);
  if (new Set(names).size !== names.length) violations.push(`set aside twice: ${names.join(', ')}`);
  if (now.leftovers.length > 0) violations.push(`left over: ${now.leftovers.join(', ')}`);
  return violations;
}

/** What the first command had made when it was cut off, and was made once more all the same. */
export function twiceViolations(before: CacheState, cut: CacheState, end: CacheState, wanted: ReadonlyMap<string, Buffer>): string[] {
  const isMadeByCut = ([file, identity]: [string, string]): boolean => before.identities?.get(file) !== identity && wanted.get(file)?.equals(cut.entries.get(file)!) === true;
  return Array.from(cut.identities ?? []).filter((one) => isMadeByCut(one) && end.identities?.get(one[0]) !== one[1]).map(([file]) => `${file} was made and is made once more`);
}
