import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CORPORA = join(import.meta.dirname, 'corpora');
/** What is kept of a format, characters of base64. */
const CORPUS_CHARACTERS = 96 * 1024;
const INPUT_CHARACTERS = 4 * 1024;

/** Inputs that broke something, whole: how many inputs a run tries depends on the machine, so its seed alone does not bring them back. */
export const FOUND = join(import.meta.dirname, 'found');

/** Inputs of earlier runs, base64: what broke something, then what reached something new. */
export function readCorpus(name: string): string[] {
  const path = join(CORPORA, `${name}.json`);
  return [...readFound(name), ...(existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : [])];
}

const fileStem = (name: string): string => name.replaceAll(' ', '-');

function readFound(name: string): string[] {
  if (!existsSync(FOUND)) return [];
  return readdirSync(FOUND)
    .filter((file) => file.startsWith(`${fileStem(name)}-`))
    .map((file) => readFileSync(join(FOUND, file)).toString('base64'));
}

/** @returns where it lies; the same input has the same place */
export function keepFound(folder: string, name: string, input: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${fileStem(name)}-${createHash('sha256').update(input).digest('hex').slice(0, 16)}`);
  writeFileSync(path, input);
  return path;
}

/** Keeps what reached something new; short ones first, since they say the same in less. */
export function keepCorpus(name: string, inputs: readonly string[]): void {
  const kept: string[] = [];
  let length = 0;
  for (const input of [...new Set(inputs)].toSorted((a, b) => a.length - b.length)) {
    if (input.length > INPUT_CHARACTERS || length + input.length > CORPUS_CHARACTERS) break;
    kept.push(input);
    length += input.length;
  }
  mkdirSync(CORPORA, { recursive: true });
  writeFileSync(join(CORPORA, `${name}.json`), `${JSON.stringify(kept, null, 1)}\n`);
}
