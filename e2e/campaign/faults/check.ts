import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytesSource, verifyTorchFile } from '../../../src-main/formats/torch/index.ts';

/** What lies in a cache directory: entries under their final names, and files set aside, with their bytes. */
export interface CacheState {
  readonly entries: ReadonlyMap<string, Buffer>;
  readonly aside: readonly { readonly file: string; readonly bytes: Buffer }[];
  /** Larder's own files besides the quarantine. */
  readonly leftovers: readonly string[];
}

const ENTRY = /^[0-9a-f]{32}\.pt$/;

export function readState(directory: string, aside: CacheState['aside']): CacheState {
  if (!existsSync(directory)) return { entries: new Map(), aside: [], leftovers: [] };
  const entries = new Map(readdirSync(directory).filter((name) => ENTRY.test(name)).map((name) => [name, readFileSync(join(directory, name))]));
  const own = join(directory, '.larder');
  const leftovers = existsSync(own) ? readdirSync(own, { recursive: true }).map(String).filter((path) => !path.startsWith('quarantine')) : [];
  return { entries, aside, leftovers: [...leftovers, ...readdirSync(directory).filter((name) => name.endsWith('.larder-tmp'))] };
}

/**
 * What must hold at any moment, also right after a kill: a final name is a whole file, unless it was damaged
 * before; and what was there at the beginning is in the cache or set aside.
 */
export function momentViolations(before: CacheState, now: CacheState): string[] {
  const violations: string[] = [];
  const known = (file: string, bytes: Buffer): boolean => before.entries.get(file)?.equals(bytes) === true || before.aside.some((one) => one.file === file && one.bytes.equals(bytes));
  for (const [file, bytes] of now.entries) {
    if (known(file, bytes)) continue;
    const report = verifyTorchFile(bytesSource(bytes), { level: 'deep' });
    if (!report.ok || report.warnings.length > 0) violations.push(`${file} has its final name and is not whole (${report.error?.code ?? report.warnings[0]?.code})`);
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
