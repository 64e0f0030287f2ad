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

/** What must have worked without a free byte. */
export function mustWorkViolations(words: string, result: Result, isDone: boolean): string[] {
  const fault = faultOf(result);
  if (fault !== undefined) return [`${words}: ${fault}`];
  if (result.code !== 0) return [`${words} did not work on a full disk: exit ${result.code}: ${result.stderr.slice(-400)}`];
  return isDone ? [] : [`${words} said it was done, and it was not`];
}
