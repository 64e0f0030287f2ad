import type { VerifyResult } from '../contract/commands.ts';
import type { Finding } from '../contract/findings.ts';
import type { JudgedFile } from '../base/index.ts';

/** A verifying worker holds its code and one chunk of a file. */
export const VERIFY_WORKER_BYTES = 200 * 2 ** 20;

/** Findings of a run, with what is needed to repair them. */
export interface VerifiedCache {
  readonly result: VerifyResult;
  readonly findings: readonly Finding[];
  /** Damaged files, by the names that findings give them. */
  readonly judged?: ReadonlyMap<string, JudgedFile>;
}
