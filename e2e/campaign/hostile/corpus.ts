import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CORPORA = join(import.meta.dirname, 'corpora');
/** What is kept of a format, characters of base64. */
const CORPUS_CHARACTERS = 96 * 1024;
const INPUT_CHARACTERS = 4 * 1024;

/** Inputs of earlier runs, base64. */
export function readCorpus(name: string): string[] {
  const path = join(CORPORA, `${name}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as string[]) : [];
}

/** Keeps what was answered in a new way; short ones first, since they say the same in less. */
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
