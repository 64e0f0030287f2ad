import { FINDINGS, isFindingCode } from '../contract/findings.ts';
import type { QuarantineRecord } from '../store/index.ts';

/** True for a file that was set aside because something is wrong with it. */
export function isSetAsideForError(code: string): boolean {
  return isFindingCode(code) && FINDINGS[code].severity === 'error';
}

/**
 * Records in the order in which all are put back. Of several for one place the best is to end there: a file that was cleared
 * before one that was damaged, and the newest before older ones.
 *
 * @param records oldest first
 * @param isReplacing the last one gets the place, otherwise the first
 */
export function restoreOrder(records: readonly QuarantineRecord[], isReplacing: boolean): QuarantineRecord[] {
  const worstFirst = records.filter(({ reason }) => isSetAsideForError(reason.code)).concat(records.filter(({ reason }) => !isSetAsideForError(reason.code)));
  return isReplacing ? worstFirst : worstFirst.reverse();
}
