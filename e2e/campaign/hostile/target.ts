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
   * @returns `sound`, or the code of a finding; and what it said, by which new behaviour is recognised
   * @throws LarderError for files that cannot be read; anything else is a violation
   */
  read(input: Buffer, folder: string): Promise<readonly [code: string, message: string]> | readonly [code: string, message: string];
}

export interface Answer {
  readonly answer: string;
  /** The message without its numbers and names: two files with another shape went another way through the reader. */
  readonly shape: string;
  readonly ms: number;
}

function shapeOf(message: string): string {
  return message.replaceAll(/"[^"]*"|'[^']*'/g, '""').replaceAll(/[0-9a-f]{6,}|\d+/gi, '0').slice(0, 160);
}

export async function answerOf(target: HostileTarget, input: Buffer, folder: string): Promise<Answer> {
  const startedAt = performance.now();
  let code: string;
  let message: string;
  try {
    [code, message] = await target.read(input, folder);
  } catch (error) {
    code = isLarderError(error) ? error.code : `threw ${error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error)}`;
    message = error instanceof Error ? error.message : '';
  }
  return { answer: code, shape: `${code}: ${shapeOf(message)}`, ms: performance.now() - startedAt };
}
