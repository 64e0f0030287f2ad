import type { Result } from '../../invariants/setting.ts';
import { errorCodeOf, faultOf } from '../answers.ts';

/** Exit code for trouble of the machine. */
const TROUBLE = 3;
const CODES = ['DISK_FULL', 'DISK_WOULD_NOT_FIT'];
/** `1.5 MB`, `0 B`. */
const SIZE = /\d(?:[\d.,]*) (?:B|kB|MB|GB|bytes)\b/;

/** What is wrong with how a command ended for which the disk became too small. */
export function fullDiskViolations(result: Result): string[] {
  const fault = faultOf(result);
  if (fault !== undefined) return [fault];
  if (result.code === 0) return [];
  const code = errorCodeOf(result) ?? 'no code';
  const said = result.stderr.slice(-400);
  if (result.code !== TROUBLE || !CODES.includes(code)) return [`it ended with exit ${result.code} and ${code}, not with a full disk: ${said}`];
  return SIZE.test(result.stderr) ? [] : [`it does not say how much: ${said}`];
}

/** What is wrong with how a command ended that a quota stopped: it is to be told as one, with numbers. */
export function quotaViolations(result: Result): string[] {
  const violations = fullDiskViolations(result);
  if (violations.length > 0 || result.code === 0) return violations;
  return /\bquota\b/.test(result.stderr) ? [] : [`it does not say that a quota is used up: ${result.stderr.slice(-400)}`];
}

/** What is wrong with an index after entries were removed: it lists none that is gone, or that is told plainly. */
export function staleIndexViolations(result: Result, index: readonly string[]): string[] {
  if (index.length === 0 || /does not say what is in the cache now/.test(result.stderr)) return [];
  return index.map((violation) => `${violation}, and nothing is told of it`);
}

/** What must have worked without a free byte. */
export function mustWorkViolations(words: string, result: Result, isDone: boolean): string[] {
  const fault = faultOf(result);
  if (fault !== undefined) return [`${words}: ${fault}`];
  if (result.code !== 0) return [`${words} did not work on a full disk: exit ${result.code}: ${result.stderr.slice(-400)}`];
  return isDone ? [] : [`${words} said it was done, and it was not`];
}
