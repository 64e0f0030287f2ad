import type { FindingCode } from '../../contract/findings.ts';

/** One thing wrong with a file, under the code it is reported by. */
export interface TorchFinding {
  readonly code: FindingCode;
  /** One sentence with the numbers: record, offset, expected, found. */
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Names inside a file can be as long as the file. */
const MAX_MESSAGE = 500;

/** Ends a check with its finding. Never leaves this folder: the verifier and the reader turn it into data. */
export class TorchProblem extends Error {
  readonly finding: TorchFinding;

  constructor(code: FindingCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message);
    this.name = 'TorchProblem';
    this.finding = { code, message: this.message, details };
  }
}
