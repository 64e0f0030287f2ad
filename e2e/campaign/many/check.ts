import type { Finding } from '../../../src-main/contract/findings.ts';
import { readPng } from '../../../src-main/formats/png/index.ts';
import type { Answer } from '../door/check.ts';
import type { CacheForm } from '../faults/cache-form.ts';

/** What one reader met in one pass over the folder. */
export interface Pass {
  /** Bytes by file, as they were read; a file that was gone when it came to it is left out. */
  readonly read: ReadonlyMap<string, Buffer>;
}

/** Holds every pass of a reader against what the files must be. */
export class ReaderCheck {
  readonly #form: CacheForm;
  readonly #wanted: ReadonlyMap<string, Buffer>;
  readonly #kept: ReadonlySet<string>;
  readonly violations: string[] = [];
  files = 0;
  passes = 0;

  /**
   * @param wanted every entry as an undisturbed run makes it, without what differs from run to run
   * @param kept entries nobody was told to remove
   */
  constructor(form: CacheForm, wanted: ReadonlyMap<string, Buffer>, kept: ReadonlySet<string>) {
    this.#form = form;
    this.#wanted = wanted;
    this.#kept = kept;
  }

  add({ read }: Pass): void {
    this.passes++;
    for (const [file, bytes] of read) {
      this.files++;
      if (this.#wanted.get(file)?.equals(this.#form.comparable(bytes, file)) === true) continue;
      const problem = this.#form.problemOf(bytes, file);
      this.violations.push(`a reader met ${file} with ${problem === undefined ? 'another content than its own' : `${bytes.length} bytes that are no whole file (${problem})`}`);
    }
    for (const file of this.#kept) if (!read.has(file)) this.violations.push(`a reader did not find ${file}, which nobody was told to remove`);
  }
}

/** What the Python reader said: a line for each pass, and one for each file that it could not read or that had another content. */
export function pythonViolations(lines: readonly string[]): { readonly violations: string[]; readonly files: number } {
  let files = 0;
  const violations: string[] = [];
  for (const line of lines) {
    const [word, ...rest] = line.split(' ');
    if (word === 'pass') files += Number(rest[0]);
    else if (line !== '') violations.push(`Python: ${line}`);
  }
  return { violations, files };
}

/** Ends of commands that share a cache: it may be in use, an item may be claimed by somebody else, and nothing else. */
const SHARED_CODES = new Set(['CACHE_IN_USE', 'ENTRY_NOT_FOUND', 'ENTRY_EXISTS', 'CANCELLED']);

/** @param errorCode of the error the command ended with, if any */
export function endOfCommandViolations(words: string, exit: number | null, errorCode: string | undefined, said: string): string[] {
  const isKnown = exit === 0 || (exit !== null && errorCode !== undefined && SHARED_CODES.has(errorCode)) || (exit === 1 && errorCode === undefined);
  return isKnown ? [] : [`${words} ended with exit ${exit} ${errorCode ?? ''}: ${said.slice(-300)}`];
}

/** What says that an entry is gone. */
const GONE = new Set(['missing', 'image-missing']);

/** Of `verify`: what was removed may be missing, and nothing is damaged. @param kept files nobody was told to remove */
export function findingViolations(words: string, findings: readonly Pick<Finding, 'severity' | 'code' | 'file' | 'key' | 'message'>[], kept: ReadonlySet<string>): string[] {
  const isKept = ({ file, key }: Pick<Finding, 'file' | 'key'>): boolean => [...kept].some((one) => one === file || (key !== undefined && one.includes(key)));
  return findings.filter((finding) => finding.severity === 'error' && (!GONE.has(finding.code) || isKept(finding))).map(({ file, code, message }) => `${words} called a sound entry damaged: ${file ?? ''} ${code} ${message}`);
}

/**
 * What the browser door answers about the picture of an entry: all of it, or, of what may be removed, that it is not there.
 *
 * @param answer undefined where there was none; its body one character a byte
 */
export function pictureViolations(path: string, answer: Pick<Answer, 'status' | 'body'> | undefined, isKept: boolean): string[] {
  if (answer?.status === 404 && !isKept) return [];
  if (answer?.status !== 200) return [`the door answered ${answer?.status ?? 'nothing'} to ${path}: ${answer?.body.slice(0, 200) ?? ''}`];
  const { header, content, problems } = readPng(Buffer.from(answer.body, 'latin1'));
  return header === undefined || content === undefined || problems.length > 0 ? [`the door answered with ${answer.body.length} bytes that are no whole picture to ${path}`] : [];
}
