import { bytesSource, verifyTorchFile } from '../../../src-main/formats/torch/index.ts';

/** What one reader met in one pass over the folder. */
export interface Pass {
  /** Bytes by file, as they were read; a file that was gone when it came to it is left out. */
  readonly read: ReadonlyMap<string, Buffer>;
}

/** Holds every pass of a reader against what the files must be. */
export class ReaderCheck {
  readonly #wanted: ReadonlyMap<string, Buffer>;
  readonly #kept: ReadonlySet<string>;
  readonly violations: string[] = [];
  files = 0;
  passes = 0;

  /**
   * @param wanted every entry as an undisturbed run makes it
   * @param kept entries nobody was told to remove
   */
  constructor(wanted: ReadonlyMap<string, Buffer>, kept: ReadonlySet<string>) {
    this.#wanted = wanted;
    this.#kept = kept;
  }

  add({ read }: Pass): void {
    this.passes++;
    for (const [file, bytes] of read) {
      this.files++;
      if (this.#wanted.get(file)?.equals(bytes) === true) continue;
      const report = verifyTorchFile(bytesSource(bytes), { level: 'deep' });
      this.violations.push(`a reader met ${file} with ${report.ok ? 'other numbers than its own' : `${bytes.length} bytes that are no whole file (${report.error?.code})`}`);
    }
    for (const file of this.#kept) if (!read.has(file)) this.violations.push(`a reader did not find ${file}, which nobody was told to remove`);
  }
}

/** What the Python reader said: a line for each pass, and one for each file that it could not read or that had other numbers. */
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
