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

/**
 * What is wrong with how a command ended that waits for room and was given it.
 *
 * @param isWaiting whether it waited then; one that could not even write into the catalog on that disk may have ended before
 */
export function waitViolations(result: Result, { isWaiting, isCatalogOnIt }: { readonly isWaiting: boolean; readonly isCatalogOnIt: boolean }): string[] {
  if (result.code === 0) return [];
  if (!isWaiting && isCatalogOnIt) return quotaViolations(result);
  return [faultOf(result) ?? `it was to wait and to go on, and ended with exit ${result.code}: ${result.stderr.slice(-400)}`];
}

/** What is wrong with an index after entries were removed: it lists none that is gone, or that is told plainly. */
export function staleIndexViolations(result: Result, index: readonly string[]): string[] {
  if (index.length === 0 || /does not say what is in the cache now/.test(result.stderr)) return [];
  return index.map((violation) => `${violation}, and nothing is told of it`);
}

/**
 * What is wrong with what was put back, or not, where a quota left not a byte: a file system that counts names against it may
 * refuse one more, if it says so and the same command works when there is room.
 */
export function backViolations(words: string, result: Result, isDone: boolean, later: { readonly result: Result; readonly isDone: boolean }): string[] {
  if (result.code === 0) return mustWorkViolations(words, result, isDone);
  return [...quotaViolations(result).map((violation) => `${words}: ${violation}`), ...mustWorkViolations(`${words} with room again`, later.result, later.isDone)];
}

/** What must have worked without a free byte. */
export function mustWorkViolations(words: string, result: Result, isDone: boolean): string[] {
  const fault = faultOf(result);
  if (fault !== undefined) return [`${words}: ${fault}`];
  if (result.code !== 0) return [`${words} did not work on a full disk: exit ${result.code}: ${result.stderr.slice(-400)}`];
  return isDone ? [] : [`${words} said it was done, and it was not`];
}
