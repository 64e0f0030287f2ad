import { isLarderError } from '../../../src-main/base/index.ts';

/** A reader of one format, as files from outside meet it. */
export interface HostileTarget {
  readonly name: string;
  /** Sound files and known ones to begin with. */
  seeds(): readonly Buffer[];
  /** Pieces of the format: opcodes, signatures, keywords. */
  readonly words: readonly Buffer[];
  /**
   * @param folder for readers that want a file; nothing else may be touched
   * @returns `sound`, or the code of a finding; and what it said
   * @throws LarderError for files that cannot be read; anything else is a violation
   */
  read(input: Buffer, folder: string): Promise<readonly [code: string, message: string]> | readonly [code: string, message: string];
}

export interface Answer {
  readonly answer: string;
  readonly ms: number;
}

export async function answerOf(target: HostileTarget, input: Buffer, folder: string): Promise<Answer> {
  const startedAt = performance.now();
  const workedUs = process.cpuUsage();
  let code: string;
  try {
    [code] = await target.read(input, folder);
  } catch (error) {
    code = isLarderError(error) ? error.code : `threw ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error)}`;
  }
  const { user, system } = process.cpuUsage(workedUs);
  // Waiting for a core of a busy machine is no work on a file; one that waits for anything else is ended by whoever watches this process.
  return { answer: code, ms: Math.min(performance.now() - startedAt, (user + system) / 1000) };
}
